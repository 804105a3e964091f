import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { doRequest } from './sentence.ts';
import { createFakeContext, createFakeTerminal, type FakeDaemon, makePlan, makeRun, startFakeDaemon } from './testing.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await startFakeDaemon();
});
afterEach(() => daemon.close());

const planText = 'Plan P-1  scale deployment  MODERATE\n';
const proposal = (change = {}) => ({
  lines: [{ type: 'result', result: { status: 'plan', plan: makePlan(change), text: planText, notes: ['web-app: Deployment in shop'] } }],
});
const events = (...types: object[]) => ({
  lines: types.map((event, index) => ({ run: 'R-1', seq: index + 1, at: '', text: '', ...event })),
});

describe('a read', () => {
  it('prints its output to stdout, its progress to stderr, asks nothing and exits 0', async () => {
    daemon.on('POST /v1/do', {
      lines: [
        { type: 'progress', text: 'reading' },
        { type: 'result', result: { status: 'done', text: 'NAME\nweb-app\n', plan: 'P-1', run: 'R-1' } },
      ],
    });
    const io = createFakeTerminal({ interactive: true });

    const exit = await doRequest(createFakeContext(daemon, io), { sentence: 'show pods' });

    expect(exit).toBe(0);
    expect(io.stdout()).toBe('NAME\nweb-app\n');
    expect(io.stderr()).toBe('reading\n');
    expect(io.asked).toEqual([]);
    expect(daemon.calls[0]?.body).toEqual({
      sentence: 'show pods',
      output: 'table',
      origin: { cwd: '/work', env: {}, via: 'cli', who: 'alice' },
    });
  });

  it('takes control and bidi characters out of what a person reads, and leaves JSON as it is', async () => {
    const text = 'a\u001b[31mb\u202ec\n';
    const answer = {
      lines: [
        { type: 'output', text },
        { type: 'result', result: { status: 'done', text, plan: 'P-1', run: 'R-1' } },
      ],
    };
    daemon.on('POST /v1/do', answer);
    const table = createFakeTerminal();
    const json = createFakeTerminal();

    await doRequest(createFakeContext(daemon, table), { sentence: 'logs' });
    await doRequest(createFakeContext(daemon, json, { output: 'json' }), { sentence: 'logs' });

    expect(table.stdout()).toBe('abc\nabc\n');
    expect(json.stdout()).toBe(text + text);
  });

  it('becomes a coded error where the daemon says so or goes away', async () => {
    daemon.on(
      'POST /v1/do',
      { lines: [{ type: 'error', error: { code: 'FORBIDDEN', message: 'no', hint: 'ask', docs: '' } }] },
      { raw: (response) => void response.writeHead(200).write('{"type":"progress","text":"x"}\n', () => response.destroy()) },
    );
    const context = createFakeContext(daemon, createFakeTerminal());

    await expect(doRequest(context, { sentence: 'x' })).rejects.toMatchObject({ code: 'FORBIDDEN', exitCode: 5 });
    await expect(doRequest(context, { sentence: 'x' })).rejects.toMatchObject({ code: 'DAEMON_UNAVAILABLE', exitCode: 8 });
  });
});

describe('a conversation', () => {
  const question = {
    lines: [{ type: 'result', result: { status: 'clarify', questions: [{ input: 'replicas', ask: 'How many?', options: [] }] } }],
  };
  const done = { lines: [{ type: 'result', result: { status: 'done', text: '', plan: 'P-1', run: 'R-1' } }] };
  const bodies = () => daemon.calls.map(({ body }) => body);

  it('is named in each request, and begun anew with --fresh', async () => {
    daemon.on('POST /v1/do', question, done, done);
    const io = createFakeTerminal({ interactive: true, answers: ['5'] });
    const context = { ...createFakeContext(daemon, io, { fresh: true }), conversation: 'tty:1' };

    await doRequest(context, { sentence: 'scale web-app' });
    await doRequest(createFakeContext(daemon, io), { sentence: 'show pods' });

    expect(bodies()).toMatchObject([
      { sentence: 'scale web-app', conversation: 'tty:1', fresh: true },
      { sentence: 'scale web-app', answers: { replicas: '5' }, conversation: 'tty:1' },
      { sentence: 'show pods' },
    ]);
    expect(bodies()[1]).not.toHaveProperty('fresh');
    expect(bodies()[2]).not.toHaveProperty('conversation');
  });

  it.each(['no, I meant cart', 'not web-app, cart', 'I meant cart', 'the other one'])(
    'takes a correction for one, and not for an answer: %s',
    async (typed) => {
      daemon.on('POST /v1/do', question, done);
      const io = createFakeTerminal({ interactive: true, answers: [typed] });

      await doRequest({ ...createFakeContext(daemon, io), conversation: 'tty:1' }, { sentence: 'scale web-app' });

      expect(bodies()[1]).toMatchObject({ sentence: typed });
      expect(bodies()[1]).not.toHaveProperty('answers');
    },
  );

  it.each(['5', 'no access to the vault', 'nothing works'])('takes anything else for the answer: %s', async (typed) => {
    daemon.on('POST /v1/do', question, done);
    const io = createFakeTerminal({ interactive: true, answers: [typed] });

    await doRequest({ ...createFakeContext(daemon, io), conversation: 'tty:1' }, { sentence: 'scale web-app' });

    expect(bodies()[1]).toMatchObject({ sentence: 'scale web-app', answers: { replicas: typed } });
  });
});

