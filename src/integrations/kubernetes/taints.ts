/** Taints of nodes: reading one as kubectl writes it, putting it into a node's list, and which pods it drives away. */
import { AppError, type JsonObject } from '#kit';
import { z } from 'zod';
import { valueAt } from './objects.ts';
import { isJsonObject, type Pod } from './schema.ts';

export interface Taint {
  key: string;
  value: string;
  effect: string;
}

/** What is asked for: `dedicated=ml:NoSchedule`, `dedicated:NoSchedule-`, `dedicated=ml-`. */
export interface TaintChange {
  key: string;
  /** Undefined where it does not matter, when one is removed. */
  value: string | undefined;
  effect: string | undefined;
  removes: boolean;
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Throws INPUT_INVALID where one is to be put without saying what it does. */
export function parseTaint(text: string): TaintChange {
  const removes = text.endsWith('-');
  const [head = '', effect] = (removes ? text.slice(0, -1) : text).split(':');
  const [key = '', value] = head.split('=');
  if (!removes && effect === undefined)
    throw new AppError(`The taint ${text} does not say what it does`, {
      code: 'INPUT_INVALID',
      hint: `Say the effect: ${effects.map((one) => `${text}:${one}`).join(', ')}`,
    });
  return { key, value: removes ? value : (value ?? ''), effect, removes };
}

export function taintsOf(node: unknown): Taint[] {
  return rawTaints(node).map((taint) => ({
    key: String(taint['key'] ?? ''),
    value: String(taint['value'] ?? ''),
    effect: String(taint['effect'] ?? ''),
  }));
}

/** `dedicated=ml:NoSchedule`. */
export const taintText = ({ key, value, effect }: Taint): string => `${key}${value === '' ? '' : `=${value}`}:${effect}`;

/** Those of the node that the change is about: a node has one taint for each key and effect. */
export function touchedTaints(node: unknown, { key, value, effect, removes }: TaintChange): Taint[] {
  return taintsOf(node).filter(
    (one) => one.key === key && (effect === undefined || one.effect === effect) && (!removes || value === undefined || one.value === value),
  );
}

/** The whole list as it is after the change: the API knows no part of it. What is untouched stays as it is, `timeAdded` too. */
export function changedTaints(node: unknown, change: TaintChange): JsonObject[] {
  const touched = touchedTaints(node, change);
  const others = rawTaints(node).filter((one) => !touched.some((taint) => taint.key === one['key'] && taint.effect === one['effect']));
  if (change.removes) return others;
  const same = rawTaints(node).find(
    (one) => one['key'] === change.key && one['effect'] === change.effect && String(one['value'] ?? '') === change.value,
  );
  const made: JsonObject = { key: change.key, effect: change.effect ?? '', ...(change.value ? { value: change.value } : {}) };
  return [...others, same ?? made];
}

function rawTaints(node: unknown): JsonObject[] {
  const list = valueAt(node, ['spec', 'taints']);
  return (Array.isArray(list) ? list : []).filter((one) => isJsonObject(one));
}

const Toleration = z.looseObject({
  key: z.string().nullish(),
  operator: z.string().nullish(),
  value: z.string().nullish(),
  effect: z.string().nullish(),
});

/** A toleration for some seconds only delays it, so that it does not count. */
export function tolerates({ spec }: Pick<Pod, 'spec'>, taint: Taint): boolean {
  const all = z.array(Toleration.extend({ tolerationSeconds: z.number().nullish() })).safeParse(spec['tolerations'] ?? []);
  return (all.data ?? []).some(({ key, operator, value, effect, tolerationSeconds }) => {
    if (typeof tolerationSeconds === 'number' || (effect && effect !== taint.effect)) return false;
    if (!key) return operator === 'Exists';
    return key === taint.key && (operator === 'Exists' || (value ?? '') === taint.value);
  });
}
