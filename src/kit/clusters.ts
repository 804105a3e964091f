/** Clusters that one system reaches for another: contexts of the kubeconfig and clusters of Rancher are one name space. */
import type { Secret } from './secret.ts';

export interface ClusterEntry {
  /** How it is called: a context, or a cluster of Rancher. */
  name: string;
  /** Its other name: the cluster entry of the kubeconfig, or Rancher's id. A rule of an environment may name either. */
  cluster: string;
  /** Which system reaches it: `kubeconfig`, `rancher`. */
  through: string;
}

export interface ClusterAccess extends ClusterEntry {
  server: string;
  /** Where a bare name is looked for. */
  namespace: string;
  /** A kubeconfig (YAML) with this cluster alone, as its current context and under its name. It holds credentials. */
  kubeconfig: Secret;
}

/** What a system offers that reaches clusters. */
export interface ClusterSource {
  list: (signal: AbortSignal) => Promise<ClusterEntry[]>;
  /** By name, other name, `system/name` or environment; the current one unless named. Throws NOT_FOUND, AMBIGUOUS. */
  open: (name: string | undefined, signal: AbortSignal) => Promise<ClusterAccess>;
}
