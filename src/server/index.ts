export type { EvalFailure, EvalReport, Group, Measures, Share } from '#language';
export { offlinePlanner, type OfflinePlanner } from './offline.ts';
export { type Evaluator, offlineEvaluator } from './offline-eval.ts';
export { removeState } from './remove-state.ts';
