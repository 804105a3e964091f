/** `devos plan --offline`: understanding alone, in the caller's process. Names are taken as given and nothing is read. */
import { integrations } from '#integrations';
import { openNames } from '#inventory';
import type { Explanation, Plan, Understood } from '#kit';
import { createLanguage, createProposer, type Language, languageActions } from '#language';
import { offlinePlan, renderPlan } from '#plan';
import { catalogueOf } from './catalogue.ts';

export interface OfflinePlanner {
  plan: (sentence: string) => Understood;
  explain: (sentence: string) => Explanation;
  /** A plan as a person reads it. */
  text: (plan: Plan) => string;
}

export async function offlinePlanner(): Promise<OfflinePlanner> {
  const { actions, understand, explain } = offlineLanguage();
  return {
    text: renderPlan,
    explain,
    plan(sentence) {
      const understood = understand(sentence, new Date());
      if (understood.status !== 'plan') return { schemaVersion: 1, ...understood };
      return {
        schemaVersion: 1,
        status: 'plan',
        plan: offlinePlan({ steps: understood.steps, sentence, actions }),
        notes: understood.notes,
      };
    },
  };
}

/** Everything in the catalogue, understood without live names. */
export function offlineLanguage(): {
  actions: ReturnType<typeof catalogueOf>;
  understand: (sentence: string, now: Date) => ReturnType<Language['understand']>;
  explain: (sentence: string) => Explanation;
} {
  const actions = catalogueOf(integrations);
  const language = createLanguage(languageActions(actions), createProposer());
  const names = openNames({ environments: [] });
  return {
    actions,
    understand: (sentence, now) => language.understand(sentence, { names, answers: {}, now }),
    explain: (sentence) => language.explain(sentence, { names, now: new Date() }),
  };
}
