/** Label and field selectors. */
import { type JsonObject, record, text, at, list } from './json.ts';
import type { Kind } from './kinds.ts';
import { labelsOf } from './object-store.ts';
import { badRequest } from './status.ts';

type Test = (object: JsonObject) => boolean;

export function parseLabelSelector(selector: string): Test {
  const tests = splitOutside(selector).map((part) => labelTest(part.trim()));
  return (object) => tests.every((test) => test(object));
}

/** Commas inside brackets part values, not requirements. */
function splitOutside(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/).filter((part) => part.trim() !== '');
}

function labelTest(part: string): Test {
  const label = (object: JsonObject, key: string) => labelsOf(object)[key];
  const set = /^(\S+)\s+(in|notin)\s*(\(?)([^)]*)(\)?)$/.exec(part);
  if (set !== null) {
    const [, key = '', operator, open, values = '', close] = set;
    if (open === '' || close === '') throw badRequest(`unable to parse requirement: found '${values}' expected: '('`);
    const wanted = values.split(',').map((value) => value.trim());
    return (object) => wanted.includes(String(label(object, key) ?? '')) === (operator === 'in');
  }
  const equal = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(part);
  if (equal !== null) {
    const [, key = '', operator, value = ''] = equal;
    return (object) => (label(object, key) === value) === (operator !== '!=');
  }
  if (part.startsWith('!')) return (object) => label(object, part.slice(1)) === undefined;
  if (/^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$/.test(part)) return (object) => label(object, part) !== undefined;
  throw badRequest(
    `unable to parse requirement: <nil>: Invalid value: "${part}": name part must consist of alphanumeric characters, '-', '_' or '.'`,
  );
}

const fieldsOfKind: Record<string, string[]> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
    'regarding.kind',
    'regarding.name',
    'regarding.namespace',
    'regarding.uid',
  ],
  Node: ['spec.unschedulable'],
  Namespace: ['status.phase'],
  Secret: ['type'],
  ReplicaSet: ['status.replicas'],
  Job: ['status.successful'],
};

export function parseFieldSelector(kind: Kind, selector: string): Test {
  const tests = selector
    .split(',')
    .filter((part) => part !== '')
    .map((part): Test => {
      const found = /^([^=!]+)(==|=|!=)(.*)$/.exec(part.trim());
      if (found === null) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
      const [, field = '', operator, value = ''] = found;
      const allowed = ['metadata.name', 'metadata.namespace', ...(fieldsOfKind[kind.kind] ?? [])];
      if (!allowed.includes(field)) throw badRequest(`field label not supported: ${field}`);
      return (object) =>
        (String(at(object, ...field.replace(/^regarding/, 'involvedObject').split('.')) ?? '') === value) === (operator !== '!=');
    });
  return (object) => tests.every((test) => test(object));
}

/** Of a workload's or a budget's `spec.selector`; an empty one matches everything, none nothing. */
export function matchesSelector(object: JsonObject, selector: JsonObject | undefined): boolean {
  if (selector === undefined) return false;
  const labels = labelsOf(object);
  if (!Object.entries(record(selector, 'matchLabels')).every(([key, value]) => labels[key] === value)) return false;
  return list(selector, 'matchExpressions').every((requirement) => {
    const value = labels[text(requirement, 'key')];
    const isIn = value !== undefined && list(requirement, 'values').includes(value);
    switch (text(requirement, 'operator')) {
      case 'In':
        return isIn;
      case 'NotIn':
        return !isIn;
      case 'Exists':
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
}

/** Of a service's `spec.selector`: labels only; an empty one selects nothing. */
export function matchesLabels(object: JsonObject, wanted: JsonObject): boolean {
  const labels = labelsOf(object);
  const all = Object.entries(wanted);
  return all.length > 0 && all.every(([key, value]) => labels[key] === value);
}

export function selectorText(selector: JsonObject): string {
  const labels = Object.entries(record(selector, 'matchLabels')).map(([key, value]) => `${key}=${String(value)}`);
  const others = list(selector, 'matchExpressions').map((requirement) => {
    const [key, operator, values] = [text(requirement, 'key'), text(requirement, 'operator'), list(requirement, 'values').join(',')];
    const words: Record<string, string> = {
      In: `${key} in (${values})`,
      NotIn: `${key} notin (${values})`,
      Exists: key,
      DoesNotExist: `!${key}`,
    };
    return words[operator] ?? key;
  });
  return [...labels, ...others].join(',') || '<none>';
}
