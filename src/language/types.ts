import type { Explanation, InputMeta, Json, JsonObject, Question, Vocabulary } from '#kit';
import type { Names } from '#inventory';
import type { Conversation, Turned } from './turns/types.ts';

/** What the language engine needs to know of an action; see `languageActions`. */
export interface LanguageAction {
  id: string;
  /** `read` for reads; anything else changes something. */
  permission: string;
  language: Vocabulary;
  inputs: Record<string, InputMeta & { optional: boolean }>;
  /** True where a call usually deletes or interrupts; near-misses of names are then never taken. */
  destructive?: boolean;
  /** The action's own schema: whether this value may stand in this input, and whether the input as a whole may be run. */
  accepts?: (input: string, value: Json) => boolean;
  acceptsAll?: (input: JsonObject) => boolean;
  /** The input that keeps the whole from being run. */
  wrongInput?: (input: JsonObject) => string | undefined;
}

/** What the words of a sentence were taken for. Offsets count UTF-16 units of the sentence as it was given. */
export interface WordEvidence {
  text: string;
  start: number;
  end: number;
  /** `action`, `input:replicas`, `also` (explained, decides nothing), `general` (politeness, articles) or `unexplained`. */
  as: string;
}

export interface UnderstoodStep {
  /** `1`, `2`, … in the order of the sentence. */
  id: string;
  action: string;
  input: JsonObject;
  evidence: WordEvidence[];
  /** Inputs that an earlier request of the conversation gave, not this sentence. */
  carried?: string[];
  /** Ids of steps that must be done before. */
  after: string[];
}

/** What an earlier sentence of the same conversation did, for "it". */
export interface CarriedContext {
  steps: { action: string; input: JsonObject }[];
}

export interface UnderstandOptions {
  names: Names;
  /** Answers to earlier questions, by the question's `input`. */
  answers?: Record<string, string>;
  last?: CarriedContext;
  now: Date;
}

export type RefusalCode =
  | 'TOO_LARGE'
  | 'CONTROL_CHARACTERS'
  | 'LOOKALIKE'
  | 'INJECTION'
  | 'HYPOTHETICAL'
  | 'HOW_TO'
  | 'PAST'
  | 'ADVICE'
  | 'NEGATED'
  | 'EXCEPTION'
  | 'CONDITIONAL'
  | 'SCHEDULED'
  | 'ALTERNATIVE'
  | 'SELF_REPAIR'
  | 'OUT_OF_BOUNDS'
  | 'BLANKET'
  | 'NOT_UNDERSTOOD';

export interface RefusedSentence {
  status: 'refuse';
  code: RefusalCode;
  message: string;
  unexplained: string[];
  suggestions: string[];
}

export type UnderstoodSentence =
  | { status: 'plan'; steps: UnderstoodStep[]; notes: string[] }
  | { status: 'clarify'; questions: Question[] }
  | RefusedSentence;

export interface Language {
  /** Pure: the same sentence, names and answers give the same result. Never throws, whatever the text. */
  understand: (sentence: string, options: UnderstandOptions) => UnderstoodSentence;
  /** The same within a conversation: answers, corrections, and what goes on from before. Pure: the conversation comes back with the sentence in it. */
  converse: (sentence: string, conversation: Conversation, options: UnderstandOptions) => Turned;
  /** How a sentence is read, and why not otherwise. Costs several times as much as understanding. */
  explain: (sentence: string, options: UnderstandOptions & { conversation?: Conversation }) => Explanation;
}
