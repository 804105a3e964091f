/** What can be asked of DevOS, whatever the entrance: plan, do, approve, deny, run, undo. Each leaves an audit event. */
import type { Audit } from '#audit';
import type { Engine } from '#engine';
import {
  AppError,
  type DoFrame,
  type DoRequest,
  type DoResult,
  type Explanation,
  type Origin,
  type Plan,
  type RunView,
  type Understood,
} from '#kit';
import { placeWords, renderPlan } from '#plan';
import type { Policy } from '#policy';
import type { Store } from '#store';
import type { ConnectionPool } from './connections.ts';
import type { Planned, Planner } from './planner.ts';
import { renderOutputs, type StepOutput } from './render.ts';
import { inOrder } from './undo-steps.ts';

export interface DeskOptions {
  store: Store;
  audit: Audit;
  policy: Policy;
  planner: Planner;
  engine: Engine;
  connections: ConnectionPool;
  clock: () => Date;
}

export interface Desk {
  plan: (request: DoRequest, signal: AbortSignal) => Promise<Understood>;
  /** How a sentence is read. Nothing is planned, stored or remembered. */
  explain: (request: DoRequest) => Promise<Explanation>;
  /** Runs a safe plan and answers with its output; a plan that changes something comes back unrun. */
  do: (request: DoRequest, signal: AbortSignal, send: (frame: DoFrame) => void) => Promise<DoResult>;
  findPlan: (id: string) => Promise<Plan>;
  approve: (planId: string, request: { hash: string; origin: Origin; typed?: string }) => Promise<RunView>;
  deny: (planId: string, request: { hash: string; origin: Origin; reason?: string }) => Promise<{ plan: Plan; run?: RunView }>;
  start: (planId: string, origin: Origin) => Promise<RunView>;
  undo: (runId: string, origin: Origin, signal: AbortSignal) => Promise<Plan>;
  /** What the reads of a run gave, as a person reads it. */
  outputText: (runId: string) => Promise<string>;
}

