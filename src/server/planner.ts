/** A request (sentence or typed call) becomes a plan, one question, or a refusal. Changes nothing outside. */
import { randomBytes } from 'node:crypto';
import { AppError, type DoRequest, type JsonObject, type Plan, type Question, type Refusal } from '#kit';
import type { Language } from '#language';
import { buildPlan } from '#plan';
import type { Policy } from '#policy';
import { planned } from './catalogue.ts';
import type { ConnectionPool } from './connections.ts';
import type { NameSource } from './names.ts';

export type Planned =
  | { status: 'plan'; plan: Plan; notes: string[] }
  | { status: 'clarify'; questions: Question[] }
  | ({ status: 'refuse' } & Refusal);

/** A step as understanding or a caller gives it. */
export interface BoundStep {
  id: string;
  action: string;
  input: JsonObject;
  after: string[];
}

export interface Planner {
  plan: (request: DoRequest, signal: AbortSignal) => Promise<Planned>;
  /** From typed steps; `undoes` names the run that they put back. */
  fromSteps: (
    steps: BoundStep[],
    request: Pick<DoRequest, 'origin'> & { sentence?: string },
    undoes: string | null,
    signal: AbortSignal,
  ) => Promise<Plan>;
}

export interface PlannerOptions {
  language: Language;
  names: NameSource;
  connections: ConnectionPool;
  policy: Policy;
  clock: () => Date;
}

function isPlannedAction(id: string): boolean {
  return planned.some((action) => action.id === id);
}

function notAvailable(steps: readonly { action: string }[]): Planned {
  const ids = [...new Set(steps.map(({ action }) => action))].join(', ');
  return {
    status: 'refuse',
    code: 'ACTION_PLANNED',
    message: `This was understood as ${ids}, which is not available yet. Nothing was done.`,
    unexplained: [],
    suggestions: ['devos actions'],
  };
}

/** Eight characters without look-alikes: 40 bits. */
export function newId(prefix: 'P' | 'R'): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  return `${prefix}-${[...randomBytes(8)].map((byte) => alphabet[byte % alphabet.length]).join('')}`;
}

export function createPlanner(options: PlannerOptions): Planner {
  const { language, connections, policy, clock } = options;

  async function understand(request: DoRequest, sentence: string): Promise<ReturnType<Language['understand']>> {
    const now = clock();
    const input = { answers: request.answers ?? {}, now };
    const first = language.understand(sentence, { ...input, names: await options.names.read(request.origin, { fresh: false }) });
    if (first.status === 'plan') return first;
    // A name may be younger than what was kept: look once more before asking or refusing.
    return language.understand(sentence, { ...input, names: await options.names.read(request.origin, { fresh: true }) });
  }

  const fromSteps: Planner['fromSteps'] = (steps, { origin, sentence }, undoes, signal) =>
    buildPlan({
      steps,
      sentence: sentence ?? null,
      origin,
      undoes,
      connections,
      decide: policy.decide,
      clock,
      newId: () => newId('P'),
      signal,
    });

  return {
    fromSteps,
    async plan(request, signal) {
      if (request.call !== undefined) {
        const step = { id: '1', action: request.call.action, input: request.call.input, after: [] };
        return { status: 'plan', plan: await fromSteps([step], request, null, signal), notes: [] };
      }
      if (request.sentence === undefined || request.sentence.trim() === '')
        throw new AppError('There is no sentence', { code: 'USAGE', hint: 'Try: devos "show pods"' });
      const understood = await understand(request, request.sentence);
      if (understood.status !== 'plan') return understood;
      const missing = understood.steps.filter(({ action }) => isPlannedAction(action));
      if (missing.length > 0) return notAvailable(missing);
      return {
        status: 'plan',
        plan: await fromSteps(understood.steps, { origin: request.origin, sentence: request.sentence }, null, signal),
        notes: understood.notes,
      };
    },
  };
}
