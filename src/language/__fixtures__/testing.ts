/** What the tests of this layer share. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { integrations, plannedActions } from '#integrations';
import { openNames } from '#inventory';
import type { Declaration } from '#kit';
import { plannedRunbooks } from '#runbooks';

import { createLanguage, languageActions } from '../language.ts';
import type { UnderstandOptions, UnderstoodSentence } from '../types.ts';

const Entry = z.record(z.string(), z.unknown()).and(
  z.object({ say: z.string(), steps: z.array(z.record(z.string(), z.unknown())).optional(), ask: z.array(z.string()).optional(), refuse: z.string().optional() }),
);

export interface Golden {
  say: string;
  /** `action.id {"input": …}` of each step, `ask: inputs`, or `refuse: CODE`. */
  expected: string[];
}

/** The sentences of a fixture file with what they become. */
export function readGolden(file: string): Golden[] {
  const entries = z.array(Entry).parse(parse(readFileSync(new URL(`./${file}`, import.meta.url), 'utf8')));
  return entries.map(({ say, steps, ask, refuse, ...single }) => {
    if (ask !== undefined) return { say, expected: [`ask: ${ask.join(', ')}`] };
    if (refuse !== undefined) return { say, expected: [`refuse: ${refuse}`] };
    return { say, expected: (steps ?? [single]).flatMap((step) => Object.entries(step).map(([action, input]) => `${action} ${JSON.stringify(input)}`)) };
  });
}

/** A result in the form of the fixtures. */
export function summary(result: UnderstoodSentence): string[] {
  if (result.status === 'clarify') return [`ask: ${result.questions.map((question) => question.input).join(', ')}`];
  if (result.status === 'refuse') return [`refuse: ${result.code}`];
  return result.steps.map(({ action, input }) => `${action} ${JSON.stringify(input)}`);
}

/** Every declaration: their vocabulary is tested here as well. */
export const actions: readonly Declaration[] = [...integrations.flatMap((integration) => integration.actions), ...plannedActions, ...plannedRunbooks];

export const language = createLanguage(languageActions(actions));

/** Understands with names taken as given unless told otherwise. */
export function understand(sentence: string, options: Partial<UnderstandOptions> = {}): UnderstoodSentence {
  return language.understand(sentence, { names: openNames({ environments: [] }), now: new Date(0), ...options });
}

/** Whether anything of the result would change something. */
export function isChange(result: UnderstoodSentence): boolean {
  const reads = new Set(actions.filter((action) => action.permission === 'read').map((action) => action.id));
  return result.status === 'plan' && result.steps.some(({ action }) => !reads.has(action));
}
