/** PodDisruptionBudgets: how many pods may go by choice. */
import { AppError } from '#kit';
import { z } from 'zod';
import type { Cluster } from './cluster.ts';
import { resourceOf } from './resources.ts';
import { KubeObject, Selector } from './schema.ts';
import { counted } from './words.ts';

const Budget = KubeObject.extend({
  spec: z.looseObject({ selector: Selector.nullish() }).default({}),
  status: z
    .looseObject({
      disruptionsAllowed: z.number().nullish(),
      currentHealthy: z.number().nullish(),
      desiredHealthy: z.number().nullish(),
    })
    .default({}),
});

export interface Budget {
  name: string;
  namespace: string;
  /** How many may go now. */
  allowed: number;
  needed: number;
  healthy: number;
  selector: Selector | undefined;
}

/** Of one namespace, or of all. Undefined where they may not be read, which is not the same as none. */
export async function readBudgets(cluster: Cluster, namespace: string | undefined, signal: AbortSignal): Promise<Budget[] | undefined> {
  const listed = await cluster.list(resourceOf('PodDisruptionBudget'), { namespace, limit: 5000 }, signal).catch((error: unknown) => {
    if (AppError.isInstance(error) && (error.code === 'FORBIDDEN' || error.code === 'NOT_FOUND')) return undefined;
    throw error;
  });
  return listed?.items.flatMap((item) => {
    const parsed = Budget.safeParse(item);
    if (!parsed.success) return [];
    const { metadata, spec, status } = parsed.data;
    return [
      {
        name: metadata.name,
        namespace: metadata.namespace ?? 'default',
        allowed: status.disruptionsAllowed ?? 0,
        needed: status.desiredHealthy ?? 0,
        healthy: status.currentHealthy ?? 0,
        selector: spec.selector ?? undefined,
      },
    ];
  });
}

export function budgetsFor(budgets: readonly Budget[], namespace: string, labels: Record<string, string>): Budget[] {
  return budgets.filter((budget) => budget.namespace === namespace && budget.selector !== undefined && matches(budget.selector, labels));
}

/** An empty selector means all. */
export function matches({ matchLabels, matchExpressions }: Selector, labels: Record<string, string>): boolean {
  const isMet = Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    isMet &&
    (matchExpressions ?? []).every(({ key, operator, values }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && (values ?? []).includes(value);
        case 'NotIn':
          return value === undefined || !(values ?? []).includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}

/** `the budget orders needs 3 healthy pods and has 3`. */
export const budgetText = ({ name, needed, healthy }: Budget): string =>
  `the budget ${name} needs ${counted(needed, 'healthy pod')} and has ${healthy}`;
