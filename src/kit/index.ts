export * from './action.ts';
export type * from './api.ts';
export * from './clean.ts';
export type * from './context.ts';
export * from './errors.ts';
export * from './http.ts';
export * from './safety.ts';
export * from './secret.ts';
export * from './slots.ts';
