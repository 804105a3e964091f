export { type RancherRequest, type SandboxRancher, startRancher } from './start-rancher.ts';
export type { RancherEffect } from './state.ts';
