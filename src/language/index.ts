export { readFacts, type SentenceFacts } from './facts.ts';
export { createLanguage, languageActions } from './language.ts';
export { createProposer, type Proposer } from './propose/proposer.ts';
export { emptyConversation, type Outcome, withOutcome, withPlan, withTurn } from './turns/state.ts';
export type { Conversation, TurnResult, TurnStep } from './turns/types.ts';
export type {
  CarriedContext,
  Language,
  LanguageAction,
  RefusalCode,
  RefusedSentence,
  UnderstandOptions,
  UnderstoodSentence,
  UnderstoodStep,
  WordEvidence,
} from './types.ts';
export { shareOf, type Share } from './eval/interval.ts';
export { type Expected, type Labelled, parseLabelled, parseLabelledLine } from './eval/labelled.ts';
export { createScorer, type EvalFailure, type EvalReport, type Group, type Scorer } from './eval/scorer.ts';
export type { Measures } from './eval/tally.ts';
export { type Answer, type AnswerStep, type Danger } from './eval/verdict.ts';
