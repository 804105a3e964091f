/** What a conversation keeps between two sentences. Plain data: whoever keeps it decides for how long and for whom. */
import type { JsonObject, Question } from '#kit';
import type { UnderstoodSentence } from '../types.ts';

export interface TurnStep {
  action: string;
  /** As the sentence was understood. Planning may have worked out more: see `place`. */
  input: JsonObject;
  /** Inputs that were said, answered or carried over, and not looked up. */
  said: string[];
  /** Where planning found it. */
  place: JsonObject;
  /** Values that planning saw before the change, by input: what "back" means. */
  before: JsonObject;
  /** Keys of what the step made, such as DEV-7. */
  created: string[];
}

export interface Turn {
  sentence: string;
  /** Milliseconds since 1970. */
  at: number;
  steps: TurnStep[];
  changes: boolean;
  /** Of the plan that was made for it, once there is one. */
  plan?: string;
  /** Where the plan ran: a change counts as made only when its run is done. */
  run?: { id: string; state: string };
  /** The question with options that led to it, and what was chosen. */
  choice?: { asked: OpenQuestion; key: string; options: string[]; chosen: string };
}

export interface OpenQuestion {
  sentence: string;
  answers: Record<string, string>;
  questions: Question[];
  /** The steps as far as they are known, for a correction. */
  steps: TurnStep[];
  /** The question that was open when the sentence was said, where the sentence corrected it. */
  base?: OpenQuestion;
}

export interface Conversation {
  /** Newest last. */
  turns: Turn[];
  open?: OpenQuestion;
  /** When it was last gone on with. */
  at: number;
}

/** "undo that": the way back is worked out from the run of this plan. */
export interface UndoTurn {
  status: 'undo';
  /** Missing where the change was understood and never planned. */
  plan: string | undefined;
  sentence: string;
}

export type TurnResult = UnderstoodSentence | UndoTurn;

export interface Turned {
  result: TurnResult;
  /** The conversation with this sentence in it. */
  conversation: Conversation;
}
