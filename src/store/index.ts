export type * from './schema.ts';
export type * from './types.ts';
