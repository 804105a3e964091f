import { describe, expect, it } from 'vitest';
import type { Origin } from '#kit';
import type { Conversation } from '#language';
import { type Conversations, createConversations } from './conversations.ts';

const origin: Origin = { cwd: '/work', env: { KUBECONFIG: '/work/one' }, via: 'cli', who: 'alice' };
const said: Conversation = { turns: [{ sentence: 'scale web-app to 5', at: 1, steps: [], changes: true, plan: 'P-1' }], at: 1 };
const noRuns = async (): Promise<undefined> => undefined;

type Request = Parameters<Conversations['keep']>[0];
const here: Request = { conversation: 'tty:1', origin };
const elsewhere: Record<string, Request> = {
  'another terminal': { ...here, conversation: 'tty:2' },
  'another folder': { ...here, origin: { ...origin, cwd: '/other' } },
  'another kubeconfig': { ...here, origin: { ...origin, env: { KUBECONFIG: '/work/two' } } },
  'another person': { ...here, origin: { ...origin, who: 'bob' } },
  'no conversation': { origin },
};

/** Where something of a conversation is found that does not belong there. */
async function findLeaks(conversations: Conversations): Promise<string[]> {
  conversations.keep(here, said);
  const leaks: string[] = [];
  for (const [place, request] of Object.entries(elsewhere))
    if (((await conversations.read(request))?.turns.length ?? 0) > 0) leaks.push(place);
  return leaks;
}

describe('conversations', () => {
  it('are found again where they were, and nowhere else', async () => {
    const conversations = createConversations({ outcome: noRuns });

    expect(await findLeaks(conversations)).toEqual([]);
    expect(await conversations.read(here)).toEqual(said);
  });

  it.each<[string, (request: Request) => Request]>([
    ['another folder', ({ origin: from, ...request }) => ({ ...request, origin: { ...from, cwd: '/' } })],
    ['another kubeconfig', ({ origin: from, ...request }) => ({ ...request, origin: { ...from, env: {} } })],
    ['another terminal', (request) => (request.conversation === undefined ? request : { ...request, conversation: 'all' })],
  ])('that mix up %s are found out by this test', async (leak, mixedUp) => {
    const real = createConversations({ outcome: noRuns });
    const planted: Conversations = {
      read: (request) => real.read(mixedUp(request)),
      keep: (request, conversation) => real.keep(mixedUp(request), conversation),
    };

    expect(await findLeaks(planted)).toEqual([leak]);
  });

  it('are forgotten on request, and when there are too many', async () => {
    const conversations = createConversations({ outcome: noRuns, most: 2 });
    conversations.keep(here, said);
    conversations.keep({ ...here, conversation: 'tty:2' }, said);
    conversations.keep({ ...here, conversation: 'tty:3' }, said);

    expect((await conversations.read(here))?.turns).toEqual([]);
    expect((await conversations.read({ ...here, conversation: 'tty:3' }))?.turns).toHaveLength(1);
    expect((await conversations.read({ ...here, conversation: 'tty:3', fresh: true }))?.turns).toEqual([]);
    expect((await conversations.read({ ...here, conversation: 'tty:3' }))?.turns).toEqual([]);
  });

  it('know what became of their plans', async () => {
    const conversations = createConversations({
      outcome: async (plan) => (plan === 'P-1' ? { id: 'R-1', state: 'done', outputs: {} } : undefined),
    });
    conversations.keep(here, said);

    expect((await conversations.read(here))?.turns).toMatchObject([{ run: { id: 'R-1', state: 'done' } }]);
  });
});
