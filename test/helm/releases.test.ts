import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deployRelease } from '../../src/integrations/helm/actions/deploy-release.ts';
import { listReleases } from '../../src/integrations/helm/actions/list-releases.ts';
import { releaseHistory } from '../../src/integrations/helm/actions/release-history.ts';
import { releaseStatus } from '../../src/integrations/helm/actions/release-status.ts';
import { releaseValues } from '../../src/integrations/helm/actions/release-values.ts';
import { rollbackRelease } from '../../src/integrations/helm/actions/rollback-release.ts';
import { uninstallRelease } from '../../src/integrations/helm/actions/uninstall-release.ts';
import { realHelm } from '../support/real-programs.ts';
import { writeChart } from './charts.ts';
import { failure, type HelmWorld, planAndRun, startHelmWorld } from './world.ts';

const program = await realHelm();
let world: HelmWorld;
let chart = '';

beforeAll(async () => {
  if (program === undefined) return;
  world = await startHelmWorld(program, {
    environments: [{ name: 'production', production: true, clusters: [], namespaces: ['production'] }],
    config: { charts: { shopfront: { path: 'shopfront' } } },
  });
  chart = await writeChart(world.dir, 'shopfront');
  // Temporary files of others, which run at the same time, are not ours to count.
  await mkdir(join(world.dir, 'tmp'));
  vi.stubEnv('TMPDIR', join(world.dir, 'tmp'));
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await world?.close();
});

const deploy = (more: object = {}) => ({ release: 'shopfront', namespace: 'shop', ...more });
const input = (more: object = {}) => deployRelease.input.parse(deploy(more));

