/** One engine on a real database, before the small outside system of `counter.ts`. */
import { type Audit, createAudit } from '#audit';
import type { JsonObject, Plan, RunEvent, RunView } from '#kit';
import { buildPlan } from '#plan';
import type { Store } from '#store';
import { silentLog } from '#store/testing';
import { createEngine } from '../create-engine.ts';
import type { Authorization, Engine, EngineOptions } from '../types.ts';
import { counterConnections } from './actions.ts';

export interface World {
  engine: Engine;
  store: Store;
  audit: Audit;
  /** A stored plan of these calls, in this order. */
  plan: (...calls: { action: string; input: JsonObject }[]) => Promise<Plan>;
  approve: (plan: Plan, decision?: 'approved' | 'denied') => Promise<void>;
  /** Asks for the run of an approved plan and waits for its end. */
  run: (plan: Plan) => Promise<RunView>;
  ended: (runId: string) => Promise<RunView>;
  /** Waits for the first event of a type, or gives it where it came already. */
  event: (runId: string, type: RunEvent['type'], step?: string) => Promise<RunEvent>;
  close: () => Promise<void>;
}

/** Distinct over processes and calls. */
export const newName = (prefix: string): string => `${prefix}-${crypto.randomUUID().slice(0, 8)}`;

export async function startWorld(
  store: Store,
  counterUrl: string,
  options: Partial<Omit<EngineOptions, 'store'>> & { plant?: boolean; isStarted?: boolean; onAuditError?: () => void } = {},
): Promise<World> {
  const { plant = false, isStarted = true, onAuditError = () => undefined, clock = () => new Date(), ...rest } = options;
  const audit = rest.audit ?? createAudit({ store, clock, log: { ...silentLog, error: onAuditError } });
  const connections = counterConnections(counterUrl, { plant });
  const engine = createEngine({
    store,
    audit,
    connections,
    authorize: (plan) => authorizeBy(store, plan),
    clock,
    newId: () => newName('R'),
    log: { ...silentLog, debug: () => undefined },
    executorId: 'test',
    databaseUrl: store.url,
    onLeaseLost: () => undefined,
    retryDelaysMs: [10, 20, 40],
    verifyTimeoutMs: 2000,
    ...rest,
  });
  if (isStarted) await engine.start();
  const ended = async (runId: string) => (await eventOf(engine, runId, 'run-ended')).view ?? engine.show(runId);
  return {
    engine,
    store,
    audit,
    ended,
    event: (runId, type, step) => eventOf(engine, runId, type, step),
    async plan(...calls) {
      const plan = await makePlan(connections, clock, calls);
      await store.plans.insert(plan);
      return plan;
    },
    async approve({ id, hash }, decision = 'approved') {
      await store.approvals.insert({ planId: id, hash, decision, who: 'ada', via: 'cli', reason: null });
    },
    async run(plan) {
      return ended((await engine.startRun(plan, 'ada')).id);
    },
    async close() {
      await engine.stop();
      await connections.close();
    },
  };
}

async function makePlan(
  connections: EngineOptions['connections'],
  clock: () => Date,
  calls: { action: string; input: JsonObject }[],
): Promise<Plan> {
  const needs: Plan['needs'] = { approvals: [], change: null, window: null, confirm: 'once' };
  return buildPlan({
    steps: calls.map((call, index) => ({ ...call, id: String(index + 1), after: index === 0 ? [] : [String(index)] })),
    sentence: null,
    origin: { cwd: '/', env: {}, via: 'cli', who: 'ada' },
    connections,
    decide: async () => ({ decision: 'needs', needs, profile: 'test', policies: ['all'], reasons: [] }),
    clock,
    newId: () => newName('P'),
    signal: AbortSignal.timeout(10_000),
  });
}

async function authorizeBy(store: Store, plan: Plan): Promise<Authorization> {
  const last = (await store.approvals.forPlan(plan.id)).at(-1);
  if (last?.decision === 'approved') return { state: 'allowed' };
  if (last === undefined) return { state: 'waiting', waitingFor: `devos approve ${plan.id}` };
  return { state: 'denied', error: { code: 'POLICY_DENIED', message: 'ada said no', hint: 'Make a new plan.', docs: '' } };
}

async function eventOf(engine: Engine, runId: string, type: RunEvent['type'], step?: string): Promise<RunEvent> {
  const enough = AbortSignal.timeout(30_000);
  for await (const event of engine.events(runId, 0, enough))
    if (event.type === type && (step === undefined || event.step === step)) return event;
  throw new Error(`${runId} never said ${type}`);
}
