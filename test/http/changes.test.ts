/** Changes over HTTP: nothing happens without a fitting approval, and nothing happens twice. Counted at the sandbox. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbedded } from '#store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startWorld, type World } from '../support/world.ts';
import {
  ask,
  type DaemonProcess,
  effectsOn,
  json,
  lines,
  originOf,
  patchDeployment,
  type Reply,
  startDaemon,
  stopDaemon,
} from './daemon.ts';

const Plan = z.object({ id: z.string(), hash: z.string(), undoes: z.string().nullable(), steps: z.array(z.object({ diff: z.string() })) });
type Plan = z.infer<typeof Plan>;
const Run = z.object({ id: z.string(), state: z.string(), error: z.object({ code: z.string(), message: z.string() }).nullable() });
const Event = z.object({ seq: z.number(), type: z.string(), view: Run.optional() });

let dir = '';
let world: World;
let daemon: DaemonProcess;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-http-'));
  world = await startWorld(dir);
  daemon = await startDaemon(world);
});

afterAll(async () => {
  await stopDaemon(daemon);
  await removeEmbedded(join(world.stateDir, 'postgres'));
  await world.close();
  await rm(dir, { recursive: true, force: true });
});

const post = (path: string, body: object = {}): Promise<Reply> =>
  ask(world.socket, 'POST', path, { body: { origin: originOf(world), ...body } });
const scale = (name: string, replicas: number) => ({
  call: { action: 'kubernetes.deployment.scale', input: { name, namespace: 'shop', replicas } },
});

async function planTo(name: string, replicas: number): Promise<Plan> {
  return z.object({ status: z.literal('plan'), plan: Plan }).parse(json(await post('/v1/plans', scale(name, replicas)))).plan;
}

const approve = ({ id, hash }: Plan, more: object = {}): Promise<Reply> => post(`/v1/plans/${id}/approve`, { hash, ...more });

async function eventsOf(run: string, after = 0): Promise<z.infer<typeof Event>[]> {
  const reply = await ask(world.socket, 'GET', `/v1/runs/${run}/events?after=${after}`);
  return lines(reply).map((line) => Event.parse(line));
}

/** The run as it ended. */
async function endOf(reply: Reply): Promise<z.infer<typeof Run>> {
  const view = (await eventsOf(Run.parse(json(reply)).id)).at(-1)?.view;
  if (view === undefined) throw new Error('the run has no end');
  return view;
}

