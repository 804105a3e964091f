export { createLanguage, languageActions } from './language.ts';
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
