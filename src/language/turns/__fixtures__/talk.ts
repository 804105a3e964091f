/** Dialogues, as the tests of this folder write them. */
import { createNames, openNames } from '#inventory';
import type { LiveName } from '#kit';
import { language } from '../../__fixtures__/testing.ts';
import { emptyConversation, withOutcome, withPlan } from '../state.ts';
import type { Conversation, TurnResult } from '../types.ts';

export const workload = (name: string, namespace = 'shop'): LiveName => ({ of: 'workload', name, namespace, kind: 'Deployment', cluster: 'eu1' });
export const names = createNames({
  names: [
    ...['web-app', 'web-admin', 'cart', 'search', 'orders', 'payment-service'].map((name) => workload(name)),
    ...['web-app', 'cart'].map((name) => workload(name, 'staging')),
    ...['shop', 'staging', 'production'].map((name) => ({ of: 'namespace', name })),
    { of: 'cluster', name: 'eu1' },
  ],
  defaults: { cluster: 'eu1', namespace: 'shop' },
  environments: [],
});
export const start = 1_000_000_000_000;

/** A step of the dialogue that is no sentence: the plan of the last change ran, from these values. */
export const MADE = '(made)';
export const DENIED = '(denied)';

interface Talk {
  result: TurnResult;
  conversation: Conversation;
}

export function talk(sentences: readonly string[], { minutesBetween = 1, live = true }: { minutesBetween?: number; live?: boolean } = {}): Talk {
  let conversation = emptyConversation();
  let result: TurnResult = { status: 'clarify', questions: [] };
  for (const [index, sentence] of sentences.entries()) {
    if (sentence === MADE || sentence === DENIED) {
      conversation = planned(conversation, sentence === MADE ? 'done' : 'denied');
      continue;
    }
    const now = new Date(start + index * minutesBetween * 60_000);
    ({ result, conversation } = language.converse(sentence, conversation, { names: live ? names : openNames({ environments: [] }), now }));
  }
  return { result, conversation };
}

/** What planning and running leave behind: the place, what was there before, and the key of what was made. */
function planned(conversation: Conversation, state: string): Conversation {
  const steps = (conversation.turns.at(-1)?.steps ?? []).map(({ input }, at) => ({
    id: String(at + 1),
    input: {
      ...input,
      ...('replicas' in input ? { currentReplicas: 3 } : {}),
      ...('name' in input ? { namespace: 'shop', cluster: 'eu1' } : {}),
    },
    precondition: 'status' in input ? { status: 'In Progress' } : {},
  }));
  const outputs = { 1: { key: 'OPS-7', url: 'https://jira.example/OPS-7', summary: 'scale web-app to 0' } };
  return withOutcome(withPlan(conversation, { id: 'P-1', steps }), { plan: 'P-1', run: { id: 'R-1', state }, outputs });
}
