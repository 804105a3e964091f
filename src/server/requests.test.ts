import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createRequests } from './requests.ts';

const action = { id: 'a.b.c', system: 'a', summary: '', safety: 'safe', status: 'available', examples: [] } as const;
const input = { name: 'n', optional: true, description: '', type: 'object' };
const requests = createRequests(['HOME', 'KUBECONFIG'], [{ ...action, examples: [], inputs: [input] }]);
const origin = { cwd: '/work', env: {}, via: 'cli' };
const refusal = (body: unknown): unknown => {
  try {
    return requests.do(body);
  } catch (error) {
    return error;
  }
};

describe('who asks', () => {
  it('is the owner of the socket, never what a body says', () => {
    const { origin: made } = requests.do({ sentence: 'show pods', origin: { ...origin, who: 'root; drop' } });

    expect(made.who).toBe(userInfo().username);
    expect(requests.approve({ hash: 'h', origin: { ...origin, who: 'boss' } }).origin.who).toBe(userInfo().username);
  });

  it('never says that a model proposed it, nor that none did', () => {
    const { origin: made } = requests.do({ sentence: 'show pods', planner: 'llm', origin: { ...origin, proposedBy: 'nobody' } });

    expect(made).not.toHaveProperty('proposedBy');
  });

  it('brings only the variables that integrations ask for', () => {
    const env = { KUBECONFIG: '/k', AWS_SECRET_ACCESS_KEY: 'x', PATH: '/evil', ['__proto__']: '/p' };

    expect(requests.do({ sentence: 'show pods', origin: { ...origin, env } }).origin.env).toEqual({ KUBECONFIG: '/k' });
  });

  it('need not be said where nothing depends on it', () => {
    expect(requests.deny({ hash: 'h' })).toMatchObject({ hash: 'h', origin: { via: 'http', who: userInfo().username } });
    expect(requests.deny({ hash: 'h', reason: 'no', origin })).toMatchObject({ reason: 'no', origin: { via: 'cli' } });
  });
});

describe('a request to do something', () => {
  it('is a sentence or a call, and a table unless said otherwise', () => {
    expect(requests.do({ sentence: 'show pods', origin })).toMatchObject({ sentence: 'show pods', output: 'table' });
    expect(requests.do({ call: { action: 'a.b.c', input: { n: 1 } }, origin, output: 'json', answers: { name: 'x' } })).toMatchObject({
      call: { action: 'a.b.c', input: { n: 1 } },
      output: 'json',
      answers: { name: 'x' },
    });
  });

  it('may be a call as a person types it, which is read here', () => {
    const made = requests.do({ typed: { action: 'a.b.c', flags: ['--n', '{"x":1}'] }, origin });

    expect(made).toMatchObject({ call: { action: 'a.b.c', input: { n: { x: 1 } } } });
    expect(made).not.toHaveProperty('typed');
  });

  it.each([
    ['nothing', undefined],
    ['a typed call with a sentence', { sentence: 'x', typed: { action: 'a.b.c', flags: [] }, origin }],
    ['a typed call with a flag that there is not', { typed: { action: 'a.b.c', flags: ['--m', '1'] }, origin }],
    [
      'a typed call that is nested too deeply',
      { typed: { action: 'a.b.c', flags: ['--n', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`] }, origin },
    ],
    ['a planner for a typed call', { typed: { action: 'a.b.c', flags: [] }, origin, planner: 'llm' }],
    ['a text', 'show pods'],
    ['neither sentence nor call', { origin }],
    ['both', { sentence: 'x', call: { action: 'a', input: {} }, origin }],
    ['no origin', { sentence: 'x' }],
    ['a relative folder', { sentence: 'x', origin: { ...origin, cwd: 'here' } }],
    ['a folder without end', { sentence: 'x', origin: { ...origin, cwd: `/${'x'.repeat(5000)}` } }],
    ['a variable without end', { sentence: 'x', origin: { ...origin, env: { HOME: 'x'.repeat(40_000) } } }],
    ['an unknown entrance', { sentence: 'x', origin: { ...origin, via: 'agent' } }],
    ['an unknown format', { sentence: 'x', origin, output: 'xml' }],
    ['a planner that there is not', { sentence: 'x', origin, planner: 'gpt' }],
    ['a planner for a call', { call: { action: 'a', input: {} }, origin, planner: 'llm' }],
    ['an unknown field', { sentence: 'x', origin, force: true }],
    ['an input that is no object', { call: { action: 'a', input: [] }, origin }],
    ['an answer without end', { sentence: 'x', origin, answers: { name: 'x'.repeat(5000) } }],
  ])('is refused with %s', (_what, body) => {
    expect(refusal(body)).toMatchObject({ code: 'USAGE', message: expect.stringMatching(/\S/), hint: expect.stringMatching(/\S/) });
  });

  it('is refused where it is nested deeper than anybody could mean', () => {
    let input: unknown = {};
    for (let depth = 0; depth < 100_000; depth += 1) input = { input };

    expect(refusal({ call: { action: 'a', input }, origin })).toMatchObject({ code: 'USAGE' });
  });
});

describe('approving, denying and starting', () => {
  it.each([
    ['approve', () => requests.approve({ origin })],
    ['approve', () => requests.approve({ hash: 'h'.repeat(201), origin })],
    ['deny', () => requests.deny({ origin })],
    ['deny', () => requests.deny({ hash: 'h', origin, reason: 'x'.repeat(2001) })],
    ['start', () => requests.start({ origin })],
    ['originated', () => requests.originated(undefined)],
  ])('%s needs its fields, within their limits', (_what, act) => {
    expect(act).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('passes on what was typed and why', () => {
    expect(requests.approve({ hash: 'h', origin, typed: 'web-app' })).toMatchObject({ hash: 'h', typed: 'web-app' });
    expect(requests.approve({ hash: 'h', origin })).not.toHaveProperty('typed');
    expect(requests.start({ planId: 'P-1', origin })).toMatchObject({ planId: 'P-1' });
  });
});
