/** What was said before, by conversation. In memory and bounded: a restart forgets it, and nothing but the next sentence depends on it. */
import type { DoRequest, Plan } from '#kit';
import { type Conversation, emptyConversation, withOutcome } from '#language';

/** The run of a plan, as far as the sentence after it needs it. */
export interface RunOutcome {
  id: string;
  state: string;
  outputs: Record<string, unknown>;
}

export interface Conversations {
  /** Undefined where the request belongs to none. What became of earlier plans is looked up now. */
  read: (request: Pick<DoRequest, 'conversation' | 'fresh' | 'origin'>) => Promise<Conversation | undefined>;
  keep: (request: Pick<DoRequest, 'conversation' | 'origin'>, conversation: Conversation) => void;
}

export interface ConversationsOptions {
  outcome: (planId: Plan['id']) => Promise<RunOutcome | undefined>;
  /** Conversations that are kept; the one that was idle longest goes first. */
  most?: number;
}

export function createConversations({ outcome, most = 200 }: ConversationsOptions): Conversations {
  const kept = new Map<string, Conversation>();

  return {
    async read(request) {
      const key = keyOf(request);
      if (key === undefined) return undefined;
      if (request.fresh === true) kept.delete(key);
      let conversation = kept.get(key) ?? emptyConversation();
      for (const { plan, run, changes } of conversation.turns) {
        if (!changes || plan === undefined || run?.state === 'done') continue;
        const found = await outcome(plan);
        if (found === undefined) continue;
        conversation = withOutcome(conversation, { plan, run: { id: found.id, state: found.state }, outputs: found.outputs });
      }
      return conversation;
    },
    keep(request, conversation) {
      const key = keyOf(request);
      if (key === undefined) return;
      kept.delete(key);
      kept.set(key, conversation);
      for (const oldest of kept.keys()) if (kept.size > most) kept.delete(oldest);
    },
  };
}

/** Another person, folder or kubeconfig is another conversation, whatever its id. */
function keyOf({ conversation, origin }: Pick<DoRequest, 'conversation' | 'origin'>): string | undefined {
  if (conversation === undefined) return undefined;
  return JSON.stringify([
    conversation,
    origin.who,
    origin.cwd,
    Object.entries(origin.env).toSorted(([left], [right]) => (left < right ? -1 : 1)),
  ]);
}
