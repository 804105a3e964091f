/** Every route of the HTTP API once, the shape of its errors, and what it does with bodies and clients that misbehave. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbedded } from '#store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { until } from '../support/api.ts';
import { startWorld, type World } from '../support/world.ts';
import { ask, type AskOptions, type DaemonProcess, ErrorAnswer, json, lines, originOf, startDaemon, stopDaemon } from './daemon.ts';
import { startRelay } from './relay.ts';

const Planned = z.object({ plan: z.object({ id: z.string(), hash: z.string() }) });
const Run = z.object({ id: z.string() });
let dir = '';
let world: World;
let daemon: DaemonProcess;
/** A plan that was made and a run that waits for it. */
let plan = { id: '', hash: '' };
let run = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-http-'));
  world = await startWorld(dir);
  daemon = await startDaemon(world);
  plan = await makePlan();
  run = Run.parse(json(await ask(world.socket, 'POST', '/v1/runs', { body: { planId: plan.id, origin: originOf(world) } }))).id;
});

afterAll(async () => {
  await stopDaemon(daemon);
  await removeEmbedded(join(world.stateDir, 'postgres'));
  await world.close();
  await rm(dir, { recursive: true, force: true });
});

async function makePlan(): Promise<{ id: string; hash: string }> {
  const body = { sentence: 'scale search to 3 replicas', origin: originOf(world) };
  return Planned.parse(json(await ask(world.socket, 'POST', '/v1/plans', { body }))).plan;
}

/** Method, path as in the table, status without and with what it needs. `RUN` and `PLAN` are those from above. */
type Route = [
  route: string,
  path: string,
  body: object | undefined,
  good: number,
  missing: [path: string, status: number, code: string] | null,
];
const routes: Route[] = [
  ['GET /v1/health', '/v1/health', undefined, 200, null],
  ['POST /v1/do', '/v1/do', { sentence: 'show pods' }, 200, ['/v1/do', 400, 'USAGE']],
  ['POST /v1/plans', '/v1/plans', { sentence: 'show pods' }, 200, ['/v1/plans', 400, 'USAGE']],
  ['POST /v1/explain', '/v1/explain', { sentence: 'show pods' }, 200, ['/v1/explain', 400, 'USAGE']],
  ['GET /v1/plans/:id', '/v1/plans/PLAN', undefined, 200, ['/v1/plans/P-none', 404, 'PLAN_NOT_FOUND']],
  ['GET /v1/plans/:id/text', '/v1/plans/PLAN/text', undefined, 200, ['/v1/plans/P-none/text', 404, 'PLAN_NOT_FOUND']],
  ['POST /v1/plans/:id/approve', '/v1/plans/PLAN/approve', { hash: 'other' }, 409, ['/v1/plans/PLAN/approve', 400, 'USAGE']],
  ['POST /v1/plans/:id/deny', '/v1/plans/PLAN/deny', { hash: 'other' }, 409, ['/v1/plans/PLAN/deny', 400, 'USAGE']],
  ['POST /v1/runs', '/v1/runs', { planId: 'PLAN' }, 200, ['/v1/runs', 400, 'USAGE']],
  ['GET /v1/runs', '/v1/runs?limit=1', undefined, 200, ['/v1/runs?limit=-1', 400, 'USAGE']],
  ['GET /v1/runs/:id', '/v1/runs/RUN', undefined, 200, ['/v1/runs/R-none', 404, 'RUN_NOT_FOUND']],
  ['POST /v1/runs/:id/resume', '/v1/runs/RUN/resume', undefined, 409, ['/v1/runs/R-none/resume', 404, 'RUN_NOT_FOUND']],
  ['POST /v1/runs/:id/undo', '/v1/runs/RUN/undo', {}, 409, ['/v1/runs/RUN/undo', 400, 'USAGE']],
  ['POST /v1/runs/:id/cancel', '/v1/runs/RUN/cancel', undefined, 200, ['/v1/runs/R-none/cancel', 404, 'RUN_NOT_FOUND']],
  ['GET /v1/runs/:id/text', '/v1/runs/RUN/text', undefined, 200, ['/v1/runs/R-none/text', 404, 'RUN_NOT_FOUND']],
  ['GET /v1/runs/:id/events', '/v1/runs/RUN/events?after=0', undefined, 200, ['/v1/runs/RUN/events?after=x', 400, 'USAGE']],
  ['GET /v1/actions', '/v1/actions', undefined, 200, null],
  ['GET /v1/actions/:id', '/v1/actions/kubernetes.deployment.scale', undefined, 200, ['/v1/actions/no.such', 404, 'ACTION_UNKNOWN']],
  ['POST /v1/connections', '/v1/connections', {}, 200, ['/v1/connections', 400, 'USAGE']],
  ['POST /v1/doctor', '/v1/doctor', {}, 200, ['/v1/doctor', 400, 'USAGE']],
  ['GET /v1/audit', '/v1/audit?limit=5&after=1', undefined, 200, ['/v1/audit?limit=2.5', 400, 'USAGE']],
  ['POST /v1/audit/verify', '/v1/audit/verify', undefined, 200, null],
];

