/** CustomResourceDefinitions and their objects, as the real kubectl knows them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxKubernetes, startKubernetes } from '../../src/sandbox/kubernetes/index.ts';
import { realKubectl } from '../support/real-programs.ts';
import { createKubectl, type Kubectl } from './run-kubectl.ts';

const program = await realKubectl();

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: backups.storage.acme.example }
spec:
  group: storage.acme.example
  scope: Namespaced
  names: { plural: backups, singular: backup, kind: Backup, shortNames: [bk], categories: [all] }
  versions:
    - name: v1beta1
      served: true
      storage: false
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      additionalPrinterColumns:
        - { name: Schedule, type: string, jsonPath: .spec.schedule }
        - { name: Keep, type: integer, jsonPath: .spec.keep }
        - { name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status' }
        - { name: Age, type: date, jsonPath: .metadata.creationTimestamp }
      schema:
        openAPIV3Schema:
          type: object
          description: Copies of a volume.
          required: [spec]
          properties:
            spec:
              type: object
              required: [schedule]
              properties:
                schedule: { type: string, minLength: 3, description: When it runs. }
                keep: { type: integer, minimum: 1, default: 7 }
                mode: { type: string, enum: [full, partial] }
            status:
              type: object
              x-kubernetes-preserve-unknown-fields: true
`;
const backup = (more = '') =>
  `apiVersion: storage.acme.example/v1\nkind: Backup\nmetadata: { name: nightly, namespace: shop }\nspec: { schedule: "0 2 * * *"${more} }\n`;

describe.skipIf(program === undefined)('a custom kind', () => {
  let sandbox: SandboxKubernetes;
  let kubectl: Kubectl;
  const ok = async (...args: string[]): Promise<string> => {
    const ran = await kubectl.run(args);
    expect(ran.code, ran.text).toBe(0);
    return ran.text;
  };
  const refused = async (...args: string[]): Promise<string> => {
    const ran = await kubectl.run(args);
    expect(ran.code, ran.text).not.toBe(0);
    return ran.text;
  };
  const file = (text: string, name = 'backup.yaml') => kubectl.file(name, text);

  beforeAll(async () => {
    sandbox = await startKubernetes({ podStartMs: 5 });
    kubectl = await createKubectl(program ?? '', sandbox);
    await ok('apply', '-f', await file(definition, 'definition.yaml'));
    await ok('wait', '--for=condition=Established', 'crd/backups.storage.acme.example', '--timeout=20s');
  });

  afterAll(async () => {
    await kubectl.close();
    await sandbox.close();
  });

  it('is discovered, in all its versions, with its short name', async () => {
    expect(await ok('api-resources', '--api-group=storage.acme.example')).toMatch(
      /^backups +bk +storage\.acme\.example\/v1 +true +Backup$/m,
    );
    expect(await ok('api-versions')).toMatch(/^storage\.acme\.example\/v1\nstorage\.acme\.example\/v1beta1$/m);
    expect(await ok('get', 'crd')).toMatch(/^backups\.storage\.acme\.example +\d{4}-/m);
    expect(await ok('explain', 'backups.spec')).toMatch(/schedule\s+<string> -required-\s+When it runs\./);
  });

  it('is applied with defaults, and printed with its columns', async () => {
    expect(await ok('apply', '--server-side', '-f', await file(backup()))).toContain('nightly serverside-applied');

    expect(await ok('get', 'bk', '-n', 'shop')).toMatch(/^NAME +SCHEDULE +KEEP +READY +AGE\nnightly +0 2 \* \* \* +7 +\d+s$/m);
    expect(await ok('get', 'all', '-n', 'shop')).toContain('backup.storage.acme.example/nightly');
  });

  it('keeps its status apart, counts generations, and is seen in its other version', async () => {
    const ready = '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}';
    await ok('patch', 'backup', 'nightly', '-n', 'shop', '--type=merge', '--subresource=status', '-p', ready);
    await ok('patch', 'backup', 'nightly', '-n', 'shop', '--type=merge', '-p', '{"spec":{"keep":3}}');

    expect(await ok('get', 'backup', 'nightly', '-n', 'shop', '-o', 'jsonpath={.metadata.generation} {.status.conditions[0].status}')).toBe(
      '2 True',
    );
    expect(await ok('get', 'backups.v1beta1.storage.acme.example', '-n', 'shop', '-o', 'jsonpath={.items[0].apiVersion}')).toBe(
      'storage.acme.example/v1beta1',
    );
    await ok('wait', '--for=condition=Ready', 'backup/nightly', '-n', 'shop', '--timeout=10s');
  });

  it.each([
    ['an enum', ', mode: some', /spec\.mode: Unsupported value: "some": supported values: "full", "partial"/],
    ['a minimum', ', keep: 0', /spec\.keep: Invalid value: 0: spec\.keep in body should be greater than or equal to 1/],
    ['a type', ', keep: "x"', /spec\.keep: Invalid value: "string": spec\.keep in body must be of type integer: "string"/],
    ['a field that is not there', ', schedle: x', /unknown field "spec\.schedle"/],
  ])('is refused where it breaks %s', async (_what, more, says) => {
    expect(await refused('apply', '--server-side', '--force-conflicts', '--validate=strict', '-f', await file(backup(more)))).toMatch(says);
  });

  it('is refused where something is missing', async () => {
    const empty = 'apiVersion: storage.acme.example/v1\nkind: Backup\nmetadata: { name: empty, namespace: shop }\nspec: {}\n';

    expect(await refused('create', '--validate=false', '-f', await file(empty))).toMatch(/spec\.schedule: Required value/);
  });

  it('goes with its definition, and not before its finalizers', async () => {
    await ok('patch', 'backup', 'nightly', '-n', 'shop', '--type=merge', '-p', '{"metadata":{"finalizers":["acme.example/copy"]}}');
    await ok('delete', 'crd', 'backups.storage.acme.example', '--wait=false');
    expect(await ok('get', 'backups', '-n', 'shop')).toContain('nightly');

    await ok('patch', 'backup', 'nightly', '-n', 'shop', '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
    await ok('wait', '--for=delete', 'crd/backups.storage.acme.example', '--timeout=20s');

    expect(await refused('get', 'backups', '-n', 'shop')).toMatch(
      /doesn't have a resource type "backups"|could not find the requested resource/,
    );
  });

  it('is refused itself where its name is not what it defines', async () => {
    expect(await refused('create', '--validate=false', '-f', await file(definition.replace('name: backups.', 'name: other.')))).toMatch(
      /metadata\.name: Invalid value: "other\.storage\.acme\.example": must be spec\.names\.plural\+"\."\+spec\.group/,
    );
  });
});