export function createDesk(options: DeskOptions): Desk {
  const { store, audit, policy, planner, engine, connections, clock } = options;

  /** A plan exists for others only once it is stored and its making is on record. */
  async function keep(plan: Plan): Promise<void> {
    await store.plans.insert(plan);
    await audit.append({
      type: 'plan-made',
      who: plan.origin.who,
      plan: plan.id,
      body: {
        hash: plan.hash,
        title: plan.title,
        sentence: plan.sentence,
        safety: plan.safety,
        via: plan.origin.via,
        ...(plan.origin.proposedBy === undefined ? {} : { proposedBy: plan.origin.proposedBy }),
        actions: plan.steps.map((step) => step.action),
        policies: plan.policy.policies,
        undoes: plan.undoes,
      },
    });
  }

  async function refused(request: DoRequest, planned: Exclude<Planned, { status: 'plan' }>): Promise<void> {
    const body =
      planned.status === 'refuse'
        ? { code: planned.code, unexplained: planned.unexplained }
        : { asked: planned.questions.map((question) => question.input) };
    await audit.append({
      type: planned.status === 'refuse' ? 'request-refused' : 'question-asked',
      who: request.origin.who,
      body: { ...body, via: request.origin.via, sentence: request.sentence?.slice(0, 4000) ?? null },
    });
  }

  async function findPlan(id: string): Promise<Plan> {
    const plan = await store.plans.find(id);
    if (plan === undefined)
      throw new AppError(`There is no plan ${id}`, { code: 'PLAN_NOT_FOUND', hint: 'Make one with: devos plan "<sentence>"' });
    return plan;
  }

  async function assertOpen(plan: Plan): Promise<void> {
    if (clock() > new Date(plan.expiresAt))
      throw new AppError(`Plan ${plan.id} expired at ${plan.expiresAt}`, {
        code: 'PLAN_EXPIRED',
        hint: 'Make a new plan with the same sentence; nothing was changed.',
      });
    const run = await store.runs.findByPlan(plan.id);
    if (run !== undefined && run.endedAt !== null)
      throw new AppError(`Plan ${plan.id} already ran: ${run.id} is ${run.state}`, {
        code: 'RUN_STATE',
        hint: `See: devos runs show ${run.id}`,
        details: { run: run.id, state: run.state },
      });
  }

  async function readNow(
    plan: Plan,
    reader: 'person' | 'machine',
    signal: AbortSignal,
    send: (frame: DoFrame) => void,
  ): Promise<{ outputs: StepOutput[]; run: string }> {
    const { outputs, run } = await engine.read(plan, {
      signal,
      reader,
      onProgress: (text) => send({ type: 'progress', text }),
      onOutput: (text) => send({ type: 'output', text }),
    });
    const found: StepOutput[] = [];
    for (const step of plan.steps) {
      const { action } = await connections.bind(step.action, plan.origin);
      found.push({ action, input: step.input, output: outputs[step.id] ?? null });
    }
    return { outputs: found, run };
  }

  return {
    findPlan,
    explain: planner.explain,
    async plan(request, signal) {
      const planned = await planner.plan(request, signal);
      if (planned.status === 'plan') await keep(planned.plan);
      else await refused(request, planned);
      return { schemaVersion: 1, ...planned };
    },
    async do(request, signal, send) {
      const planned = await planner.plan(request, signal);
      if (planned.status !== 'plan') {
        await refused(request, planned);
        return planned;
      }
      const { plan, notes } = planned;
      if (plan.steps.every((step) => step.safety === 'safe') && plan.needs.confirm === 'none') {
        for (const text of [...notes, ...placesOf(plan)]) send({ type: 'progress', text });
        const { outputs, run } = await readNow(plan, request.output === 'table' ? 'person' : 'machine', signal, send);
        return { status: 'done', text: renderOutputs(outputs, request.output), plan: plan.id, run };
      }
      await keep(plan);
      return { status: 'plan', plan, text: renderPlan(plan), notes };
    },
    async approve(planId, { hash, origin, typed }) {
      const plan = await findPlan(planId);
      await assertOpen(plan);
      const denial = (await store.approvals.forPlan(planId)).find((approval) => approval.decision === 'denied');
      if (denial !== undefined)
        throw new AppError(`${denial.who} denied plan ${planId} at ${denial.at}`, {
          code: 'APPROVAL_INVALID',
          hint: 'A no is final. Make a new plan with the same sentence.',
        });
      policy.checkApproval(plan, { hash, who: origin.who, via: origin.via, ...(typed === undefined ? {} : { typed }) });
      await audit.append({
        type: 'approval-given',
        who: origin.who,
        plan: plan.id,
        body: { hash, via: origin.via, typed: typed !== undefined },
      });
      await store.approvals.insert({ planId, hash, decision: 'approved', who: origin.who, via: origin.via, reason: null });
      return (await engine.wake(planId)) ?? engine.startRun(plan, origin.who);
    },
    async deny(planId, { hash, origin, reason }) {
      const plan = await findPlan(planId);
      await assertOpen(plan);
      if (hash !== plan.hash)
        throw new AppError(`Plan ${planId} has another hash`, { code: 'APPROVAL_INVALID', hint: `Look at it again: devos plan ${planId}` });
      await audit.append({
        type: 'approval-denied',
        who: origin.who,
        plan: plan.id,
        body: { hash, via: origin.via, reason: reason ?? null },
      });
      await store.approvals.insert({ planId, hash, decision: 'denied', who: origin.who, via: origin.via, reason: reason ?? null });
      const run = await engine.wake(planId);
      return run === undefined ? { plan } : { plan, run };
    },
    async start(planId, origin) {
      const plan = await findPlan(planId);
      await assertOpen(plan);
      return engine.startRun(plan, origin.who);
    },
    async outputText(runId) {
      const run = await engine.show(runId);
      const plan = await findPlan(run.planId);
      const outputs: StepOutput[] = [];
      for (const { id, permission, action: actionId, input } of plan.steps) {
        const view = run.steps.find((step) => step.id === id);
        if (permission !== 'read' || view?.state !== 'done') continue;
        const { action } = await connections.bind(actionId, plan.origin);
        outputs.push({ action, input, output: view.output });
      }
      return outputs.length === 0 ? `No step of ${runId} that reads is done.\n` : renderOutputs(outputs, 'table');
    },
    async undo(runId, origin, signal) {
      const calls = await engine.undoCalls(runId);
      const steps = inOrder(calls);
      const { origin: before } = await findPlan((await engine.show(runId)).planId);
      // What puts it back was worked out from what was done: no model had a part in it.
      const { proposedBy: _proposedBy, ...rest } = before;
      const plan = await planner.fromSteps(steps, { origin: { ...rest, via: origin.via, who: origin.who } }, runId, signal);
      await keep(plan);
      return plan;
    },
  };
}

/** Also a read says what it looked at: an answer about the wrong cluster is worse than none. */
function placesOf({ steps }: Plan): string[] {
  return [...new Set(steps.map((step) => `where  ${placeWords(step)}`))];
}
