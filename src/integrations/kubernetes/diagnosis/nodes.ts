/** What nodes say of themselves. */
import type { Pod } from '../schema.ts';
import { counted } from '../words.ts';
import { type Draft, said } from './facts.ts';
import { isDown, readyText } from './scheduling.ts';
import { conditionOf, type Node } from './schema.ts';

const pressures: [type: string, what: string][] = [
  ['DiskPressure', 'is low on disk'],
  ['MemoryPressure', 'is low on memory'],
  ['PIDPressure', 'has too many processes'],
  ['NetworkUnavailable', 'has no network'],
];

/** `pods`: those that are on it, where they were read. */
export function nodeFindings(node: Node, pods: readonly Pod[] = []): Draft[] {
  const { name } = node.metadata;
  const next = { why: 'its conditions and events say more', say: `describe node ${name}` };
  const here = pods.filter((pod) => pod.spec.nodeName === name && !['Succeeded', 'Failed'].includes(pod.status.phase ?? ''));
  const load = here.length === 0 ? [] : [`it has ${counted(here.length, 'pod')}`];
  const drafts: Draft[] = [];
  if (isDown(node))
    drafts.push({ weight: 99, level: 'critical', title: `the node ${name} is not ready`, evidence: [readyText(node), ...load], next });
  for (const [type, what] of pressures) {
    const condition = conditionOf(node, type);
    if (condition !== undefined)
      drafts.push({
        weight: 97,
        level: 'critical',
        title: `the node ${name} ${what} (${type})`,
        evidence: [`${type}: ${said(condition.message)}`, ...load],
        next,
      });
  }
  if (node.spec.unschedulable === true)
    drafts.push({
      weight: 32,
      level: 'warning',
      title: `the node ${name} is cordoned: it takes no new pods`,
      evidence: ['spec.unschedulable is true', ...load],
      next: { why: 'when its work is done it should take pods again', say: `uncordon node ${name}` },
    });
  return drafts;
}