describe('a change without a terminal', () => {
  it('is stored as waiting, printed with the approve command, and exits 3', async () => {
    daemon.on('POST /v1/do', proposal());
    daemon.on('POST /v1/runs', { json: makeRun({ state: 'waiting', endedAt: null }) });
    const io = createFakeTerminal();

    const exit = await doRequest(createFakeContext(daemon, io), { sentence: 'scale web-app to 5' });

    expect(exit).toBe(3);
    expect(io.stdout()).toBe(planText);
    expect(io.stderr()).toContain('approve: devos approve P-1\n');
    expect(io.asked).toEqual([]);
    expect(daemon.calls.map((call) => call.path)).toEqual(['/v1/do', '/v1/runs']);
  });

  it('is one JSON value on stdout with -o json, with the same exit code', async () => {
    daemon.on('POST /v1/do', proposal());
    daemon.on('POST /v1/runs', { json: makeRun({ state: 'waiting', endedAt: null }) });
    const io = createFakeTerminal();

    const exit = await doRequest(createFakeContext(daemon, io, { output: 'json', quiet: true }), { sentence: 'scale web-app to 5' });

    expect(exit).toBe(3);
    expect(JSON.parse(io.stdout())).toMatchObject({
      schemaVersion: 1,
      status: 'waiting',
      plan: { id: 'P-1' },
      run: 'R-1',
      approve: 'devos approve P-1',
    });
    expect(io.stderr()).toBe('');
  });
});

describe('a change in a terminal', () => {
  it('shows the plan, asks, approves its hash, shows progress and the verified end, and offers undo', async () => {
    daemon.on('POST /v1/do', proposal());
    daemon.on('POST /v1/plans/P-1/approve', { json: makeRun({ state: 'running', endedAt: null }) });
    daemon.on(
      'GET /v1/runs/R-1/events',
      events(
        { type: 'step-progress', step: '1', text: '4/5 ready' },
        { type: 'step-done', step: '1', text: '5/5 ready' },
        { type: 'run-ended', text: 'done', view: makeRun() },
      ),
    );
    const io = createFakeTerminal({ interactive: true, answers: ['a'] });

    const exit = await doRequest(createFakeContext(daemon, io), { sentence: 'scale web-app to 5' });

    expect(exit).toBe(0);
    expect(io.asked).toEqual(['[a]pprove once  [d]etails  [e]dit -> new plan  [n]o (default): ']);
    expect(daemon.calls[1]).toMatchObject({ path: '/v1/plans/P-1/approve', body: { hash: 'abc', origin: { who: 'alice' } } });
    expect(io.stderr()).toContain(planText);
    expect(io.stderr()).toContain('step 1/1  4/5 ready\nstep 1/1  5/5 ready\n');
    expect(io.stdout()).toBe(
      'R-1  scale deployment  done\n  1  done  scale Deployment web-app from 3 to 5 replicas  verified: 5/5 ready\n',
    );
    expect(io.stderr()).toContain('undo: devos undo R-1\n');
  });

  it.each([[''], ['n'], ['no'], [undefined]])('takes %j as no: the plan is denied and nothing runs', async (answer) => {
    daemon.on('POST /v1/do', proposal());
    daemon.on('POST /v1/plans/P-1/deny', { json: { plan: makePlan() } });
    const io = createFakeTerminal({ interactive: true, answers: answer === undefined ? [] : [answer] });

    const exit = await doRequest(createFakeContext(daemon, io), { sentence: 'scale web-app to 5' });

    expect(exit).toBe(5);
    expect(daemon.calls.map((call) => call.path)).toEqual(['/v1/do', '/v1/plans/P-1/deny']);
    expect(io.stderr()).toContain('nothing was changed');
  });

  it('makes a new plan from an edited sentence, with no approval carried over', async () => {
    daemon.on('POST /v1/do', proposal(), proposal({ id: 'P-2', hash: 'def' }));
    daemon.on('POST /v1/plans/P-2/deny', { json: { plan: makePlan() } });
    const io = createFakeTerminal({ interactive: true, answers: ['e', 'scale web-app to 4', ''] });

    await doRequest(createFakeContext(daemon, io), { sentence: 'scale web-app to 5' });

    expect(daemon.calls.map((call) => call.path)).toEqual(['/v1/do', '/v1/do', '/v1/plans/P-2/deny']);
    expect(daemon.calls[1]?.body).toMatchObject({ sentence: 'scale web-app to 4' });
  });

  it('goes on reading where the events break off, from the last one it saw', async () => {
    daemon.on('POST /v1/do', proposal());
    daemon.on('POST /v1/plans/P-1/approve', { json: makeRun({ state: 'running', endedAt: null }) });
    daemon.on('GET /v1/runs/R-1/events?after=0', events({ type: 'step-started', step: '1', text: 'scaling' }));
    daemon.on('GET /v1/runs/R-1/events?after=1', { lines: [{ run: 'R-1', seq: 2, at: '', type: 'run-ended', text: '', view: makeRun() }] });
    const io = createFakeTerminal({ interactive: true, answers: ['a'] });

    const exit = await doRequest(createFakeContext(daemon, io), { sentence: 'scale web-app to 5' });

    expect(exit).toBe(0);
    expect(io.stderr()).toContain('The run is not lost');
  });
});

