/** The simulated Kubernetes API against the published description, in both directions. Without the description this is skipped. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFieldSchema, type FieldType, type ObjectType } from '../../src/sandbox/kubernetes/field-schema.ts';
import { groupVersionOf, kinds } from '../../src/sandbox/kubernetes/kinds.ts';
import { type Operation, operationsOf, reviews } from '../../src/sandbox/kubernetes/served.ts';
import { type SandboxKubernetes, startKubernetes } from '../../src/sandbox/kubernetes/index.ts';
import { asSchema, at, type Description, entries, problems, readDescription, resolve, type Schema } from './kubernetes-description.ts';
import { type Ask, asker } from './kubernetes-asker.ts';

const description: Description = readDescription() ?? { operations: new Map(), roots: [], schemas: new Map() };
const isHere = description.operations.size > 0;

/** Documented for resources that we serve, but not served. */
const notServed: string[] = [
  ...['attach', 'proxy', 'proxy/{path}'].flatMap((name) => streams('/api/v1/namespaces/{namespace}/pods/{name}', name)),
  ...['proxy', 'proxy/{path}'].flatMap((name) => [
    ...streams('/api/v1/namespaces/{namespace}/services/{name}', name),
    ...streams('/api/v1/nodes/{name}', name),
  ]),
  ...['ephemeralcontainers', 'resize'].flatMap((name) =>
    ['GET', 'PUT', 'PATCH'].map((method) => `${method} /api/v1/namespaces/{namespace}/pods/{name}/${name}`),
  ),
  'POST /api/v1/namespaces/{namespace}/serviceaccounts/{name}/token',
  'PUT /api/v1/namespaces/{name}/finalize',
];

function streams(path: string, name: string): string[] {
  const methods = name.startsWith('proxy') ? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] : ['GET', 'POST'];
  return methods.map((method) => `${method} ${path}/${name}`);
}

const isDescribed = (path: string): boolean => description.roots.some((root) => path === root || path.startsWith(`${root}/`));

function offered(): Operation[] {
  const asked = reviews.map(({ groupVersion, kind }): Operation => ({
    path: `/apis/${groupVersion}/${kind.toLowerCase()}s`,
    method: 'POST',
    verb: 'create',
  }));
  return [...kinds.flatMap(operationsOf), ...asked];
}

const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;

describe.skipIf(!isHere)('every path and method', () => {
  it('that is offered is documented', () => {
    const described = offered().filter(({ path }) => isDescribed(path));

    const invented = described.map(nameOf).filter((name) => !description.operations.has(name));

    expect(described.length).toBeGreaterThan(150);
    expect(invented).toEqual([]);
  });

  it('that is documented for a resource of ours is offered, or stands in the list of those that are not', () => {
    const plurals = new Set(kinds.map((kind) => `${groupVersionOf(kind)} ${kind.plural}`));
    const ours = [...description.operations.keys()].filter((name) => {
      const found = /^\w+ \/(?:api\/(v1)|apis\/([^/]+\/[^/]+))\/(?:namespaces\/\{namespace\}\/)?([a-z]+)/.exec(name);
      return plurals.has(`${found?.[1] ?? found?.[2] ?? ''} ${found?.[3] ?? ''}`);
    });
    const known = new Set([...offered().map(nameOf), ...notServed]);

    expect(ours.filter((name) => !known.has(name))).toEqual([]);
    expect(notServed.filter((name) => !description.operations.has(name))).toEqual([]);
    console.info(
      `${ours.length} documented operations of our resources: ${ours.length - notServed.length} served, ${notServed.length} not (streams, proxies, tokens, finalize)`,
    );
  });

  it('would be missed if it were invented', () => {
    expect(description.operations.has('GET /apis/apps/v1/namespaces/{namespace}/widgets')).toBe(false);
  });
});

