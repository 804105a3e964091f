/** Which environment a place belongs to. A doubt counts as production. */
import type { Environment, EnvironmentRule } from './action.ts';

export interface Place {
  /** Context and cluster name: a rule may name either. */
  clusters: string[];
  /** Undefined for all namespaces, or an object of the whole cluster. */
  namespace?: string | undefined;
}

const productionNames = new Set(['production', 'prod', 'prd']);

/** The first rule that fits, production rules first. A namespace that is called production is, unless a rule names it otherwise. */
export function environmentOf(rules: readonly EnvironmentRule[], { clusters, namespace }: Place): Environment | undefined {
  const fitting = rules.filter((rule) => fits(rule, clusters, namespace));
  const rule = fitting.find((candidate) => candidate.production) ?? fitting[0];
  const isNamed = rule !== undefined && namespace !== undefined && matchesAny(rule.namespaces, [namespace]);
  if (namespace !== undefined && productionNames.has(namespace) && !isNamed) return { name: rule?.name ?? 'production', production: true };
  return rule === undefined ? undefined : { name: rule.name, production: rule.production };
}

/** Where a rule names namespaces and the request means all of them, it means these too. */
function fits(rule: EnvironmentRule, clusters: string[], namespace: string | undefined): boolean {
  if (rule.clusters.length === 0 && rule.namespaces.length === 0) return false;
  const inCluster = rule.clusters.length === 0 || matchesAny(rule.clusters, clusters);
  return inCluster && (rule.namespaces.length === 0 || namespace === undefined || matchesAny(rule.namespaces, [namespace]));
}

function matchesAny(patterns: readonly string[], values: readonly string[]): boolean {
  return patterns.some((pattern) => values.some((value) => matches(pattern, value)));
}

/** `*` stands for any characters. Walked by hand: a pattern from a file must not become a regular expression that never ends. */
function matches(pattern: string, value: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === value;
  if (!value.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return value.length - at >= last.length && value.endsWith(last);
}
