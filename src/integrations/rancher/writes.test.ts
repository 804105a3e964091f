import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure, planAndRun, startWorld, type World } from './__fixtures__/world.ts';
import { createNamespace } from './actions/create-namespace.ts';
import { createProject } from './actions/create-project.ts';
import { deleteProject } from './actions/delete-project.ts';
import { generateKubeconfig } from './actions/generate-kubeconfig.ts';
import { readQuota } from './namespace-body.ts';

vi.setConfig({ testTimeout: 20_000 });

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const writes = (): string[] =>
  world.site.requests.flatMap(({ method, path, dryRun }) => (method === 'GET' || dryRun ? [] : [`${method} ${path.split('?')[0] ?? ''}`]));

describe('creating a project', () => {
  const input = { cluster: 'kube-us1', name: 'Growth', description: 'for the new team' };

  it('writes nothing while planning, then once, is found by its key, and is put back', async () => {
    const preview = await createProject.preview(createProject.input.parse(input), world.context());
    expect(writes()).toEqual([]);

    const { bound, output } = await planAndRun(createProject, input, world.context());

    expect(preview.diff).toEqual(['+ project Growth: for the new team']);
    expect(writes()).toEqual(['POST /v3/projects']);
    expect(world.site.effects).toMatchObject([{ verb: 'create', kind: 'Project', name: 'Growth', key: 'R-test/1' }]);
    expect(await createProject.find?.(bound, world.context())).toEqual(output);
    expect(await createProject.find?.(bound, world.context('R-other/1'))).toBeUndefined();
    expect(await createProject.verify?.(bound, output, world.context())).toMatchObject({ ok: true });
    const back = createProject.undo?.(bound, output);
    await planAndRun(deleteProject, back?.input ?? {}, world.context('R-back/1'));
    expect(await createProject.verify?.(bound, output, world.context())).toMatchObject({ ok: false });
  });

  it('refuses a name that is taken, in any case', async () => {
    const error = await failure(createProject.preview(createProject.input.parse({ ...input, name: 'support' }), world.context()));

    expect(error).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('c-m-us1:p-supp1') });
  });

  it('leaves the outcome open where the answer is lost, and finds it then', async () => {
    const { input: planned } = await createProject.preview(createProject.input.parse(input), world.context());
    const bound = createProject.input.parse(planned);
    world.site.faults.add({ kind: 'cut-after', method: 'POST', path: '/v3/projects' });

    const error = await failure(createProject.run(bound, world.context()));

    expect(error.details['unclear']).toBe(true);
    expect(await createProject.find?.(bound, world.context())).toMatchObject({ name: 'Growth' });
  });

  it('is not put back while a namespace is in it', async () => {
    const { output } = await planAndRun(createProject, input, world.context());
    await planAndRun(createNamespace, { cluster: 'kube-us1', name: 'ads', project: 'Growth' }, world.context('R-ns/1'));

    const error = await failure(deleteProject.preview({ cluster: 'kube-us1', project: output.id }, world.context()));

    expect(error).toMatchObject({ code: 'CONFLICT', message: 'The project Growth holds ads' });
  });
});

describe('creating a namespace', () => {
  const input = { cluster: 'kube-us1', name: 'push-gateway', project: 'support', quota: 'cpu=4, memory=8Gi' };

  it('is tried by a dry run, then made once with project and quota', async () => {
    const { preview, bound, output } = await planAndRun(createNamespace, input, world.context());

    expect(preview.diff).toEqual([
      '+ namespace push-gateway',
      '+   project Support (c-m-us1:p-supp1)',
      '+   quota limitsCpu 4',
      '+   quota limitsMemory 8Gi',
    ]);
    expect(writes()).toEqual(['POST /k8s/clusters/c-m-us1/api/v1/namespaces']);
    expect(world.us.find('Namespace', '', 'push-gateway')).toMatchObject({
      metadata: {
        annotations: {
          'field.cattle.io/projectId': 'c-m-us1:p-supp1',
          'field.cattle.io/resourceQuota': '{"limit":{"limitsCpu":"4","limitsMemory":"8Gi"}}',
          'devos.io/effect': 'R-test/1',
        },
      },
    });
    expect(await createNamespace.find?.(bound, world.context())).toEqual(output);
    expect(await createNamespace.find?.(bound, world.context('R-other/1'))).toBeUndefined();
    expect(await createNamespace.verify?.(bound, output, world.context())).toMatchObject({ ok: true });
    expect(createNamespace.undo?.(bound, output)).toEqual({
      action: 'kubernetes.resource.delete',
      input: { kind: 'Namespace', name: 'push-gateway', cluster: 'rancher/kube-us1' },
    });
  });

  it.each([
    ['a namespace that is there', { name: 'shop' }, 'CONFLICT'],
    ['a project that is not', { project: 'Nothing' }, 'NOT_FOUND'],
    ['a quota that is no quota', { quota: 'a lot of memory' }, 'INPUT_INVALID'],
    ['a cluster that is away', { cluster: 'lab-9', project: undefined }, 'REMOTE_UNAVAILABLE'],
  ])('refuses %s', async (_what, change, code) => {
    const asked = createNamespace.input.parse({ ...input, ...change });

    expect((await failure(createNamespace.preview(asked, world.context()))).code).toBe(code);
    expect(writes()).toEqual([]);
  });

  it('reads quotas as people write them', () => {
    const expected = { limitsCpu: '4', limitsMemory: '8Gi' };

    for (const text of ['cpu=4,memory=8Gi', '4 cpu and 8Gi memory', 'cpu: 4, mem: 8Gi']) expect(readQuota(text)).toEqual(expected);
  });
});

describe('a kubeconfig', () => {
  it('is written for its owner only and shown nowhere', async () => {
    const { preview, bound, output } = await planAndRun(generateKubeconfig, { cluster: 'kube-us1' }, world.context());

    const text = readFileSync(output.file, 'utf8');
    const token = /token: "(.*)"/.exec(text)?.[1] ?? '';
    expect(output.file).toBe(join(world.dir, 'kubeconfig-kube-us1.yaml'));
    expect(statSync(output.file).mode & 0o777).toBe(0o600);
    expect(token).toMatch(/^kubeconfig-u-\w+:\w+$/);
    expect(JSON.stringify([preview, output])).not.toContain(token);
    expect(await generateKubeconfig.find?.(bound, world.context())).toEqual(output);
    expect(await generateKubeconfig.verify?.(bound, output, world.context())).toMatchObject({ ok: true });
    expect(writes()).toEqual(['POST /v3/clusters/c-m-us1']);
  });

  it('is never written over a file, nor outside of the working folder, nor made twice on a doubt', async () => {
    writeFileSync(join(world.dir, 'mine.yaml'), 'mine');
    const preview = (path: string) =>
      failure(generateKubeconfig.preview(generateKubeconfig.input.parse({ cluster: 'kube-us1', path }), world.context()));

    expect((await preview('mine.yaml')).code).toBe('CONFLICT');
    expect((await preview('../out.yaml')).code).toBe('INPUT_INVALID');
    const unknown = generateKubeconfig.find?.(generateKubeconfig.input.parse({ cluster: 'kube-us1', path: 'new.yaml' }), world.context());
    expect((await failure(unknown ?? Promise.resolve())).code).toBe('OUTCOME_UNKNOWN');
    expect(readFileSync(join(world.dir, 'mine.yaml'), 'utf8')).toBe('mine');
    expect(writes()).toEqual([]);
  });
});
