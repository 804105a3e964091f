import type { EnvironmentRule } from '#kit';
import type { EnvironmentScope } from './types.ts';

/** Words that people use for one environment; the first is what it is called where nothing else decides. */
const SAME_ENVIRONMENT: readonly (readonly string[])[] = [
  ['production', 'prod', 'prd', 'live'],
  ['staging', 'stage', 'stg'],
  ['development', 'dev', 'develop'],
  ['testing', 'test', 'tst'],
  ['qa'],
  ['uat'],
  ['integration', 'int'],
  ['preproduction', 'preprod', 'pre-prod', 'pre-production'],
  ['sandbox', 'sbx'],
];

/** Every word that means the same environment, the given one first; undefined where it is no environment word. */
export function environmentWords(word: string): string[] | undefined {
  const wanted = word.toLowerCase();
  const group = SAME_ENVIRONMENT.find((words) => words.includes(wanted));
  return group === undefined ? undefined : [wanted, ...group.filter((other) => other !== wanted)];
}

/** A rule of the configuration decides; without one the environment is a namespace of that name. */
export function findEnvironment(rules: readonly EnvironmentRule[], word: string): EnvironmentScope | undefined {
  const words = environmentWords(word) ?? [word.toLowerCase()];
  const rule = rules.find((candidate) => words.includes(candidate.name.toLowerCase()));
  if (rule !== undefined) return { name: rule.name, clusters: plain(rule.clusters), namespaces: plain(rule.namespaces), ruled: true };
  if (environmentWords(word) === undefined) return undefined;
  const usual = SAME_ENVIRONMENT.find((group) => group.includes(word.toLowerCase()))?.[0];
  return { name: usual ?? word.toLowerCase(), clusters: [], namespaces: words, ruled: false };
}

/** A pattern such as `prod-*` says what belongs to the environment, but names no place to go to. */
function plain(names: readonly string[]): string[] {
  return names.filter((name) => !name.includes('*'));
}
