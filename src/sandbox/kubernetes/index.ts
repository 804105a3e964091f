export { type SandboxKubernetes, type SandboxUser, startKubernetes, type StartKubernetesOptions } from './start-kubernetes.ts';
export type { KubernetesEffect, KubernetesRequest } from './server.ts';
