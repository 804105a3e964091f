/** Applying manifests: shown, tried, done once, undone, and honest about what broke. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Action, JsonObject } from '#kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KubernetesClient } from '../connect.ts';
import { failure, planAndRun, testCluster, type TestCluster, type TestContext } from '../testing.ts';
import { applyManifest } from './apply-manifest.ts';
import { restoreObjects } from './restore-objects.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 30_000 });

let cluster: TestCluster;
let cwd = '';

beforeEach(async () => {
  cluster = await testCluster();
  cwd = await mkdtemp(join(tmpdir(), 'devos-apply-'));
});

afterEach(async () => {
  await cluster.close();
  await rm(cwd, { recursive: true, force: true });
});

const context = (key = 'R-test/1'): TestContext => ({ ...cluster.context({ key }), cwd });
const has = (kind: string, name: string, namespace = 'shop') => cluster.sandbox.find(kind, namespace, name);
const preview = <I, O>(action: Action<KubernetesClient, I, O>, input: JsonObject) => action.preview(action.input.parse(input), context());

const web = (image: string, replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: queue, labels: { app: queue } }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: queue } }
  template:
    metadata: { labels: { app: queue } }
    spec: { containers: [{ name: main, image: '${image}' }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: queue }
data: { LEVEL: info }
`;

describe('applying a manifest', () => {
  const write = (text: string, name = 'queue.yaml'): void => writeFileSync(join(cwd, name), text);

  it('shows the whole of what is new, writes nothing while planning, and makes each object once', async () => {
    write(web('queue:1', 2));
    const mark = cluster.sandbox.requests.length;
    const planned = await preview(applyManifest, { file: 'queue.yaml' });
    expect(cluster.writesAfter(mark)).toEqual([]);

    const { bound, output } = await planAndRun(applyManifest, { file: 'queue.yaml' }, context());

    expect(planned.diff).toEqual(expect.arrayContaining(['+ ConfigMap queue  (new)', '+ Deployment queue  (new)', '+     replicas: 2']));
    expect(output.objects.map(({ title, did }) => `${title} ${did}`)).toEqual(['ConfigMap queue created', 'Deployment queue created']);
    expect(cluster.effects()).toEqual(['queue R-test/1', 'queue R-test/1']);
    expect(await applyManifest.find?.(bound, context())).toMatchObject({ objects: [{ name: 'queue' }, { name: 'queue' }] });
    expect(await applyManifest.find?.(bound, context('R-other/1'))).toBeUndefined();
    expect(await applyManifest.verify?.(bound, output, context())).toMatchObject({
      ok: true,
      message: expect.stringContaining('2 of 2 objects'),
    });
    await applyManifest.run(bound, context());
    expect(cluster.effects()).toHaveLength(2);
  });

  it('shows field by field what changes, and puts back both what was new and what was changed', async () => {
    write(web('queue:1', 2));
    await planAndRun(applyManifest, { file: 'queue.yaml' }, context('R-a/1'));
    write(web('queue:2', 3).replace('info', 'debug'));

    const { preview: planned, bound, output } = await planAndRun(applyManifest, { file: 'queue.yaml' }, context('R-b/1'));

    expect(planned.diff).toEqual([
      '~ ConfigMap queue  data.LEVEL  info -> debug',
      '~ Deployment queue  spec.replicas  2 -> 3',
      '~ Deployment queue  spec.template.spec.containers[main].image  queue:1 -> queue:2',
    ]);
    const back = applyManifest.undo?.(bound, output);
    expect(back?.action).toBe('kubernetes.objects.restore');
    const { preview: way } = await planAndRun(restoreObjects, back?.input ?? {}, context('R-back/1'));
    expect(way.diff).toContain('~ Deployment queue (shop)  spec.replicas  3 -> 2');
    expect(has('Deployment', 'queue')).toMatchObject({ spec: { replicas: 2, template: { spec: { containers: [{ image: 'queue:1' }] } } } });
    expect(has('ConfigMap', 'queue')).toMatchObject({ data: { LEVEL: 'info' } });
  });

  it('deletes what was new when it is put back, and only that very object', async () => {
    write(web('queue:1', 1));
    const { bound, output } = await planAndRun(applyManifest, { file: 'queue.yaml' }, context('R-a/1'));
    const back = applyManifest.undo?.(bound, output)?.input ?? {};

    const { output: restored } = await planAndRun(restoreObjects, back, context('R-back/1'));

    expect(restored.objects.map(({ did }) => did)).toEqual(['deleted', 'deleted']);
    expect([has('ConfigMap', 'queue'), restoreObjects.safety(restoreObjects.input.parse(back), {}).level]).toEqual([
      undefined,
      'destructive',
    ]);
  });

  it('says which fields others hold, with their owners', async () => {
    const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web-app, namespace: shop }\nspec: { replicas: 9 }\n`;
    write(text);

    const error = await failure(preview(applyManifest, { file: 'queue.yaml' }));

    expect(error).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/queue\.yaml:1 .*\.spec\.replicas \(kubectl-create\)/),
      hint: expect.stringContaining('--force-conflicts'),
    });
  });

  it('is stale where the file or an object changed after planning', async () => {
    write(web('queue:1', 2));
    const planned = await preview(applyManifest, { file: 'queue.yaml' });
    write(web('queue:9', 2));

    const error = await failure(applyManifest.run(applyManifest.input.parse(planned.input), context()));

    expect(error.code).toBe('PLAN_STALE');
    expect(cluster.effects()).toEqual([]);
    write(web('queue:1', 2));
    await cluster.create('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'queue' } });
    expect((await preview(applyManifest, { file: 'queue.yaml' })).precondition['ConfigMap queue']).not.toEqual(
      planned.precondition['ConfigMap queue'],
    );
  });

  it('never shows or keeps what is in a Secret', async () => {
    const secret = (value: string): string => `apiVersion: v1\nkind: Secret\nmetadata: { name: keys }\nstringData: { token: ${value} }\n`;
    write(secret('first-hidden-value'));
    const first = await planAndRun(applyManifest, { file: 'queue.yaml' }, context('R-a/1'));
    write(secret('second-hidden-value'));

    const second = await planAndRun(applyManifest, { file: 'queue.yaml' }, context('R-b/1'));

    const all = JSON.stringify([first, second, context().said]);
    for (const value of ['first-hidden-value', 'second-hidden-value'])
      for (const form of [value, Buffer.from(value).toString('base64')]) expect(all).not.toContain(form);
    expect(second.preview.diff).toEqual(['~ Secret keys  data.token  (changed, not shown)']);
    expect(second.preview.undo).toContain('not the contents of Secret keys');
  });

  it('makes a namespace before what lives in it, though that cannot be tried yet', async () => {
    write(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: fresh }\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: fresh }\n`,
    );

    const { preview: planned, output } = await planAndRun(applyManifest, { file: 'queue.yaml' }, context());

    expect(planned.diff[0]).toBe('+ Namespace fresh  (new)');
    expect(planned.diff.join('\n')).toContain('+ ConfigMap c (fresh)  (new, not tried: its namespace comes with it)');
    expect(output.objects.map(({ did }) => did)).toEqual(['created', 'created']);
    expect(has('ConfigMap', 'c', 'fresh')).toBeDefined();
  });

  it('reads a folder, and tells exactly what was done when it breaks half-way', async () => {
    mkdirSync(join(cwd, 'deploy'));
    writeFileSync(join(cwd, 'deploy', 'a.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
    writeFileSync(join(cwd, 'deploy', 'b.json'), '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}');
    const planned = await preview(applyManifest, { file: './deploy' });
    cluster.sandbox.faults.add({ kind: 'forbidden', method: 'PATCH', path: '/configmaps/b' });

    const error = await failure(applyManifest.run(applyManifest.input.parse(planned.input), context()));

    expect(error).toMatchObject({ code: 'FORBIDDEN', details: { done: ['ConfigMap a'], left: ['ConfigMap b'] } });
    const again = await applyManifest.run(applyManifest.input.parse(planned.input), context());
    expect(again.objects).toHaveLength(2);
    expect(cluster.effects()).toEqual(['a R-test/1', 'b R-test/1']);
  });

  it('sends nothing twice where an answer was lost', async () => {
    write('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
    const bound = applyManifest.input.parse((await preview(applyManifest, { file: 'queue.yaml' })).input);
    cluster.sandbox.faults.add({ kind: 'cut-after', method: 'PATCH', path: '/configmaps/a' });

    const error = await failure(applyManifest.run(bound, context()));

    expect(error.details['unclear']).toBe(true);
    expect(await applyManifest.find?.(bound, context())).toBeDefined();
    expect(cluster.effects()).toEqual(['a R-test/1']);
  });

  it.each([
    ['a file that is not there', 'none.yaml', '', 'NOT_FOUND', /none\.yaml/],
    ['an address', 'https://example.com/x.yaml', '', 'INPUT_INVALID', /not fetched/],
    ['a file outside', '../x.yaml', '', 'NOT_FOUND', /x\.yaml/],
    ['broken YAML', 'q.yaml', 'a: [', 'INPUT_INVALID', /q\.yaml:1/],
    [
      'aliases that multiply',
      'q.yaml',
      `a: &a [1,1,1,1,1,1,1,1,1]\n${['b', 'c', 'd', 'e'].map((key, index) => `${key}: &${key} [${`*${'abcd'[index]},`.repeat(9)}]\n`).join('')}`,
      'INPUT_INVALID',
      /aliases multiply/,
    ],
    ['no kind', 'q.yaml', 'a: 1', 'INPUT_INVALID', /q\.yaml:1 has no apiVersion/],
    ['no name', 'q.yaml', 'apiVersion: v1\nkind: Pod\n', 'INPUT_INVALID', /metadata\.name/],
    [
      'an object twice',
      'q.yaml',
      `${'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n---\n'.repeat(2)}`,
      'INPUT_INVALID',
      /stands there twice/,
    ],
    ['an unknown field', 'q.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndatum: {}\n', 'INPUT_INVALID', /datum/],
    ['an unknown kind', 'q.yaml', 'apiVersion: v1\nkind: Gadget\nmetadata: { name: a }\n', 'NOT_FOUND', /Gadget/],
    [
      'an old version of a kind',
      'q.yaml',
      'apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: { name: a }\n',
      'INPUT_INVALID',
      /networking\.k8s\.io\/v1/,
    ],
  ])('refuses %s', async (_what, file, text, code, message) => {
    if (text !== '') write(text, file);
    const mark = cluster.sandbox.requests.length;

    const error = await failure(preview(applyManifest, { file }));

    expect(error).toMatchObject({ code, message: expect.stringMatching(message), hint: expect.stringMatching(/\S/) });
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('is destructive where it stops something', async () => {
    write(web('queue:1', 2));
    await planAndRun(applyManifest, { file: 'queue.yaml' }, context('R-a/1'));
    write(web('queue:1', 0));

    const { facts } = await preview(applyManifest, { file: 'queue.yaml' });

    expect(applyManifest.safety({ file: 'queue.yaml' }, { live: facts })).toMatchObject({
      level: 'destructive',
      reasons: ['stops Deployment queue'],
    });
  });
});