describe('a question', () => {
  const question = { input: 'name', ask: 'Which workload?', options: ['web-app', 'web-api'] };
  const clarify = { lines: [{ type: 'result', result: { status: 'clarify', questions: [question] } }] };

  it('is put in a terminal, and its answer sent with the same sentence', async () => {
    daemon.on('POST /v1/do', clarify, { lines: [{ type: 'result', result: { status: 'done', text: 'ok\n', plan: 'P-1', run: 'R-1' } }] });
    const io = createFakeTerminal({ interactive: true, answers: ['2'] });

    const exit = await doRequest(createFakeContext(daemon, io), { sentence: 'describe web' });

    expect(exit).toBe(0);
    expect(io.asked).toEqual(['Which workload?\n  1  web-app\n  2  web-api\nnumber or answer: ']);
    expect(daemon.calls[1]?.body).toMatchObject({ sentence: 'describe web', answers: { name: 'web-api' } });
  });

  it('is printed and exits 2 without a terminal', async () => {
    daemon.on('POST /v1/do', clarify);
    const io = createFakeTerminal();
    const json = createFakeTerminal();

    expect(await doRequest(createFakeContext(daemon, io), { sentence: 'describe web' })).toBe(2);
    expect(await doRequest(createFakeContext(daemon, json, { output: 'json' }), { sentence: 'describe web' })).toBe(2);

    expect(io.stdout()).toBe('');
    expect(io.stderr()).toContain('Which workload?\n  1  web-app\n');
    expect(JSON.parse(json.stdout())).toEqual({ schemaVersion: 1, status: 'clarify', questions: [question] });
  });
});

describe('a refusal', () => {
  it('is an error with its own code and the nearest sentences as the hint; exit 2', async () => {
    daemon.on('POST /v1/do', {
      lines: [
        {
          type: 'result',
          result: { status: 'refuse', code: 'NEGATED', message: 'It says not to', unexplained: [], suggestions: ['scale web-app to 5'] },
        },
      ],
    });
    const io = createFakeTerminal();
    const json = createFakeTerminal();

    expect(await doRequest(createFakeContext(daemon, io), { sentence: 'do not scale web-app' })).toBe(2);
    expect(await doRequest(createFakeContext(daemon, json, { output: 'json' }), { sentence: 'do not scale web-app' })).toBe(2);

    expect(io.stderr()).toBe('error NEGATED: It says not to\nhint: Did you mean: devos "scale web-app to 5"\n');
    expect(JSON.parse(json.stdout())).toMatchObject({ schemaVersion: 1, error: { code: 'NEGATED', message: 'It says not to' } });
  });

  it('takes a single word near a command for a slip', async () => {
    daemon.on('POST /v1/do', {
      lines: [
        {
          type: 'result',
          result: { status: 'refuse', code: 'NOT_UNDERSTOOD', message: 'Unknown: dctor', unexplained: ['dctor'], suggestions: [] },
        },
      ],
    });
    const io = createFakeTerminal();

    await doRequest(createFakeContext(daemon, io), { sentence: 'dctor' });

    expect(io.stderr()).toContain('hint: Did you mean: devos doctor\n');
  });
});