const fill = (text: string): string => text.replace('PLAN', plan.id).replace('RUN', run);
const methodOf = (route: string): string => route.split(' ')[0] ?? '';

/** The table at the head of kit/api.ts, one entry for each path. */
async function documentedRoutes(): Promise<string[]> {
  const text = await readFile(new URL('../../src/kit/api.ts', import.meta.url), 'utf8');
  return [...text.matchAll(/^ \* \| (GET|POST) +(\/v1\/[^|]+) \|/gm)].flatMap(([, method, paths]) => {
    const [first = '', ...others] = (paths ?? '').split(', ').map((path) => path.replace(/\?.*/, '').trim());
    const siblings = others.map((path) => (path.startsWith('/v1/') ? path : first.replace(/\/[^/]+$/, path)));
    return [first, ...siblings].map((path) => `${method} ${path}`);
  });
}

describe('the routes', () => {
  it('that are documented are the ones that are asked here', async () => {
    expect((await documentedRoutes()).toSorted()).toEqual(routes.map(([route]) => route).toSorted());
  });

  it.each(routes)('%s answers', async (route, path, body, status) => {
    const more: AskOptions = body === undefined ? {} : { body: JSON.parse(fill(JSON.stringify({ ...body, origin: originOf(world) }))) };

    const reply = await ask(world.socket, methodOf(route), fill(path), more);

    expect({ status: reply.status, text: reply.text }).toEqual({ status, text: expect.stringMatching(/\S/) });
    if (status !== 200) ErrorAnswer.parse(json(reply));
  });

  const failing = routes.flatMap(([route, , , , missing]) => (missing === null ? [] : [[route, ...missing] as const]));
  it.each(failing)('%s says what is wrong with %s: %i %s', async (route, path, status, code) => {
    const reply = await ask(world.socket, methodOf(route), fill(path), methodOf(route) === 'POST' ? { body: {} } : {});

    expect(reply.status).toBe(status);
    expect(ErrorAnswer.parse(json(reply)).error.code).toBe(code);
  });

  it('that there are not are not found, in the same shape', async () => {
    const replies = await Promise.all([
      ask(world.socket, 'GET', '/v1/nothing'),
      ask(world.socket, 'DELETE', '/v1/health'),
      ask(world.socket, 'GET', '/'),
    ]);

    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404]);
    for (const reply of replies) expect(ErrorAnswer.parse(json(reply)).error.code).toBe('NOT_FOUND');
  });
});

describe('a body', () => {
  const tooLarge = JSON.stringify({ sentence: 'x'.repeat(5 * 1024 * 1024) });

  it.each([
    ['of 5 MB', { body: tooLarge }, 413, 'INPUT_TOO_LARGE'],
    ['that is not JSON', { body: '{"sentence": ' }, 400, 'USAGE'],
    ['that is empty', { body: '' }, 400, 'USAGE'],
    ['of another type', { body: '<a/>', headers: { 'content-type': 'application/xml' } }, 400, 'USAGE'],
    ['that is plain text', { body: 'show pods', headers: { 'content-type': 'text/plain' } }, 400, 'USAGE'],
    ['that would change a prototype', { body: '{"__proto__": {"sentence": "show pods"}}' }, 400, 'USAGE'],
    ['nested without end', { body: `{"call":{"action":"a","input":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}}` }, 400, 'USAGE'],
  ])('%s is refused', async (_what, options, status, code) => {
    const reply = await ask(world.socket, 'POST', '/v1/plans', { headers: { 'content-type': 'application/json' }, ...options });

    expect(reply.status).toBe(status);
    expect(ErrorAnswer.parse(json(reply)).error.code).toBe(code);
  });

  it.each(['/v1/plans/%zz', `/v1/plans/${'x'.repeat(500)}`])('is not looked for behind an address like %.20s', async (path) => {
    const reply = await ask(world.socket, 'GET', path);

    expect(reply.status).toBe(400);
    expect(ErrorAnswer.parse(json(reply)).error.code).toBe('USAGE');
  });

  it('repeats no parameter', async () => {
    const reply = await ask(world.socket, 'GET', '/v1/audit?run=R-a&run=R-b');

    expect(ErrorAnswer.parse(json(reply)).error.code).toBe('USAGE');
  });
});

