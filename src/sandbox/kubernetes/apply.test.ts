import { describe, expect, it } from 'vitest';
import { applyConfiguration } from './apply.ts';
import { createFieldSchema, type ObjectType } from './field-schema.ts';
import { type JsonObject, list, record } from './json.ts';
import { ownChanges } from './managed-fields.ts';

const now = '2026-11-23T09:00:00Z';

function typeOf(kind: string, group = 'apps'): ObjectType {
  const type = createFieldSchema().ofKind({ group, kind });
  if (type === undefined) throw new Error(`no ${kind}`);
  return type;
}

const deployment = typeOf('Deployment');

function live(): JsonObject {
  const containers = [{ name: 'app', image: 'acme/app:1', env: [{ name: 'A', value: '1' }] }];
  const object: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app', labels: { app: 'app' } },
    spec: { replicas: 2, template: { spec: { containers } } },
  };
  ownChanges(deployment, undefined, object, { manager: 'first', now });
  return object;
}

function apply(object: JsonObject | undefined, manager: string, spec: JsonObject, force = false): JsonObject {
  const configuration: JsonObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'app' }, spec };
  return applyConfiguration(deployment, object, configuration, { manager, force, now });
}

const withContainer = (container: JsonObject): JsonObject => ({ template: { spec: { containers: [container] } } });
const containersOf = (object: JsonObject) => list(object, 'spec', 'template', 'spec', 'containers');
const managersOf = (object: JsonObject) => list(object, 'metadata', 'managedFields').map((entry) => record(entry)['manager']);

describe('applying a configuration', () => {
  it('merges keyed lists and leaves what it does not name', () => {
    const applied = apply(live(), 'second', withContainer({ name: 'side', image: 'acme/side:1' }));

    expect(containersOf(applied)).toEqual([
      { name: 'app', image: 'acme/app:1', env: [{ name: 'A', value: '1' }] },
      { name: 'side', image: 'acme/side:1' },
    ]);
    expect(record(applied, 'spec')['replicas']).toBe(2);
  });

  it('refuses to change what another manager owns, and names field and owner', () => {
    expect(() => apply(live(), 'second', withContainer({ name: 'app', image: 'acme/app:2' }))).toThrow(
      'Apply failed with 1 conflict: conflict with "first" using apps/v1: .spec.template.spec.containers[name="app"].image',
    );
    expect(() => apply(live(), 'second', { replicas: 3, ...withContainer({ name: 'app', image: 'acme/app:2' }) })).toThrow(
      'Apply failed with 2 conflicts: conflicts with "first" using apps/v1:\n- .spec.replicas\n- .spec.template.spec.containers[name="app"].image',
    );
  });

  it('shares a field whose value is the same, and takes it by force where it is not', () => {
    const shared = apply(live(), 'second', { replicas: 2 });
    const forced = apply(shared, 'third', { replicas: 5 }, true);

    expect(managersOf(shared)).toEqual(['first', 'second']);
    expect(record(forced, 'spec')['replicas']).toBe(5);
    expect(managersOf(forced)).toEqual(['first', 'third']);
  });

  it('takes away what the manager no longer applies, unless somebody else owns it too', () => {
    const [first] = [
      apply(
        undefined,
        'one',
        withContainer({
          name: 'app',
          image: 'a:1',
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        }),
      ),
    ];
    const shared = apply(first, 'two', withContainer({ name: 'app', env: [{ name: 'A', value: '1' }] }));

    const less = apply(shared, 'one', withContainer({ name: 'app', image: 'a:1' }));

    expect(containersOf(less)).toEqual([{ name: 'app', image: 'a:1', env: [{ name: 'A', value: '1' }] }]);
  });

  it('replaces what is whole', () => {
    const service = typeOf('Service', '');
    const before = applyConfiguration(
      service,
      undefined,
      { apiVersion: 'v1', kind: 'Service', spec: { selector: { a: '1', b: '2' } } },
      { manager: 'one', force: false, now },
    );

    const after = applyConfiguration(
      service,
      before,
      { apiVersion: 'v1', kind: 'Service', spec: { selector: { a: '1' } } },
      { manager: 'one', force: false, now },
    );

    expect(record(after, 'spec')['selector']).toEqual({ a: '1' });
  });
});

describe('a plain write', () => {
  it('takes ownership of what it changes and of nothing else', () => {
    const before = live();
    const after: JsonObject = { ...before, spec: { ...record(before, 'spec'), replicas: 7 } };

    ownChanges(deployment, before, after, { manager: 'scaler', subresource: 'scale', now });

    expect(list(after, 'metadata', 'managedFields').map((entry) => [record(entry)['manager'], record(entry)['fieldsV1']])).toMatchObject([
      ['first', { 'f:spec': { 'f:template': {} } }],
      ['scaler', { 'f:spec': { 'f:replicas': {} } }],
    ]);
    expect(JSON.stringify(list(after, 'metadata', 'managedFields')[0])).not.toContain('f:replicas');
  });

  it('leaves no owner behind for a field that is gone', () => {
    const before = live();
    const after: JsonObject = { ...before, metadata: { ...record(before, 'metadata') } };
    delete record(after, 'metadata')['labels'];

    ownChanges(deployment, before, after, { manager: 'other', now });

    expect(JSON.stringify(list(after, 'metadata', 'managedFields'))).not.toContain('f:labels');
    expect(managersOf(after)).toEqual(['first']);
  });
});
