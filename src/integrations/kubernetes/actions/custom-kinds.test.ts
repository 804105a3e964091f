/** Kinds that a CustomResourceDefinition adds: no action knows them beforehand. */
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure, planAndRun, testCluster, type TestCluster, type TestContext } from '../testing.ts';
import { applyManifest } from './apply-manifest.ts';
import { deleteResource } from './delete-resource.ts';
import { describeResource } from './describe-resource.ts';
import { labelResource } from './label-resource.ts';
import { listResources } from './list-resources.ts';
import { patchResource } from './patch-resource.ts';
import { restoreObjects } from './restore-objects.ts';

vi.setConfig({ testTimeout: 30_000 });

let cluster: TestCluster;
let cwd = '';

beforeEach(async () => {
  cluster = await testCluster();
  cwd = await mkdtemp(join(tmpdir(), 'devos-custom-'));
  writeFileSync(join(cwd, 'definition.yaml'), definition);
  writeFileSync(join(cwd, 'queue.yaml'), queue());
});

afterEach(async () => {
  await cluster.close();
  await rm(cwd, { recursive: true, force: true });
});

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: workqueues.acme.example }
spec:
  group: acme.example
  scope: Namespaced
  names: { plural: workqueues, singular: workqueue, kind: WorkQueue, shortNames: [wq] }
  versions:
    - name: v1
      served: true
      storage: true
      additionalPrinterColumns: [{ name: Depth, type: integer, jsonPath: .spec.depth }]
      schema:
        openAPIV3Schema:
          type: object
          properties: { spec: { type: object, required: [depth], properties: { depth: { type: integer, minimum: 1 } } } }
`;
const queue = (depth = 5) => `apiVersion: acme.example/v1\nkind: WorkQueue\nmetadata: { name: mail }\nspec: { depth: ${depth} }\n`;
const context = (key = 'R-test/1'): TestContext => ({ ...cluster.context({ key }), cwd });
const place = { kind: 'WorkQueue', namespace: 'shop' };
const define = () => planAndRun(applyManifest, { file: 'definition.yaml' }, context('R-define/1'));

/** The server needs a moment until it serves a new kind. */
async function served(): Promise<void> {
  await define();
  await vi.waitFor(() =>
    expect(cluster.sandbox.find('CustomResourceDefinition', '', 'workqueues.acme.example')).toMatchObject({
      status: { conditions: expect.arrayContaining([expect.objectContaining({ type: 'Established' })]) },
    }),
  );
}

describe('a custom kind', () => {
  it('is defined by an apply that is destructive, as all clients see it, and goes on the way back', async () => {
    const planned = await applyManifest.preview({ file: 'definition.yaml' }, context());

    expect(applyManifest.safety({ file: 'definition.yaml' }, { live: planned.facts }).level).toBe('destructive');
    expect(planned.diff).toContain('+ CustomResourceDefinition workqueues.acme.example  (new)');
  });

  it('is applied, listed with its own columns, described, and changed', async () => {
    await served();

    const { output } = await planAndRun(applyManifest, { file: 'queue.yaml' }, context('R-a/1'));
    const listed = await planAndRun(listResources, place, context());
    const described = await planAndRun(describeResource, { ...place, name: 'mail' }, context());
    await planAndRun(patchResource, { ...place, name: 'mail', patch: '{"spec":{"depth":9}}' }, context('R-b/1'));
    await planAndRun(labelResource, { ...place, name: 'mail', labels: 'team=post' }, context('R-c/1'));

    expect(output.objects).toMatchObject([{ title: 'WorkQueue mail', did: 'created' }]);
    expect(listed.output.table).toEqual({ columns: ['NAME', 'DEPTH'], rows: [['mail', '5']] });
    expect(JSON.stringify(described.output)).toContain('"depth":5');
    expect(cluster.sandbox.find('WorkQueue', 'shop', 'mail')).toMatchObject({ metadata: { labels: { team: 'post' } }, spec: { depth: 9 } });
  });

  it('comes in the same file as its definition, and both go on the way back', async () => {
    writeFileSync(join(cwd, 'both.yaml'), `${queue()}---\n${definition}`);

    const { preview, bound, output } = await planAndRun(applyManifest, { file: 'both.yaml' }, context('R-a/1'));
    await planAndRun(restoreObjects, applyManifest.undo?.(bound, output).input ?? {}, context('R-b/1'));

    expect(preview.diff).toContain('+ WorkQueue mail  (new, once its kind is there)');
    expect(output.objects.map(({ title }) => title)).toEqual(['CustomResourceDefinition workqueues.acme.example', 'WorkQueue mail']);
    await vi.waitFor(() => expect(cluster.sandbox.find('CustomResourceDefinition', '', 'workqueues.acme.example')).toBeUndefined());
  });

  it('is deleted and brought back', async () => {
    await served();
    await planAndRun(applyManifest, { file: 'queue.yaml' }, context('R-a/1'));

    const { bound, output } = await planAndRun(deleteResource, { ...place, name: 'mail' }, context('R-b/1'));
    expect(cluster.sandbox.find('WorkQueue', 'shop', 'mail')).toBeUndefined();
    await planAndRun(restoreObjects, deleteResource.undo?.(bound, output).input ?? {}, context('R-c/1'));

    expect(cluster.sandbox.find('WorkQueue', 'shop', 'mail')).toMatchObject({ spec: { depth: 5 } });
  });

  it('is refused in the words of its schema, before anything is written', async () => {
    await served();
    writeFileSync(join(cwd, 'queue.yaml'), queue(0));

    const error = await failure(applyManifest.preview({ file: 'queue.yaml' }, context()));

    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('spec.depth in body should be greater than or equal to 1'),
    });
  });

  it('that is not defined is said to be missing', async () => {
    const error = await failure(listResources.preview(listResources.input.parse(place), context()));

    expect(error).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('WorkQueue') });
  });
});
