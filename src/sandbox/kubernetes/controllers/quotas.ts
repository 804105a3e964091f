/** ResourceQuotas: keeps their status. Refusals are admission's. */
import { type JsonObject, record } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs } from '../operations.ts';
import { usedOf } from '../quotas.ts';
import { controllerManager } from './shared.ts';

export function tendQuota(store: ObjectStore, quota: JsonObject): undefined {
  const status: JsonObject = { hard: record(quota, 'spec', 'hard'), used: usedOf(store, quota) };
  saveAs(store, kindNamed('ResourceQuota'), { ...quota, status }, controllerManager);
}
