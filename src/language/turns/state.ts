/** How a conversation grows and ends: bounded, and forgotten after half an hour. */
import type { JsonObject, Question } from '#kit';
import type { UnderstoodSentence, UnderstoodStep } from '../types.ts';
import type { Conversation, OpenQuestion, Turn, TurnStep } from './types.ts';

const LIFE_MS = 30 * 60_000;
const MOST_TURNS = 8;
/** Corrections of corrections that are remembered. */
const MOST_BASES = 3;
const PLACES = ['namespace', 'cluster'];

export function emptyConversation(): Conversation {
  return { turns: [], at: 0 };
}

/** What is too old is forgotten as a whole: half a conversation misleads more than none. */
export function liveConversation(conversation: Conversation, now: Date): Conversation {
  const age = now.getTime() - conversation.at;
  return age >= 0 && age <= LIFE_MS ? conversation : emptyConversation();
}

export interface Said {
  sentence: string;
  answers: Readonly<Record<string, string>>;
  now: Date;
  /** The open question that the sentence went on from. */
  base?: OpenQuestion | undefined;
  choice?: Turn['choice'];
  /** Of a question: its steps as far as they are known. */
  partial: TurnStep[];
  isChange: (action: string) => boolean;
}

export function withResult(conversation: Conversation, result: UnderstoodSentence, said: Said): Conversation {
  const { turns, open } = conversation;
  const at = said.now.getTime();
  if (result.status === 'plan') {
    const steps = result.steps.map((step) => turnStep(step, result.steps, said.answers));
    return withTurn({ turns, at }, { sentence: said.sentence, at, steps, choice: said.choice }, said.isChange);
  }
  if (result.status === 'clarify') return { turns, at, open: openQuestion(said, result.questions) };
  // A guard ends the question as well: "no", "not now" and "tomorrow" are answers of a kind.
  return result.code === 'NOT_UNDERSTOOD' && open !== undefined ? { turns, open, at } : { turns, at: turns.length === 0 ? 0 : at };
}

export function withTurn(
  { turns, at }: Conversation,
  { choice, ...turn }: Pick<Turn, 'sentence' | 'at' | 'steps'> & { choice?: Turn['choice'] | undefined },
  isChange: (action: string) => boolean,
): Conversation {
  const changes = turn.steps.some(({ action }) => isChange(action));
  return { turns: [...turns, { ...turn, changes, ...(choice === undefined ? {} : { choice }) }].slice(-MOST_TURNS), at };
}

function openQuestion({ sentence, answers, base, partial }: Said, questions: Question[]): OpenQuestion {
  const chain = base === undefined ? undefined : shortened(base, MOST_BASES);
  return { sentence, answers: { ...answers }, questions, steps: partial, ...(chain === undefined ? {} : { base: chain }) };
}

function shortened({ base, ...open }: OpenQuestion, left: number): OpenQuestion {
  return base === undefined || left <= 1 ? open : { ...open, base: shortened(base, left - 1) };
}

/** A place counts as said for all steps of its sentence: "restart cart and search in shop". */
export function turnStep(step: UnderstoodStep, all: readonly UnderstoodStep[], answers: Readonly<Record<string, string>>): TurnStep {
  const answered = Object.keys(answers).map((key) => key.replace(/^\d+\./, ''));
  const own = spoken(step);
  const everywhere = PLACES.filter((place) => all.some((other) => spoken(other).has(place)));
  // Also what no longer stands: "production" may have become a cluster.
  const said = [...new Set([...own, ...everywhere, ...answered])];
  return { action: step.action, input: step.input, said, place: {}, before: {}, created: [] };
}

function spoken({ evidence, carried = [] }: UnderstoodStep): Set<string> {
  return new Set([...carried, ...evidence.flatMap(({ as }) => (as.startsWith('input:') ? [as.slice('input:'.length)] : []))]);
}

/** What a plan is made of, as far as a conversation remembers it. */
interface PlannedSteps {
  id: string;
  steps: { id: string; input: JsonObject; precondition: JsonObject }[];
}

/** The newest turn got a plan: where its steps are, and what they saw before. Values only; nothing of it is ever read as a sentence. */
export function withPlan(conversation: Conversation, plan: PlannedSteps): Conversation {
  const turns = conversation.turns.map((turn, index): Turn => {
    if (index !== conversation.turns.length - 1) return turn;
    const steps = turn.steps.map((step, at): TurnStep => {
      const planned = plan.steps[at];
      return planned === undefined ? step : { ...step, place: placeOf(planned.input), before: beforeOf(planned) };
    });
    return { ...turn, plan: plan.id, steps };
  });
  return { ...conversation, turns };
}

function placeOf(input: JsonObject): JsonObject {
  return Object.fromEntries(PLACES.flatMap((place) => (typeof input[place] === 'string' ? [[place, input[place]]] : [])));
}

/** `currentReplicas` of the input, or the precondition of the same name as an input. */
function beforeOf({ input, precondition }: PlannedSteps['steps'][number]): JsonObject {
  const found: JsonObject = {};
  for (const [name, value] of Object.entries(input)) {
    const seen = input[`current${name.charAt(0).toUpperCase()}${name.slice(1)}`] ?? precondition[name];
    if ((typeof seen === 'string' || typeof seen === 'number') && seen !== value) found[name] = seen;
  }
  return found;
}

/** What became of the plans of earlier turns. */
export interface Outcome {
  plan: string;
  run: { id: string; state: string };
  /** By the id of the step. */
  outputs: Record<string, unknown>;
}

export function withOutcome(conversation: Conversation, { plan, run, outputs }: Outcome): Conversation {
  const turns = conversation.turns.map((turn): Turn => {
    if (turn.plan !== plan) return turn;
    const steps = turn.steps.map((step, at) => ({ ...step, created: createdIn(outputs[String(at + 1)]) }));
    return { ...turn, run, steps };
  });
  return { ...conversation, turns };
}

/** Only what has the form of a key: `DEV-7`, `CHG0030001`. Whether an action takes it, its own schema decides. */
function createdIn(output: unknown): string[] {
  if (typeof output !== 'object' || output === null) return [];
  return Object.entries(output).flatMap(([name, value]) =>
    /^(?:key|number|id)$/.test(name) && typeof value === 'string' && /^[A-Za-z0-9][\w-]{0,63}$/.test(value) ? [value] : [],
  );
}
