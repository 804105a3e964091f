import type { JsonObject } from '#kit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failure, planAndRun, testCluster, type TestCluster, until } from '../testing.ts';
import { waitForJob } from '../wait-for-job.ts';
import { runJob } from './run-job.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 20_000 });

let cluster: TestCluster;

afterEach(() => cluster.close());

const input = (more: JsonObject = {}) => runJob.input.parse({ cronJob: 'nightly-report', ...more });
const cronJobs = '/apis/batch/v1/namespaces/shop/cronjobs';
const cronJob = (name: string, image: string, more: JsonObject = {}, job: JsonObject = {}): JsonObject => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name },
  spec: {
    schedule: '0 2 1 1 *',
    ...more,
    jobTemplate: {
      metadata: { labels: { team: 'core' }, annotations: { note: 'x' } },
      spec: { ...job, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image }] } } },
    },
  },
});

describe('planning a job', () => {
  it('asks by a dry run, names the image, and writes nothing', async () => {
    cluster = await testCluster();
    const mark = cluster.sandbox.requests.length;

    const preview = await runJob.preview(input(), cluster.context());

    expect(preview).toMatchObject({
      description: 'run CronJob nightly-report now',
      diff: ['+ Job nightly-report-… (from the number of the run)  image acme/report:1'],
      command: ['kubectl', 'create', 'job', 'nightly-report-manual', '--from=cronjob/nightly-report', '-n', 'shop'],
    });
    expect(preview.undo).toBeUndefined();
    expect(cluster.sandbox.requests.slice(mark).some(({ dryRun, method }) => dryRun && method === 'POST')).toBe(true);
    expect(cluster.writesAfter(mark)).toEqual([]);
    expect(runJob.safety(input(), { live: preview.facts }).level).toBe('moderate');
  });

  it('is destructive while another runs and two must not, and says that a schedule is suspended', async () => {
    cluster = await testCluster();
    await cluster.create(cronJobs, cronJob('sync', 'acme/missing-sync:1', { concurrencyPolicy: 'Forbid', suspend: true }));
    const { output } = await planAndRun(runJob, { cronJob: 'sync' }, cluster.context({ key: 'R-1/1' }));

    const preview = await runJob.preview(input({ cronJob: 'sync' }), cluster.context());

    expect(preview.diff.slice(1)).toEqual([`  Job ${output.name} of it still runs`, '  its schedule is suspended, and stays so']);
    expect(runJob.safety(input(), { live: preview.facts }).level).toBe('destructive');
    expect(runJob.safety(input(), { live: { ...preview.facts, concurrency: 'Allow' } }).level).toBe('moderate');
  });

  it('is refused for a cron job that is not there, a name that is taken, and to who may not', async () => {
    cluster = await testCluster();
    await planAndRun(runJob, { cronJob: 'nightly-report', name: 'mine' }, cluster.context({ key: 'R-1/1' }));

    expect((await failure(runJob.preview(input({ cronJob: 'nightly-repor' }), cluster.context()))).hint).toContain('nightly-report');
    expect(await failure(runJob.preview(input({ name: 'mine' }), cluster.context()))).toMatchObject({
      code: 'CONFLICT',
      message: 'There is a Job mine already in the namespace shop',
    });
    await cluster.close();
    cluster = await testCluster({ user: 'viewer' });
    expect((await failure(runJob.preview(input(), cluster.context()))).code).toBe('FORBIDDEN');
  });
});

