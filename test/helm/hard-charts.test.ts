/** Charts that ask more of a cluster: kinds of their own, hooks, tests, images that never come up. The real helm, alone and through DevOS. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deployRelease } from '../../src/integrations/helm/actions/deploy-release.ts';
import { uninstallRelease } from '../../src/integrations/helm/actions/uninstall-release.ts';
import { realHelm } from '../support/real-programs.ts';
import { writeChart } from './charts.ts';
import { failure, type HelmWorld, planAndRun, startHelmWorld } from './world.ts';

vi.setConfig({ testTimeout: 60_000 });

const program = await realHelm();
let world: HelmWorld;

beforeAll(async () => {
  if (program !== undefined) world = await startHelmWorld(program, { config: { timeout: '10s' } });
});

afterAll(() => world?.close());

async function helm(...args: string[]): Promise<string> {
  return (await promisify(execFile)(program ?? '', args, { env: world.env, cwd: world.dir })).stdout;
}

const job = (name: string, image: string, hook: string) => `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-${name}
  annotations: { helm.sh/hook: "${hook}", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded" }
spec:
  backoffLimit: 0
  template:
    spec: { restartPolicy: Never, containers: [{ name: main, image: "${image}" }] }
`;
const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: routes.edge.acme.example }
spec:
  group: edge.acme.example
  scope: Namespaced
  names: { plural: routes, singular: route, kind: Route }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { host: { type: string } } } } } } }]
`;
const route = 'apiVersion: edge.acme.example/v1\nkind: Route\nmetadata: { name: {{ .Release.Name }} }\nspec: { host: shop.example.com }\n';

describe.skipIf(program === undefined)('a chart with kinds of its own', () => {
  it('is installed: first the kinds, then their objects', async () => {
    await writeChart(world.dir, 'edge', { files: { 'crds/routes.yaml': definition, 'templates/route.yaml': route } });
    const mark = world.sandbox.requests.length;

    const preview = await deployRelease.preview(
      deployRelease.input.parse({ release: 'edge', chart: './edge', namespace: 'shop' }),
      world.context(),
    );
    expect(world.writesAfter(mark)).toEqual([]);
    await planAndRun(deployRelease, { release: 'edge', chart: './edge', namespace: 'shop' }, world.context('R-edge/1'));

    expect(preview.diff).toEqual(
      expect.arrayContaining([
        '+ CustomResourceDefinition routes.edge.acme.example  (of crds/; helm leaves one that is there as it is)',
        '+ Route edge',
        '  not tried by the server: kinds of the chart are not there yet',
      ]),
    );
    expect(world.sandbox.find('Route', 'shop', 'edge')).toMatchObject({ spec: { host: 'shop.example.com' } });
  });
});

describe.skipIf(program === undefined)('a chart with hooks', () => {
  const files = {
    'templates/migrate.yaml': job('migrate', 'acme/migrate:41', 'pre-install,pre-upgrade'),
    'templates/check.yaml': job('check', 'acme/migrate:41', 'test'),
  };

  it('runs them before, says so in the plan, and leaves none behind', async () => {
    await writeChart(world.dir, 'ledger', { files });

    const { preview, output } = await planAndRun(
      deployRelease,
      { release: 'ledger', chart: './ledger', namespace: 'shop' },
      world.context('R-ledger/1'),
    );

    expect(preview.diff).toContain('  hook Job ledger-migrate (pre-install, pre-upgrade)');
    expect(preview.diff?.join('\n')).not.toContain('ledger-check');
    expect(output).toMatchObject({ revision: 1, changed: true });
    expect(world.sandbox.find('Job', 'shop', 'ledger-migrate')).toBeUndefined();
    expect(await helm('test', 'ledger', '-n', 'shop')).toMatch(/Phase: +Succeeded/);
  });

  it('does not go on where one fails', async () => {
    await writeChart(world.dir, 'broken', { files: { 'templates/migrate.yaml': job('migrate', 'acme/migrate:fail', 'pre-install') } });

    const error = await failure(
      planAndRun(deployRelease, { release: 'broken', chart: './broken', namespace: 'shop' }, world.context('R-broken/1')),
    );

    expect(error.message).toMatch(/broken-migrate|pre-install/);
    expect(world.sandbox.find('Deployment', 'shop', 'broken')).toBeUndefined();
  });
});

describe.skipIf(program === undefined)('an image that never comes up', () => {
  it('is put back to the revision before, with an exact account', async () => {
    await writeChart(world.dir, 'mailer');
    await planAndRun(deployRelease, { release: 'mailer', chart: './mailer', namespace: 'shop' }, world.context('R-mailer/1'));

    const context = world.context('R-mailer/2');
    const error = await failure(
      planAndRun(deployRelease, { release: 'mailer', chart: './mailer', namespace: 'shop', set: 'image=acme/missing-mailer:1' }, context),
    );

    expect(context.said).toContainEqual(expect.stringMatching(/^Deployment mailer: \d\/2 ready, \d updated$/));
    expect(error.code).toMatch(/CONFLICT|TIMEOUT|REMOTE_REJECTED|VERIFY_FAILED/);
    expect(world.sandbox.find('Deployment', 'shop', 'mailer')).toMatchObject({
      spec: { template: { spec: { containers: [{ image: 'acme/mailer:1.0.0' }] } } },
    });
    expect(await helm('history', 'mailer', '-n', 'shop')).toMatch(/Rollback to 1/);
    await planAndRun(uninstallRelease, { release: 'mailer', namespace: 'shop' }, world.context('R-mailer/3'));
  });
});

describe.skipIf(program === undefined)('a watch that helm holds while it waits', () => {
  it('that expires in the middle is begun anew', async () => {
    await writeChart(world.dir, 'slow');
    const expire = setInterval(() => world.sandbox.expireWatches(), 50);

    const { output } = await planAndRun(
      deployRelease,
      { release: 'slow', chart: './slow', namespace: 'shop' },
      world.context('R-slow/1'),
    ).finally(() => clearInterval(expire));

    expect(output).toMatchObject({ revision: 1, changed: true });
  });
});

describe.skipIf(program === undefined)('an upgrade that takes something away', () => {
  it('is destructive, and names it', async () => {
    await writeChart(world.dir, 'shelf');
    await planAndRun(deployRelease, { release: 'shelf', chart: './shelf', namespace: 'shop' }, world.context('R-shelf/1'));
    await writeChart(world.dir, 'shelf', { version: '2.0.0', files: { 'templates/service.yaml': '' } });

    const input = deployRelease.input.parse({ release: 'shelf', chart: './shelf', namespace: 'shop', set: 'replicas=0' });
    const { facts } = await deployRelease.preview(input, world.context());

    expect(deployRelease.safety(input, { live: facts })).toEqual({
      level: 'destructive',
      reasons: ['stops Deployment shelf', 'removes Service shelf'],
    });
  });
});