describe('a change', () => {
  it('asked for by /v1/do comes back as a plan and runs nothing', async () => {
    const reply = await post('/v1/do', { sentence: 'scale search to 4 replicas' });

    expect(lines(reply).at(-1)).toMatchObject({
      type: 'result',
      result: { status: 'plan', text: expect.stringContaining('search'), plan: { needs: { confirm: 'once' } } },
    });
    expect(await effectsOn(world, 'search')).toBe(0);
  });

  it('approved twice is one run and one effect, and is verified', async () => {
    const plan = await planTo('user-service', 3);

    const replies = await Promise.all([approve(plan), approve(plan)]);
    const ended = await endOf(replies.find(({ status }) => status === 200) ?? replies[0]);
    const late = await approve(plan);

    expect(replies.filter(({ status }) => status === 200).map((reply) => Run.parse(json(reply)).id)).toContain(ended.id);
    expect(new Set(replies.filter(({ status }) => status === 200).map((reply) => Run.parse(json(reply)).id)).size).toBe(1);
    expect(ended).toMatchObject({ state: 'done', error: null });
    expect(late).toMatchObject({ status: 409, text: expect.stringContaining('RUN_STATE') });
    expect(await effectsOn(world, 'user-service')).toBe(1);
  });

  it.each([
    ['another hash', { hash: 'sha256:0000' }, 409, 'APPROVAL_INVALID'],
    ['no hash', { hash: undefined }, 400, 'USAGE'],
    ['an agent', { origin: { cwd: '/', env: {}, via: 'mcp' } }, 409, 'APPROVAL_INVALID'],
  ])('approved with %s does not happen', async (_what, wrong, status, code) => {
    const plan = await planTo('payment-service', 4);

    const reply = await approve(plan, wrong);

    expect(reply).toMatchObject({ status, text: expect.stringContaining(`"${code}"`) });
    expect(await effectsOn(world, 'payment-service')).toBe(0);
    expect((await ask(world.socket, 'GET', '/v1/runs')).text).not.toContain(plan.id);
  });

  it('that destroys takes the typed name', async () => {
    const plan = await planTo('api-server', 0);

    const replies = [await approve(plan), await approve(plan, { typed: 'api-gateway' })];
    const before = await effectsOn(world, 'api-server');
    const ended = await endOf(await approve(plan, { typed: 'api-server' }));

    expect(replies.map(({ status }) => status)).toEqual([409, 409]);
    expect(before).toBe(0);
    expect(ended.state).toBe('done');
    expect(await effectsOn(world, 'api-server')).toBe(1);
  });

  it('denied never happens', async () => {
    const plan = await planTo('payment-service', 5);

    const wrong = await post(`/v1/plans/${plan.id}/deny`, { hash: 'other' });
    const denied = await ask(world.socket, 'POST', `/v1/plans/${plan.id}/deny`, { body: { hash: plan.hash, reason: 'not today' } });
    const started = await post('/v1/runs', { planId: plan.id });

    expect(wrong).toMatchObject({ status: 409, text: expect.stringContaining('APPROVAL_INVALID') });
    expect(denied.status).toBe(200);
    expect(json(denied)).toMatchObject({ plan: { id: plan.id } });
    expect(await endOf(started)).toMatchObject({ state: 'denied' });
    expect(await effectsOn(world, 'payment-service')).toBe(0);
  });

  it('denied before it was ever started cannot be approved afterwards', async () => {
    const plan = await planTo('payment-service', 6);
    await ask(world.socket, 'POST', `/v1/plans/${plan.id}/deny`, { body: { hash: plan.hash } });

    const late = await approve(plan);

    expect(late).toMatchObject({ status: 409, text: expect.stringContaining('APPROVAL_INVALID') });
    expect(await effectsOn(world, 'payment-service')).toBe(0);
  });

  it('ends stale where its target changed behind its back, naming what, and does not happen', async () => {
    const plan = await planTo('web-app', 5);
    await patchDeployment(world, 'web-app', { replicas: 4 });

    const ended = await endOf(await approve(plan));

    expect(ended).toMatchObject({ state: 'stale', error: { code: 'PLAN_STALE', message: expect.stringContaining('replicas 3 → 4') } });
    expect(await effectsOn(world, 'web-app')).toBe(0);
  });

  it('is undone by a plan of its own, which waits for approval like any other', async () => {
    const run = await endOf(await approve(await planTo('cart', 4)));

    const reply = await post(`/v1/runs/${run.id}/undo`);
    const undo = Plan.parse(json(reply));
    const before = await effectsOn(world, 'cart');
    const back = await endOf(await approve(undo));

    expect(undo).toMatchObject({ undoes: run.id, steps: [{ diff: expect.stringContaining('4 -> 2') }] });
    expect([before, back.state, await effectsOn(world, 'cart')]).toEqual([1, 'done', 2]);
  });
});

describe('a run that waits', () => {
  it('goes on when it is approved, and its events can be read again from any point', async () => {
    const plan = await planTo('checkout', 3);
    const waiting = Run.parse(json(await post('/v1/runs', { planId: plan.id })));
    const again = Run.parse(json(await post('/v1/runs', { planId: plan.id })));
    const before = await effectsOn(world, 'checkout');

    const ended = await endOf(await approve(plan));
    const events = await eventsOf(waiting.id);
    const rest = await eventsOf(waiting.id, events[1]?.seq);

    expect([waiting.state, again.id, ended.id, before]).toEqual(['waiting', waiting.id, waiting.id, 0]);
    expect(ended.state).toBe('done');
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['run-waiting', 'run-started', 'step-started', 'step-done']));
    expect(rest).toEqual(events.slice(2));
  });

  it('is cancelled without a body, and changed nothing', async () => {
    const plan = await planTo('api-gateway', 5);
    const waiting = Run.parse(json(await post('/v1/runs', { planId: plan.id })));

    const reply = await ask(world.socket, 'POST', `/v1/runs/${waiting.id}/cancel`);
    const ended = await endOf(reply);
    const late = await approve(plan);
    const resumed = await ask(world.socket, 'POST', `/v1/runs/${waiting.id}/resume`);

    expect(reply.status).toBe(200);
    expect(ended.state).toBe('cancelled');
    expect(late).toMatchObject({ status: 409, text: expect.stringContaining('RUN_STATE') });
    expect(resumed).toMatchObject({ status: 409, text: expect.stringContaining('RUN_STATE') });
    expect(await effectsOn(world, 'api-gateway')).toBe(0);
  });
});

describe('the record', () => {
  it('names who, and what they were told to be counts for nothing', async () => {
    const body = { ...scale('search', 2), origin: { ...originOf(world), who: 'somebody else' } };

    await ask(world.socket, 'POST', '/v1/plans', { body });
    const audit = await ask(world.socket, 'GET', '/v1/audit?limit=1000');

    expect(audit.text).toContain('plan-made');
    expect(audit.text).not.toContain('somebody else');
    expect(json(await ask(world.socket, 'POST', '/v1/audit/verify'))).toMatchObject({ ok: true, badRow: null });
  });
});
