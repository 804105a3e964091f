export { createEngine } from './create-engine.ts';
export type { Authorization, CrashPoint, Engine, EngineOptions } from './types.ts';