describe.skipIf(!isHere)('the table of fields', () => {
  it('has the fields, types and list keys of the description, no more and no fewer', () => {
    const fields = createFieldSchema();
    const compared = { types: 0, fields: 0 };

    const different = kinds.flatMap((kind) => {
      const schema = [...description.schemas.values()].find((candidate) => isOf(candidate, kind.group, kind.version, kind.kind));
      const type = fields.ofKind(kind);
      return schema === undefined || type === undefined ? [] : compareTypes(type, schema, kind.kind, new Set(), compared);
    });

    expect(different).toEqual([]);
    expect(compared.fields).toBeGreaterThan(800);
  });

  it('would be found to differ', () => {
    const fields = createFieldSchema();
    const type = fields.ofKind({ group: 'apps', kind: 'Deployment' });
    const spec = type?.fields.get('spec')?.type;
    if (type === undefined || spec?.is !== 'object') throw new Error('there is no Deployment');
    spec.type.fields.set('replcas', { name: 'replcas', always: false, type: { is: 'scalar', scalar: 'integer' } });
    spec.type.fields.delete('paused');
    const schema = [...description.schemas.values()].find((candidate) => isOf(candidate, 'apps', 'v1', 'Deployment'));

    const different = compareTypes(type, schema ?? {}, 'Deployment', new Set(), { types: 0, fields: 0 });

    expect(different.toSorted()).toEqual(['Deployment.spec.paused: only described', 'Deployment.spec.replcas: only in our table']);
  });
});

function isOf(schema: Schema, group: string, version: string, kind: string): boolean {
  const all = schema['x-kubernetes-group-version-kind'];
  return (
    Array.isArray(all) &&
    all.some((one: unknown) => at(one, 'group') === group && at(one, 'version') === version && at(one, 'kind') === kind)
  );
}

function compareTypes(
  type: ObjectType,
  given: Schema,
  path: string,
  seen: Set<string>,
  compared: { types: number; fields: number },
): string[] {
  const schema = resolve(description, given);
  const key = `${type.name} ${String(schema['description'] ?? '').slice(0, 60)} ${entries(schema['properties']).length}`;
  if (seen.has(key)) return [];
  seen.add(key);
  compared.types += 1;
  const described = new Map(entries(schema['properties']));
  const extra = [...type.fields.keys()].filter((name) => !described.has(name)).map((name) => `${path}.${name}: only in our table`);
  const inner = [...described].flatMap(([name, property]) => {
    const field = type.fields.get(name);
    if (field === undefined) return [`${path}.${name}: only described`];
    compared.fields += 1;
    return compareFields(field.type, asSchema(property), `${path}.${name}`, seen, compared);
  });
  return [...extra, ...inner];
}

const wordOf: Record<string, string> = {
  text: 'string',
  integer: 'integer',
  boolean: 'boolean',
  time: 'string',
  'micro-time': 'string',
  bytes: 'string',
};

function compareFields(
  type: FieldType,
  given: Schema,
  path: string,
  seen: Set<string>,
  compared: { types: number; fields: number },
): string[] {
  const schema = resolve(description, given);
  const wrong = (what: string) => [`${path}: ${what}`];
  switch (type.is) {
    case 'scalar': {
      const wanted = wordOf[type.scalar];
      return wanted === undefined || schema['type'] === wanted ? [] : wrong(`${type.scalar}, described as ${String(schema['type'])}`);
    }
    case 'map':
      return schema['additionalProperties'] === undefined ? wrong('a map, described as something else') : [];
    case 'set':
      return schema['type'] === 'array' ? [] : wrong('a set, described as something else');
    case 'list': {
      if (schema['type'] !== 'array') return wrong('a list, described as something else');
      const keys = schema['x-kubernetes-list-map-keys'];
      const described = Array.isArray(keys) ? keys.map(String) : [];
      if (described.join() !== type.keys.join()) return wrong(`keys ${type.keys.join()}, described as ${described.join()}`);
      return compareFields(type.of, asSchema(schema['items']), `${path}[]`, seen, compared);
    }
    case 'object': {
      const isWhole = schema['x-kubernetes-map-type'] === 'atomic';
      return [
        ...(isWhole === type.type.whole ? [] : wrong(`whole: ${type.type.whole}, described: ${isWhole}`)),
        ...compareTypes(type.type, schema, path, seen, compared),
      ];
    }
  }
}

