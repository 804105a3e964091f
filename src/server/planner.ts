/** A request (sentence or typed call) becomes a plan, one question, or a refusal. Changes nothing outside. */
import { randomBytes } from 'node:crypto';
import { AppError, type DoRequest, type Explanation, type JsonObject, type Plan, type Question, type Refusal } from '#kit';
import type { Names } from '#inventory';
import { type Conversation, emptyConversation, type Language, type TurnResult, type TurnStep, withPlan, withTurn } from '#language';
import { buildPlan } from '#plan';
import type { Policy } from '#policy';
import { planned } from './catalogue.ts';
import type { ConnectionPool } from './connections.ts';
import type { Conversations } from './conversations.ts';
import type { LlmPlanner } from './llm/llm-planner.ts';
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
  /** Inputs that an earlier request gave. */
  carried?: string[];
  after: string[];
}

export interface Planner {
  plan: (request: DoRequest, signal: AbortSignal) => Promise<Planned>;
  explain: (request: DoRequest) => Promise<Explanation>;
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
  conversations: Conversations;
  /** What puts back what the run of this plan changed. RUN_STATE, UNDO_IMPOSSIBLE where nothing does. */
  undoSteps: (planId: string) => Promise<{ steps: BoundStep[]; run: string }>;
  connections: ConnectionPool;
  policy: Policy;
  /** Absent where no model is ever asked. */
  llm?: LlmPlanner;
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
    suggestions: [],
  };
}

/** Eight characters without look-alikes: 40 bits. */
export function newId(prefix: 'P' | 'R'): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  return `${prefix}-${[...randomBytes(8)].map((byte) => alphabet[byte % alphabet.length]).join('')}`;
}

interface Understood {
  result: TurnResult;
  names: Names;
  conversation: Conversation | undefined;
}

export function createPlanner(options: PlannerOptions): Planner {
  const { language, connections, conversations, policy, clock } = options;

  /** With the conversation that the sentence belongs to, if any; it comes back with the sentence in it. */
  async function understand(request: DoRequest, sentence: string): Promise<Understood> {
    const before = await conversations.read(request);
    const input = { answers: request.answers ?? {}, now: clock() };
    const once = async (fresh: boolean): Promise<Understood> => {
      const names = await options.names.read(request.origin, { fresh });
      const given = { ...input, names };
      const { result, conversation } = language.converse(sentence, before ?? emptyConversation(), given);
      return { result, names, conversation: before === undefined ? undefined : conversation };
    };
    const first = await once(false);
    // A name may be younger than what was kept: look once more before asking or refusing.
    return first.result.status === 'plan' || first.result.status === 'undo' ? first : once(true);
  }

  /** What the plan saw is kept for the next sentence. */
  function remember(request: DoRequest, conversation: Conversation | undefined, plan?: Plan): void {
    if (conversation !== undefined) conversations.keep(request, plan === undefined ? conversation : withPlan(conversation, plan));
  }

  /** "undo that": the way back of the run that made the last change. It is a turn like any other, so that it can be undone as well. */
  async function planUndo(
    request: DoRequest,
    { plan: planId, sentence }: Extract<TurnResult, { status: 'undo' }>,
    conversation: Conversation | undefined,
    signal: AbortSignal,
  ): Promise<Planned> {
    if (planId === undefined)
      throw new AppError(`"${sentence}" was never planned, so there is nothing to undo`, {
        code: 'UNDO_IMPOSSIBLE',
        hint: 'See: devos runs',
      });
    const { steps, run } = await options.undoSteps(planId);
    const plan = await fromSteps(steps, request, run, signal);
    const turn = { sentence: request.sentence ?? '', at: clock().getTime(), steps: steps.map(turnOf) };
    remember(request, conversation === undefined ? undefined : withTurn(conversation, turn, () => true), plan);
    return { status: 'plan', plan, notes: [`puts back what ${run} changed: ${sentence}`] };
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
    async explain(request) {
      const conversation = await conversations.read(request);
      const names = await options.names.read(request.origin, { fresh: false });
      return language.explain(sentenceOf(request), {
        names,
        answers: request.answers ?? {},
        now: clock(),
        ...(conversation === undefined ? {} : { conversation }),
      });
    },
    async plan(request, signal) {
      if (request.call !== undefined) {
        const step = { id: '1', action: request.call.action, input: request.call.input, after: [] };
        return { status: 'plan', plan: await fromSteps([step], request, null, signal), notes: [] };
      }
      const sentence = sentenceOf(request);
      const { result, conversation, names } = await understand(request, sentence);
      if (result.status === 'undo') return planUndo(request, result, conversation, signal);
      // Kept also where planning then fails: "no, I meant staging" is said about just that.
      remember(request, conversation);
      const said = request.answers?.['sentence'] ?? sentence;
      const answer = (await options.llm?.answer({ request, sentence: said, understood: result, names }, signal)) ?? result;
      if (answer.status !== 'plan') return answer;
      const missing = answer.steps.filter(({ action }) => isPlannedAction(action));
      if (missing.length > 0) return notAvailable(missing);
      const proposedBy = 'proposedBy' in answer ? answer.proposedBy : undefined;
      if (proposedBy === undefined) {
        const plan = await fromSteps(answer.steps, { origin: request.origin, sentence }, null, signal);
        remember(request, conversation, plan);
        return { status: 'plan', plan, notes: answer.notes };
      }
      const plan = await fromSteps(answer.steps, { origin: { ...request.origin, proposedBy }, sentence: said }, null, signal);
      const refused = options.llm?.check(plan);
      return refused === undefined ? { status: 'plan', plan, notes: answer.notes } : { status: 'refuse', ...refused };
    },
  };
}

function sentenceOf({ sentence }: DoRequest): string {
  if (sentence !== undefined && sentence.trim() !== '') return sentence;
  throw new AppError('There is no sentence', { code: 'USAGE', hint: 'Try: devos "show pods"' });
}

/** Values only: what an undo says was worked out, and nothing of it was typed. */
function turnOf({ action, input }: BoundStep): TurnStep {
  return { action, input, said: Object.keys(input), place: {}, before: {}, created: [] };
}
