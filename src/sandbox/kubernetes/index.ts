export type { SandboxUser } from './kubeconfig.ts';
export { type SandboxKubernetes, startKubernetes, type StartKubernetesOptions } from './start-kubernetes.ts';
export type { KubernetesEffect, KubernetesRequest } from './server.ts';
export { faultKinds } from './faults.ts';
export { type BrokenWorkload, brokenWorkloads } from './broken/seed-broken.ts';
