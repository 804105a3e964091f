export { collectContext, type CollectOptions, type ContextLimits } from './collect.ts';
