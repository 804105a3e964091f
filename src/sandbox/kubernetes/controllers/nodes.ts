/** Nodes: a cordoned one gets the taint that says so. */
import { type Json, type JsonObject, list, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { saveAs, wholeSeconds } from '../operations.ts';
import { controllerManager } from './shared.ts';

const key = 'node.kubernetes.io/unschedulable';

export function tendNode(store: ObjectStore, node: JsonObject): undefined {
  const spec = record(node, 'spec');
  const taints = list(spec, 'taints');
  const isTainted = taints.some((taint) => text(taint, 'key') === key);
  const isCordoned = spec['unschedulable'] === true;
  if (isTainted === isCordoned) return;
  const own: Json[] = isCordoned ? [{ key, effect: 'NoSchedule', timeAdded: wholeSeconds(store.clock()) }] : [];
  const next = [...taints.filter((taint) => text(taint, 'key') !== key), ...own];
  const { taints: _old, ...rest } = spec;
  saveAs(store, kindNamed('Node'), { ...node, spec: next.length === 0 ? rest : { ...rest, taints: next } }, controllerManager, '');
}
