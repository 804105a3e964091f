export { type ChartsRequest, type SandboxCharts, startCharts } from './helm/index.ts';
export { type JiraEffect, type JiraRequest, type SandboxJira, startJira, type StartJiraOptions } from './jira/index.ts';
export {
  type BrokenWorkload,
  brokenWorkloads,
  type KubernetesEffect,
  type KubernetesRequest,
  type SandboxKubernetes,
  type SandboxUser,
  startKubernetes,
  type StartKubernetesOptions,
} from './kubernetes/index.ts';
export { type RancherEffect, type RancherRequest, type SandboxRancher, startRancher } from './rancher/index.ts';
export { type Sandbox, type SandboxOptions, startSandbox } from './start-sandbox.ts';
