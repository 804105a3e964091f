export { takeLease, type Lease } from './lease.ts';
export { removeEmbedded } from './embedded.ts';
export { openStore } from './open-store.ts';
export type * from './schema.ts';
export type * from './types.ts';
