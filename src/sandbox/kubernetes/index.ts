export type { SandboxUser } from './kubeconfig.ts';
export { type SandboxKubernetes, startKubernetes, type StartKubernetesOptions } from './start-kubernetes.ts';
export type { KubernetesEffect, KubernetesRequest } from './server.ts';
export { type Fault, type FaultKind, faultKinds } from './faults.ts';