describe('running a job', () => {
  it('makes one job as kubectl does, once for a key, follows it, and finds it again', async () => {
    cluster = await testCluster();
    const context = cluster.context({ key: 'R-1/1' });

    const { bound, output } = await planAndRun(runJob, { cronJob: 'nightly-report' }, context);
    await runJob.run(bound, context);
    const job = cluster.sandbox.find('Job', 'shop', output.name);

    expect(cluster.effects()).toEqual([`${output.name} R-1/1`]);
    expect(job?.['metadata']).toMatchObject({
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly-report', controller: true }],
    });
    expect(await runJob.verify?.(bound, output, context)).toEqual({ ok: true, message: 'completed' });
    expect(await runJob.find?.(bound, context)).toEqual(output);
    expect(await runJob.find?.(bound, cluster.context({ key: 'R-2/1' }))).toBeUndefined();
  });

  it('takes labels and notes of the template over', async () => {
    cluster = await testCluster();
    await cluster.create(cronJobs, cronJob('sync', 'acme/report:1'));

    const { output } = await planAndRun(runJob, { cronJob: 'sync', name: 'by-hand' }, cluster.context());

    expect(output.name).toBe('by-hand');
    expect(cluster.sandbox.find('Job', 'shop', 'by-hand')?.['metadata']).toMatchObject({
      labels: { team: 'core' },
      annotations: { note: 'x', 'cronjob.kubernetes.io/instantiate': 'manual' },
    });
  });

  it.each(['error-after', 'cut-after'] as const)('is unclear after %s, and a resend meets its own job', async (kind) => {
    cluster = await testCluster();
    const context = cluster.context();
    const preview = await runJob.preview(input(), context);
    const bound = input(preview.input);
    cluster.sandbox.faults.add({ kind, method: 'POST', path: '/jobs' });

    const error = await failure(runJob.run(bound, context));
    const found = await runJob.find?.(bound, context);

    expect(error.details['unclear']).toBe(true);
    expect(await runJob.run(bound, context)).toEqual(found);
    expect(cluster.effects()).toHaveLength(1);
  });

  it('stops where the template was changed since the plan', async () => {
    cluster = await testCluster();
    const context = cluster.context();
    const preview = await runJob.preview(input(), context);
    const containers = [{ name: 'report', image: 'acme/other:1' }];
    cluster.sandbox.patch('CronJob', 'shop', 'nightly-report', { spec: { jobTemplate: { spec: { template: { spec: { containers } } } } } });

    expect((await failure(runJob.run(input(preview.input), context))).code).toBe('PLAN_STALE');
    expect(cluster.effects()).toEqual([]);
  });

  it.each([
    ['acme/missing-report:1', {}, /stuck: .*Image/],
    ['acme/report:1', { suspend: true }, /suspended/],
    ['acme/report:fail', { backoffLimit: 0 }, /it failed: Job has reached the specified backoff limit/],
  ])('with %s says why it does not run', async (image, job, reason) => {
    cluster = await testCluster();
    await cluster.create(cronJobs, cronJob('sync', image, {}, job));
    const context = cluster.context();
    const { output } = await planAndRun(runJob, { cronJob: 'sync' }, context);

    const verified = await waitForJob(await cluster.client.cluster(), output, { ...context, everyMs: 20, troubleMs: 100 });

    expect(verified).toMatchObject({ ok: false, message: expect.stringMatching(reason) });
  });

  it('that is removed as soon as it is over is still known to have completed', async () => {
    cluster = await testCluster();
    await cluster.create(cronJobs, cronJob('sync', 'acme/report:1', { successfulJobsHistoryLimit: 0 }));
    const context = cluster.context();
    const { bound, output } = await planAndRun(runJob, { cronJob: 'sync' }, context);
    await until(() => cluster.sandbox.find('Job', 'shop', output.name) === undefined, 'the job to go');

    expect(await runJob.verify?.(bound, output, context)).toEqual({ ok: true, message: 'completed, and was removed since' });
  });

  it('that still runs at the end of the time is no failure, and one that is gone is', async () => {
    cluster = await testCluster();
    await cluster.create(cronJobs, cronJob('serve', 'acme/serve:1'));
    const { bound, output } = await planAndRun(runJob, { cronJob: 'serve' }, cluster.context());

    const late = await runJob.verify?.(bound, output, cluster.context({ signal: AbortSignal.timeout(1500) }));
    const gone = await runJob.verify?.(bound, { ...output, uid: 'another' }, cluster.context());

    expect(late).toMatchObject({ ok: true, message: expect.stringContaining('it runs, and was not done in the time of this check') });
    expect(gone).toMatchObject({ ok: false, message: expect.stringContaining('is gone') });
  });
});
