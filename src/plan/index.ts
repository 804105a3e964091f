export { buildPlan, type BuildPlanOptions } from './build.ts';
export { canonicalJson, hashPlan, isIntact } from './hash.ts';
export { offlinePlan, type OfflinePlanOptions } from './offline.ts';
export { preconditionChanges } from './precondition.ts';
export { placeWords, renderPlan, type RenderOptions } from './render.ts';
export type { BoundStep, Decide, DecideInput, Decision } from './types.ts';
export { targetOf, titleOf, typedTarget } from './words.ts';
