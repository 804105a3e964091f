/** What the API server's own admission does to a new pod, in its order. */
import type { JsonObject } from './json.ts';
import type { Kind } from './kinds.ts';
import { applyLimitRanges } from './limit-ranges.ts';
import type { ObjectStore } from './object-store.ts';
import { admitPod } from './pod-defaults.ts';
import { assertPodSecurity } from './pod-security.ts';
import { assertQuota } from './quotas.ts';

/** Changes `object`. Throws 403. */
export function admit(store: ObjectStore, kind: Kind, namespace: string, object: JsonObject): void {
  if (kind.kind !== 'Pod' || kind.custom !== undefined) return;
  admitPod(object);
  assertPodSecurity(store, namespace, object);
  applyLimitRanges(store, namespace, object);
  assertQuota(store, namespace, object);
}
