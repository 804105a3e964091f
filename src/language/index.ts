export { createLanguage, languageActions } from './language.ts';
export { createProposer, type Proposer } from './propose/proposer.ts';
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
