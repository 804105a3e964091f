import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeContext, createFakeTerminal, type FakeDaemon, makePlan, makeRun, startFakeDaemon } from '../testing.ts';
import { companyEnv, findCompany } from './company.ts';
import { findReplicas } from './read-back.ts';
import { type Tour, tourSteps } from './tour.ts';

const deployment = (name: string, replicas: number, readyReplicas?: number) => ({
  metadata: { name },
  spec: { replicas },
  status: readyReplicas === undefined ? {} : { readyReplicas },
});

describe('findReplicas', () => {
  it('reads what is wanted and what is ready, none ready included', () => {
    const list = { items: [deployment('cart', 2, 2), deployment('web-app', 5, 4), deployment('idle', 3)] };

    expect(findReplicas(list, 'web-app')).toEqual({ wanted: 5, ready: 4 });
    expect(findReplicas(list, 'idle')).toEqual({ wanted: 3, ready: 0 });
    expect(findReplicas(list, 'nobody')).toBeUndefined();
  });
});

describe('the company', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'devos-company-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is not found where its servers have ended, or another process has their number', () => {
    writeFileSync(join(folder, 'demo.json'), JSON.stringify({ sandboxPid: process.pid, kubeconfig: 'k', config: 'c', state: 's' }));

    expect(findCompany(folder)).toBeUndefined();
    expect(findCompany(join(folder, 'none'))).toBeUndefined();
  });

  it('keeps the real cluster, configuration and database out of reach', () => {
    const env = companyEnv(
      { sandboxPid: 1, kubeconfig: '/demo/k', config: '/demo/c', state: '/demo/s' },
      { KUBECONFIG: '/real', DEVOS_CONFIG: '/real', DEVOS_DATABASE_URL: 'postgres://real', PATH: '/bin' },
    );

    expect(env).toEqual({ KUBECONFIG: '/demo/k', DEVOS_CONFIG: '/demo/c', DEVOS_STATE_DIR: '/demo/s', PATH: '/bin' });
  });
});

describe('the tour', () => {
  let daemon: FakeDaemon;
  beforeEach(async () => {
    daemon = await startFakeDaemon();
  });
  afterEach(() => daemon.close());

  const answer = (result: object) => ({ lines: [{ type: 'result', result }] });
  const cluster = (wanted: number, ready: number) =>
    answer({ status: 'done', text: JSON.stringify({ items: [deployment('web-app', wanted, ready)] }), plan: 'P', run: 'R' });
  const proposal = answer({ status: 'plan', plan: makePlan(), text: 'Plan\n', notes: [] });

  /** The step whose title holds this. */
  async function take(title: string, ...answers: ReturnType<typeof answer>[]): Promise<string | undefined> {
    daemon.on('POST /v1/do', ...answers);
    daemon.on('POST /v1/plans/P-1/approve', { json: makeRun() });
    daemon.on('GET /v1/runs/R-1/events', { lines: [{ run: 'R-1', seq: 1, at: '', type: 'run-ended', text: '', view: makeRun() }] });
    daemon.on('GET /v1/runs', { json: [makeRun()] });
    const tour: Tour = { context: createFakeContext(daemon, createFakeTerminal()), unattended: true };
    return tourSteps.find((step) => step.title.includes(title))?.run(tour);
  }

  it('believes the scale only when the cluster shows it', async () => {
    expect(await take('Scale', cluster(3, 3), proposal, cluster(3, 3), cluster(5, 5))).toBeUndefined();
    expect(await take('Scale', cluster(3, 3), proposal, cluster(3, 3), cluster(5, 4))).toBe('web-app has 4 of 5 ready, not 5 of 5');
  });

  it('finds a plan that already changed something, and a refusal that did not hold', async () => {
    expect(await take('Scale', cluster(3, 3), proposal, cluster(5, 5))).toBe('planning alone changed something');
    expect(
      await take(
        'do not scale',
        cluster(3, 3),
        answer({ status: 'refuse', code: 'NEGATED', message: '', unexplained: [], suggestions: [] }),
        cluster(0, 0),
      ),
    ).toBe('the replicas changed all the same');
  });

  it('believes a read only when it says what is there', async () => {
    const lists = (text: string) => answer({ status: 'done', text, plan: 'P', run: 'R' });

    expect(await take('all clusters', lists('lab-9  unavailable'))).toBeUndefined();
    expect(await take('all clusters', lists('nothing'))).toBe('the answer does not say lab-9');
  });

  it('finds a question that was not asked, and a log that is broken or empty', async () => {
    daemon.on('POST /v1/audit/verify', { json: { ok: false, events: 3, badRow: 2, message: 'row 2 was altered' } });

    expect(await take('"scale web-app"', proposal)).toBe('nothing was asked; the answer was plan');
    expect(await take('audit verify')).toBe('row 2 was altered');
  });
});