describe('a safe read', () => {
  const read = (more: object, options: AskOptions = {}) =>
    ask(world.socket, 'POST', '/v1/do', { ...options, body: { origin: originOf(world), ...more } });

  it('ends with its result, in the format asked for', async () => {
    const reply = await read({ sentence: 'show pods', output: 'name' });

    expect(reply).toMatchObject({ status: 200, type: 'application/x-ndjson' });
    expect(lines(reply).at(-1)).toMatchObject({
      type: 'result',
      result: { status: 'done', text: expect.stringMatching(/^pod\/\S+\n/), run: expect.stringMatching(/^R-/) },
    });
  });

  it('that fails ends with its error', async () => {
    const call = { action: 'kubernetes.logs.get', input: { name: 'not-there', namespace: 'shop' } };

    expect(lines(await read({ call })).at(-1)).toMatchObject({
      type: 'error',
      error: { code: 'NOT_FOUND', hint: expect.stringMatching(/\S/) },
    });
  });

  it('with an unknown action is an error, and a question or a refusal is a result', async () => {
    const replies = await Promise.all([
      read({ call: { action: 'kubernetes.cluster.destroy', input: {} } }),
      read({ sentence: 'scale web-app' }),
      read({ sentence: 'do not scale web-app to 5' }),
    ]);

    expect(replies.map((reply) => lines(reply).at(-1))).toMatchObject([
      { type: 'error', error: { code: 'ACTION_UNKNOWN' } },
      { type: 'result', result: { status: 'clarify', questions: [{ input: 'replicas' }] } },
      { type: 'result', result: { status: 'refuse', code: 'NEGATED' } },
    ]);
  });

  it('that follows ends at the other side when its client goes away, and the daemon lives on', async () => {
    const relay = await startRelay(world.sandbox.kubernetes);
    const kubeconfig = join(dir, 'relayed');
    await writeFile(kubeconfig, (await readFile(world.sandbox.kubeconfig, 'utf8')).replaceAll(world.sandbox.kubernetes, relay.url), {
      mode: 0o600,
    });
    const gone = new AbortController();
    const frames: string[] = [];
    const origin = originOf(world, { KUBECONFIG: kubeconfig });
    const call = { action: 'kubernetes.logs.get', input: { name: 'search', kind: 'Deployment', namespace: 'shop', follow: true, tail: 1 } };
    const reply = read({ call, origin }, { signal: gone.signal, onLine: (line) => frames.push(line) }).catch((error: unknown) => error);
    const streamed = (count: number) => until(async () => (frames.length >= count ? true : undefined), `${count} frames`);

    await streamed(2);
    relay.mark();
    await streamed(3);
    const first = relay.busy();
    relay.mark();
    await streamed(4);
    // A look at the pods comes every other line and keeps its connection; the log itself is what is busy each time.
    const streams = relay.busy().filter((stream) => first.includes(stream));
    const openBefore = streams.filter((stream) => !stream.closed).length;
    gone.abort();
    await reply;
    await until(async () => (streams.every((stream) => stream.closed) ? true : undefined), 'the stream ending at the sandbox');

    expect(openBefore).toBe(streams.length);
    expect(streams.length).toBeGreaterThan(0);
    expect((await ask(world.socket, 'GET', '/v1/health')).status).toBe(200);
    await relay.close();
  });
});

describe('a connection that is set up wrongly', () => {
  it('is said by connections and doctor, which do not fail', async () => {
    const kubeconfig = join(dir, 'broken-kubeconfig');
    await writeFile(kubeconfig, 'clusters: [', { mode: 0o600 });
    const body = { origin: originOf(world, { KUBECONFIG: kubeconfig }) };

    const [connections, doctor] = [
      await ask(world.socket, 'POST', '/v1/connections', { body }),
      await ask(world.socket, 'POST', '/v1/doctor', { body }),
    ];

    expect([connections.status, doctor.status]).toEqual([200, 200]);
    expect(json(connections)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          system: 'kubernetes',
          ok: false,
          message: expect.stringContaining('broken-kubeconfig'),
          hint: expect.stringMatching(/\S/),
        }),
        expect.objectContaining({ system: 'jira', ok: true }),
      ]),
    );
    expect(json(doctor)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'kubernetes', ok: false, fix: expect.stringMatching(/\S/) }),
        expect.objectContaining({ name: 'audit', ok: true }),
      ]),
    );
  });

  it('that is not set up at all counts as no failure', async () => {
    const config = join(dir, 'empty.yaml');
    await writeFile(config, '');

    const doctor = await ask(world.socket, 'POST', '/v1/doctor', { body: { origin: originOf(world, { DEVOS_CONFIG: config }) } });

    expect(json(doctor)).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'jira', ok: false, needed: false })]));
  });

  it('is said by doctor where the configuration itself is broken', async () => {
    const config = join(dir, 'broken.yaml');
    await writeFile(config, 'environments: [');

    const doctor = await ask(world.socket, 'POST', '/v1/doctor', { body: { origin: originOf(world, { DEVOS_CONFIG: config }) } });

    expect(doctor.status).toBe(200);
    expect(json(doctor)).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'config', ok: false, message: expect.stringMatching(/broken\.yaml:\d+/) })]),
    );
  });
});
