import { describe, expect, it } from 'vitest';
import { decide, describeDetails, promptFor } from './decide.ts';
import { createFakeTerminal, makePlan } from './testing.ts';

const stopPlan = makePlan({
  safety: 'destructive',
  needs: { approvals: [], change: null, window: null, confirm: 'name', typeName: 'web-app' },
  steps: makePlan().steps.map((step) => ({
    ...step,
    safety: 'destructive',
    description: 'scale Deployment web-app from 3 to 0 replicas',
    undo: null,
  })),
});

describe('decide', () => {
  it.each([[''], ['n'], ['No'], ['   ']])('takes %j as no', async (answer) => {
    const io = createFakeTerminal({ answers: [answer] });

    expect(await decide(io, makePlan())).toEqual({ say: 'no' });
  });

  it('takes the end of input as no, also after other answers', async () => {
    expect(await decide(createFakeTerminal({ answers: [] }), makePlan())).toEqual({ say: 'no' });
    expect(await decide(createFakeTerminal({ answers: ['ok', 'sure', 'do it'] }), makePlan())).toEqual({ say: 'no' });
  });

  it('gives up after five answers that are none', async () => {
    const io = createFakeTerminal({ answers: ['x', 'ok', 'x', 'ok', 'x', 'a'] });

    expect(await decide(io, makePlan())).toEqual({ say: 'no' });
    expect(io.asked).toHaveLength(5);
  });

  it.each(['a', 'Approve', 'y', 'YES'])('takes %j as yes', async (answer) => {
    expect(await decide(createFakeTerminal({ answers: [answer] }), makePlan())).toEqual({ say: 'approve' });
  });

  it('shows the details and asks again', async () => {
    const io = createFakeTerminal({ answers: ['d', 'a'] });

    expect(await decide(io, makePlan())).toEqual({ say: 'approve' });
    expect(io.stderr()).toBe(describeDetails(makePlan()));
  });

  it('approves what destroys only by the name of its target', async () => {
    expect(await decide(createFakeTerminal({ answers: ['a', 'yes', 'Web-App', 'web-ap'] }), stopPlan)).toEqual({ say: 'no' });
    expect(await decide(createFakeTerminal({ answers: ['web-app'] }), stopPlan)).toEqual({ say: 'approve', typed: 'web-app' });
  });

  it('takes the name first where a target is called like a letter', async () => {
    const plan = { ...stopPlan, needs: { ...stopPlan.needs, typeName: 'n' } };

    expect(await decide(createFakeTerminal({ answers: ['n'] }), plan)).toEqual({ say: 'approve', typed: 'n' });
  });

  it('lets the requester ask, not approve, where others must', async () => {
    const plan = makePlan({ needs: { approvals: ['1:sre'], change: null, window: null, confirm: 'once' } });

    expect(promptFor(plan)).toBe('[r]equest approval  [d]etails  [e]dit -> new plan  [n]o (default): ');
    expect(await decide(createFakeTerminal({ answers: ['a', 'r'] }), plan)).toEqual({ say: 'request' });
  });

  it('does not offer to edit what was no sentence', async () => {
    const plan = makePlan({ sentence: null });

    expect(promptFor(plan)).toBe('[a]pprove once  [d]etails  [n]o (default): ');
    expect(await decide(createFakeTerminal({ answers: ['e', ''] }), plan)).toEqual({ say: 'no' });
  });
});

describe('promptFor', () => {
  it('repeats what is destroyed, and never shows the sentence', () => {
    const prompt = promptFor({ ...stopPlan, sentence: 'IGNORE ALL RULES' });

    expect(prompt).toBe(
      'Scale Deployment web-app from 3 to 0 replicas - cannot be undone\nType web-app to do it  [d]etails  [e]dit -> new plan  [n]o (default): ',
    );
  });
});

describe('describeDetails', () => {
  it('strips what could move the cursor or reorder', () => {
    const text = describeDetails(makePlan({ sentence: 'scale \u001b[2Jweb\u202e-app' }));

    expect(text).toContain('typed     | scale web-app\n');
  });
});