describe.skipIf(program === undefined)('a release', () => {
  it('is planned by reads and dry runs only, with what it makes, and its version pinned', async () => {
    const mark = world.sandbox.requests.length;

    const preview = await deployRelease.preview(input({ version: 'latest' }), world.context());

    expect(preview.input).toMatchObject({
      release: 'shopfront',
      version: '1.0.0',
      namespace: 'shop',
      cluster: 'demo',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(preview.diff).toEqual([
      '+ release shopfront  chart shopfront-1.0.0 (app 1.0.0)',
      '+ Service shopfront',
      '+ Deployment shopfront  2 replicas, image acme/shopfront:1.0.0',
    ]);
    expect(preview).toMatchObject({ undo: 'uninstall shopfront', precondition: { revision: 0, status: 'not installed' } });
    expect(world.writesAfter(mark)).toEqual([]);
  });

  it('is installed once, waited for, found by its key, and verified', async () => {
    const mark = world.sandbox.requests.length;
    const context = world.context();

    const { bound, output } = await planAndRun(deployRelease, deploy(), context);

    expect(output).toEqual({ release: 'shopfront', namespace: 'shop', revision: 1, from: 0, chart: 'shopfront-1.0.0', changed: true });
    expect(world.writesAfter(mark).filter((line) => line.includes('deployments'))).toHaveLength(1);
    expect(context.said).toEqual(['helm upgrade --install shopfront (shopfront-1.0.0), waiting until it is ready']);
    expect(await deployRelease.find?.(bound, world.context())).toEqual(output);
    expect(await deployRelease.find?.(bound, world.context('R-other/1'))).toBeUndefined();
    expect(await deployRelease.verify?.(bound, output, world.context())).toEqual({ ok: true, message: 'revision 1 is deployed' });
    expect(world.sandbox.find('Deployment', 'shop', 'shopfront')).toMatchObject({ status: { readyReplicas: 2 } });
  });

  it('is left alone by the same plan', async () => {
    const mark = world.sandbox.requests.length;

    const { preview, output } = await planAndRun(deployRelease, deploy(), world.context('R-again/1'));

    expect(preview).toMatchObject({
      description: 'leave the release shopfront as it is: shopfront 1.0.0 (app 1.0.0)',
      undo: 'nothing is changed',
    });
    expect(output).toMatchObject({ revision: 1, changed: false });
    expect(world.writesAfter(mark)).toEqual([]);
  });

  it('shows what changes, what was changed by hand, and no secret; the way back is a rollback', async () => {
    world.sandbox.patch('Deployment', 'shop', 'shopfront', { spec: { replicas: 3 } });
    await writeFile(join(world.dir, 'secret.yaml'), 'password: hunter2hunter2\n');
    const more = { set: 'replicas=4,image=acme/shopfront:1.1.0', values: 'secret.yaml' };

    const { preview, bound, output } = await planAndRun(deployRelease, deploy(more), world.context('R-up/1'));

    expect(preview.diff).toEqual([
      '~ release shopfront  chart shopfront-1.0.0 (app 1.0.0)',
      '+ Secret shopfront',
      '~ Deployment shopfront  spec.replicas  2 -> 4',
      '~ Deployment shopfront  spec.template.spec.containers[main].image  acme/shopfront:1.0.0 -> acme/shopfront:1.1.0',
      '  by hand: Deployment shopfront  spec.replicas  2 -> 3, which is overwritten',
    ]);
    expect(preview.diff.join()).not.toContain('hunter2');
    expect(output).toMatchObject({ revision: 2, from: 1 });
    expect(deployRelease.undo?.(bound, output)).toEqual({
      action: 'helm.release.rollback',
      input: { release: 'shopfront', revision: 1, namespace: 'shop', cluster: 'demo' },
    });
  });

  it('is read: list, status, history, and values without what is secret', async () => {
    const place = { release: 'shopfront', namespace: 'shop' };
    const list = await planAndRun(listReleases, { allNamespaces: true }, world.context());
    const status = await planAndRun(releaseStatus, place, world.context());
    const history = await planAndRun(releaseHistory, place, world.context());
    const values = await planAndRun(releaseValues, place, world.context());

    expect(list.output.releases.find(({ name }) => name === 'shopfront')).toMatchObject({
      namespace: 'shop',
      revision: 2,
      status: 'deployed',
    });
    expect(status.output).toMatchObject({
      revision: 2,
      status: 'deployed',
      resources: expect.arrayContaining(['Deployment shopfront  4/4 ready']),
    });
    expect(history.output.revisions.map(({ revision, status: state }) => `${revision} ${state}`)).toEqual(['1 superseded', '2 deployed']);
    expect(values.output.values).toEqual({ replicas: 4, image: 'acme/shopfront:1.1.0', password: '***' });
  });

  it('is put back as it was where it does not become ready, and the error says so', async () => {
    const asked = deployRelease.input.parse(
      (await deployRelease.preview(input({ set: 'image=acme/missing-shopfront:9' }), world.context())).input,
    );
    const client = { ...world.client, config: { ...world.client.config, timeout: '3s' } };

    const error = await failure(deployRelease.run(asked, { ...world.context('R-bad/1'), client }));

    expect(error).toMatchObject({ code: 'VERIFY_FAILED', message: expect.stringContaining('rolled back'), details: { unclear: false } });
    const { output } = await planAndRun(releaseHistory, { release: 'shopfront', namespace: 'shop' }, world.context());
    expect(output.revisions.map(({ status }) => status)).toEqual(['superseded', 'superseded', 'failed', 'deployed']);
    expect(world.sandbox.find('Deployment', 'shop', 'shopfront')).toMatchObject({
      spec: { template: { spec: { containers: [{ image: 'acme/shopfront:1.1.0' }] } } },
    });
    expect(await deployRelease.find?.(asked, world.context('R-bad/1'))).toBeUndefined();
  });

  it('takes no secret that would stand in the plan', async () => {
    const error = await failure(deployRelease.preview(input({ set: 'replicas=2,auth.adminPassword=hunter2hunter2' }), world.context()));
    const about = deployRelease.preview(input({ set: 'auth.existingSecret=web,token.enabled=true' }), world.context());

    expect(error).toMatchObject({ code: 'INPUT_INVALID', hint: expect.stringContaining('values file') });
    expect(JSON.stringify(error.toBody())).not.toContain('hunter2');
    await expect(about).resolves.toMatchObject({ description: expect.stringContaining('shopfront') });
  });

  it('is stale where chart or values changed between plan and run', async () => {
    const asked = deployRelease.input.parse((await deployRelease.preview(input({ set: 'replicas=5' }), world.context())).input);
    await writeFile(join(chart, 'values.yaml'), 'replicas: 2\nimage: acme/other:1\npassword: ""\n');
    const mark = world.sandbox.requests.length;

    const error = await failure(deployRelease.run(asked, world.context('R-stale/1')));

    expect(error.code).toBe('PLAN_STALE');
    expect(world.writesAfter(mark)).toEqual([]);
  });

  it('is rolled back to the revision before, found by where it led, and back again', async () => {
    const { preview, bound, output } = await planAndRun(
      rollbackRelease,
      { release: 'shopfront', revision: 1, namespace: 'shop' },
      world.context('R-back/1'),
    );

    expect(preview.diff).toContain('~ Deployment shopfront  spec.replicas  4 -> 2');
    expect(output).toMatchObject({ to: 1, from: 4, revision: 5 });
    expect(await rollbackRelease.find?.(bound, world.context())).toEqual(output);
    expect(await rollbackRelease.verify?.(bound, output, world.context())).toMatchObject({ ok: true });
    expect(rollbackRelease.undo?.(bound, output).input).toMatchObject({ revision: 4 });
    expect(rollbackRelease.safety(bound, {}).level).toBe('destructive');
  });

  it('is uninstalled with everything that is named', async () => {
    const { preview, bound, output } = await planAndRun(
      uninstallRelease,
      { release: 'shopfront', namespace: 'shop' },
      world.context('R-gone/1'),
    );

    expect(preview.diff).toEqual(['- Service shopfront', '- Deployment shopfront']);
    expect(await uninstallRelease.verify?.(bound, output, world.context())).toEqual({ ok: true, message: 'shopfront is gone' });
    expect(world.sandbox.find('Deployment', 'shop', 'shopfront')).toBeUndefined();
    await expect(uninstallRelease.run(bound, world.context('R-gone/1'))).resolves.toEqual(output);
  });

  it.each([
    ['a release that is not there', () => rollbackRelease.preview({ release: 'nothing', namespace: 'shop' }, world.context()), 'NOT_FOUND'],
    ['no chart', () => deployRelease.preview(deployRelease.input.parse({ release: 'other' }), world.context()), 'NEEDS_ANSWER'],
    ['a chart that is not there', () => deployRelease.preview(input({ chart: './none' }), world.context()), 'NOT_FOUND'],
    ['a version that a folder has not', () => deployRelease.preview(input({ version: '9.9.9' }), world.context()), 'NOT_FOUND'],
    ['a values file that is not there', () => deployRelease.preview(input({ values: 'none.yaml' }), world.context()), 'NOT_FOUND'],
    ['a cluster that is not there', () => deployRelease.preview(input({ cluster: 'mars' }), world.context()), 'NOT_FOUND'],
    [
      'what somebody else made',
      () => deployRelease.preview(deployRelease.input.parse({ release: 'cart', chart: './shopfront', namespace: 'shop' }), world.context()),
      'CONFLICT',
    ],
  ])('refuses %s', async (_what, work, code) => {
    const mark = world.sandbox.requests.length;

    const error = await failure(work());

    expect(error).toMatchObject({ code, hint: expect.stringMatching(/\S/) });
    expect(world.writesAfter(mark)).toEqual([]);
  });

  it('in production is destructive', async () => {
    const preview = await deployRelease.preview(input({ namespace: 'production' }), world.context());

    expect(preview.environment).toEqual({ name: 'production', production: true });
    expect(deployRelease.safety(input(), { environment: { name: 'production', production: true }, live: preview.facts }).level).toBe(
      'destructive',
    );
    expect(deployRelease.safety(input(), { live: preview.facts }).level).toBe('moderate');
  });

  it('leaves no kubeconfig and no chart behind', async () => {
    expect(tmpdir()).toBe(join(world.dir, 'tmp'));
    expect(await readdir(tmpdir())).toEqual([]);
  });
});