describe.skipIf(!isHere)('every answer', () => {
  let sandbox: SandboxKubernetes;
  let ask: Ask;

  beforeAll(async () => {
    sandbox = await startKubernetes({ podStartMs: 20 });
    ask = asker(sandbox);
  });

  afterAll(() => sandbox.close());

  const samples = kinds.filter((kind) => isDescribed(groupVersionOf(kind) === 'v1' ? '/api/v1' : `/apis/${groupVersionOf(kind)}`));

  it.each(samples.map((kind) => [`${kind.kind} of ${groupVersionOf(kind)}`, kind] as const))(
    'to list and get is as described: %s',
    async (_title, kind) => {
      const root = groupVersionOf(kind) === 'v1' ? '/api/v1' : `/apis/${groupVersionOf(kind)}`;
      const list = await ask('GET', `${root}/${kind.plural}`);
      const [first] = itemsOf(list.json);
      const place = kind.namespaced ? `/namespaces/${String(at(first, 'metadata', 'namespace'))}` : '';
      const pattern = `${root}${kind.namespaced ? '/namespaces/{namespace}' : ''}/${kind.plural}/{name}`;

      expect(list.status).toBe(200);
      expect(check(`GET ${root}/${kind.plural}`, list.json)).toEqual([]);
      if (first === undefined) return console.info(`no ${kind.kind} in the company to look at`);
      const path = `${root}${place}/${kind.plural}/${String(at(first, 'metadata', 'name'))}`;
      const one = await ask('GET', path);
      expect(check(`GET ${pattern}`, one.json)).toEqual([]);
      const patched = await ask(
        'PATCH',
        `${path}?dryRun=All`,
        { metadata: { labels: { contract: 'checked' } } },
        'application/merge-patch+json',
      );
      expect(patched.status).toBe(200);
      expect(check(`PATCH ${pattern}`, patched.json)).toEqual([]);
    },
  );

  it('to scale, to reviews and to refusals is as described', async () => {
    const deployments = '/apis/apps/v1/namespaces/shop/deployments';
    const pattern = '/apis/apps/v1/namespaces/{namespace}/deployments/{name}';
    const scale = await ask('PATCH', `${deployments}/cart/scale?dryRun=All`, { spec: { replicas: 3 } }, 'application/merge-patch+json');
    const attributes = { verb: 'get', resource: 'pods', namespace: 'shop' };
    const access = await ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      spec: { resourceAttributes: attributes },
    });
    const rules = await ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { spec: { namespace: 'shop' } });
    const gone = await ask('DELETE', `${deployments}/search?dryRun=All`);
    const refused = await ask('GET', `${deployments}/none`);

    expect(check(`PATCH ${pattern}/scale`, scale.json)).toEqual([]);
    expect(check('POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews', access.json)).toEqual([]);
    expect(check('POST /apis/authorization.k8s.io/v1/selfsubjectrulesreviews', rules.json)).toEqual([]);
    expect(check(`DELETE ${pattern}`, gone.json)).toEqual([]);
    expect(check(`DELETE ${pattern}`, refused.json)).toEqual([]);
  });

  it('would be found if it were wrong', async () => {
    const path = '/apis/apps/v1/namespaces/shop/deployments/web-app';
    const { json } = await ask('GET', path);
    const planted = { ...asSchema(json), spec: { ...asSchema(at(json, 'spec')), replicas: 'three', replcas: 3, selector: undefined } };

    const found = check('GET /apis/apps/v1/namespaces/{namespace}/deployments/{name}', JSON.parse(JSON.stringify(planted)));

    expect(found.toSorted()).toEqual(['.spec.replcas: unknown', '.spec.replicas: "three" for integer', '.spec.selector: missing']);
  });

  function check(operation: string, json: unknown): string[] {
    const schema = description.operations.get(operation);
    return schema === undefined ? [`${operation} has no described answer`] : problems(description, schema, json);
  }
});

function itemsOf(json: unknown): unknown[] {
  const items = at(json, 'items');
  return Array.isArray(items) ? items : [];
}
