/** What the API server refuses of a CustomResourceDefinition. */
import { type JsonObject, list, record, text } from '../json.ts';
import type { Cause } from '../status.ts';

export function definitionCauses(definition: JsonObject): Cause[] {
  const required = (field: string): Cause => ({ field, message: 'Required value', reason: 'FieldValueRequired' });
  const [group, plural] = [text(definition, 'spec', 'group'), text(definition, 'spec', 'names', 'plural')];
  const causes = ['group', 'scope'].filter((field) => text(definition, 'spec', field) === '').map((field) => required(`spec.${field}`));
  for (const field of ['plural', 'kind']) if (text(definition, 'spec', 'names', field) === '') causes.push(required(`spec.names.${field}`));
  const name = text(definition, 'metadata', 'name');
  if (name !== `${plural}.${group}`)
    causes.push({ field: 'metadata.name', message: `Invalid value: "${name}": must be spec.names.plural+"."+spec.group` });
  const versions = list(definition, 'spec', 'versions');
  if (versions.filter((version) => record(version)['storage'] === true).length !== 1)
    causes.push({
      field: 'spec.versions',
      message: `Invalid value: ${JSON.stringify(versions.map((version) => text(version, 'name')))}: must have exactly one version marked as storage version`,
    });
  for (const [index, version] of versions.entries())
    if (text(version, 'schema', 'openAPIV3Schema', 'type') !== 'object')
      causes.push({
        field: `spec.versions[${index}].schema.openAPIV3Schema`,
        message: 'Required value: schemas are required',
        reason: 'FieldValueRequired',
      });
  return causes;
}
