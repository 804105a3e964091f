import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approveCommand } from './commands/approve.ts';
import { denyCommand } from './commands/deny.ts';
import { planCommand } from './commands/plan.ts';
import { runCommand } from './commands/run.ts';
import { runsCommand } from './commands/runs.ts';
import { undoCommand } from './commands/undo.ts';
import type { Globals } from './arguments.ts';
import { type Command, readArguments } from './command.ts';
import {
  createFakeContext,
  createFakeTerminal,
  type FakeDaemon,
  type FakeTerminal,
  makePlan,
  makeRun,
  startFakeDaemon,
} from './testing.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await startFakeDaemon();
});
afterEach(() => daemon.close());

const run = (command: Command, words: string[], io: FakeTerminal, globals: Partial<Globals> = {}): Promise<number> => {
  const given = command.raw === true ? { words, text: {}, on: {} } : readArguments('x', command, words);
  return command.run(createFakeContext(daemon, io, globals), given, words);
};
const ended = { lines: [{ run: 'R-1', seq: 1, at: '', type: 'run-ended', text: 'done', view: makeRun() }] };
const destructive = makePlan({ needs: { approvals: [], change: null, window: null, confirm: 'name', typeName: 'web-app' } });

function stored(plan = makePlan()): void {
  daemon.on('GET /v1/plans/P-1', { json: plan });
  daemon.on('GET /v1/plans/P-1/text', { text: 'Plan P-1\n' });
  daemon.on('POST /v1/plans/P-1/approve', { json: makeRun({ state: 'running', endedAt: null }) });
  daemon.on('GET /v1/runs/R-1/events', ended);
}
const posted = (): unknown[] => daemon.calls.filter((call) => call.method === 'POST').map(({ path, body }) => ({ path, body }));

describe('approve', () => {
  it('never approves without a terminal unless told so', async () => {
    stored();

    await expect(run(approveCommand, ['P-1'], createFakeTerminal())).rejects.toMatchObject({
      code: 'NO_TERMINAL',
      exitCode: 3,
      hint: expect.stringContaining('devos approve P-1 --yes'),
    });
    expect(posted()).toEqual([]);
  });

  it('approves with --yes the plan as it is stored, and with --hash the one that was seen', async () => {
    stored();

    expect(await run(approveCommand, ['P-1', '--yes'], createFakeTerminal())).toBe(0);
    expect(await run(approveCommand, ['P-1', '--hash', 'seen'], createFakeTerminal())).toBe(0);

    expect(posted()).toMatchObject([{ body: { hash: 'abc' } }, { body: { hash: 'seen' } }]);
  });

  it('wants the name of what is destroyed, --yes or not', async () => {
    stored(destructive);

    await expect(run(approveCommand, ['P-1', '--yes'], createFakeTerminal())).rejects.toMatchObject({ code: 'APPROVAL_INVALID' });
    await expect(run(approveCommand, ['P-1', '--yes', '--type', 'web'], createFakeTerminal())).rejects.toMatchObject({
      code: 'APPROVAL_INVALID',
    });
    expect(posted()).toEqual([]);
    expect(await run(approveCommand, ['P-1', '--yes', '--type', 'web-app'], createFakeTerminal())).toBe(0);
    expect(posted()).toMatchObject([{ body: { typed: 'web-app' } }]);
  });

  it('shows the plan and asks in a terminal', async () => {
    stored();
    const io = createFakeTerminal({ interactive: true, answers: ['a'] });

    expect(await run(approveCommand, ['P-1'], io)).toBe(0);
    expect(io.stderr()).toContain('Plan P-1\n');
    expect(io.asked).toHaveLength(1);
  });
});

describe('deny and undo', () => {
  it('denies the stored hash with the reason', async () => {
    stored();
    daemon.on('POST /v1/plans/P-1/deny', { json: { plan: makePlan() } });

    expect(await run(denyCommand, ['P-1', '--reason', 'not now'], createFakeTerminal())).toBe(0);
    expect(posted()).toMatchObject([{ body: { hash: 'abc', reason: 'not now' } }]);
  });

  it('plans the way back and leaves it waiting without a terminal', async () => {
    stored();
    daemon.on('POST /v1/runs/R-9/undo', { json: makePlan() });
    daemon.on('POST /v1/runs', { json: makeRun({ state: 'waiting', endedAt: null }) });
    const io = createFakeTerminal();

    expect(await run(undoCommand, ['R-9'], io)).toBe(3);
    expect(io.stdout()).toBe('Plan P-1\n');
    expect(io.stderr()).toContain('approve: devos approve P-1');
  });

  it('takes the newest run that can be undone where none is named', async () => {
    stored();
    daemon.on('GET /v1/runs?limit=50', {
      json: [makeRun({ id: 'R-3', canUndo: false }), makeRun({ id: 'R-2', canUndo: true }), makeRun({ id: 'R-1', canUndo: true })],
    });
    daemon.on('POST /v1/runs/R-2/undo', { json: makePlan() });
    daemon.on('POST /v1/runs', { json: makeRun({ state: 'waiting', endedAt: null }) });

    expect(await run(undoCommand, [], createFakeTerminal())).toBe(3);
  });

  it('says so where no run can be undone', async () => {
    daemon.on('GET /v1/runs?limit=50', { json: [makeRun({ id: 'R-3', canUndo: false })] });

    await expect(run(undoCommand, [], createFakeTerminal())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is a usage error with more words, and shows how to say it as a sentence', async () => {
    await expect(run(undoCommand, ['the', 'last', 'rollout'], createFakeTerminal())).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('devos do undo the last rollout'),
    });
  });
});

describe('run', () => {
  it('sends a typed call as it was typed', async () => {
    daemon.on('POST /v1/do', { lines: [{ type: 'result', result: { status: 'done', text: 'ok\n', plan: 'P-1', run: 'R-1' } }] });

    expect(await run(runCommand, ['kubernetes.deployment.scale', '--replicas', '5'], createFakeTerminal())).toBe(0);
    expect(posted()).toMatchObject([
      { path: '/v1/do', body: { typed: { action: 'kubernetes.deployment.scale', flags: ['--replicas', '5'] } } },
    ]);
  });

  it('approves with --yes what one yes allows, and shows the plan first', async () => {
    stored();
    daemon.on('POST /v1/do', { lines: [{ type: 'result', result: { status: 'plan', plan: makePlan(), text: 'Plan P-1\n', notes: [] } }] });
    const io = createFakeTerminal();

    expect(await run(runCommand, ['kubernetes.deployment.scale', '--replicas', '5'], io, { yes: true })).toBe(0);
    expect(posted()).toMatchObject([{ path: '/v1/do' }, { path: '/v1/plans/P-1/approve', body: { hash: 'abc' } }]);
    expect(io.stderr()).toContain('Plan P-1');
  });

  it.each([
    ['destroys', destructive],
    ['needs other people', makePlan({ needs: { approvals: ['lead'], change: null, window: null, confirm: 'once' } })],
  ])('leaves waiting what %s, --yes or not', async (_why, plan) => {
    daemon.on('POST /v1/do', { lines: [{ type: 'result', result: { status: 'plan', plan, text: 'Plan P-1\n', notes: [] } }] });
    daemon.on('POST /v1/runs', { json: makeRun({ state: 'waiting', endedAt: null }) });

    expect(await run(runCommand, ['kubernetes.object.delete'], createFakeTerminal(), { yes: true })).toBe(3);
    expect(posted().map((call) => (call as { path: string }).path)).toEqual(['/v1/do', '/v1/runs']);
  });

  it('starts a stored plan, which waits without a terminal', async () => {
    stored();
    daemon.on('POST /v1/runs', { json: makeRun({ state: 'waiting', endedAt: null }) });

    expect(await run(runCommand, ['P-1'], createFakeTerminal())).toBe(3);
  });

  it('says what the daemon says of an action that is not there', async () => {
    const error = { code: 'ACTION_UNKNOWN', message: 'There is no action', hint: 'Did you mean: devos run a.b.c', docs: '' };
    daemon.on('POST /v1/do', { status: 404, json: { schemaVersion: 1, error } });

    await expect(run(runCommand, ['a.b.d'], createFakeTerminal())).rejects.toMatchObject({ code: error.code, hint: error.hint });
  });
});

describe('runs', () => {
  it('lists as a table, as JSON, and as names', async () => {
    daemon.on('GET /v1/runs', { json: [makeRun()] });
    const [table, json, name] = [createFakeTerminal(), createFakeTerminal(), createFakeTerminal()];

    await run(runsCommand, [], table);
    await run(runsCommand, ['list', '--limit', '3'], json, { output: 'json' });
    await run(runsCommand, ['list'], name, { output: 'name' });

    expect(table.stdout()).toMatch(
      /^RUN +STATE +WHAT +SAFETY +WHO +AGE +PLAN\nR-1 +done +scale Deployment web-app from 3 to 5 replicas +moderate +alice +\d+d +P-1\n$/,
    );
    expect(JSON.parse(json.stdout())).toEqual([makeRun()]);
    expect(name.stdout()).toBe('R-1\n');
    expect(daemon.calls[1]?.path).toBe('/v1/runs?limit=3');
  });

  it('cancels and watches the end; a cancelled run is what was wanted', async () => {
    daemon.on('POST /v1/runs/R-1/cancel', { json: makeRun({ state: 'cancelled' }) });

    expect(await run(runsCommand, ['cancel', 'R-1'], createFakeTerminal())).toBe(0);
  });

  it('offers the nearest word', async () => {
    await expect(run(runsCommand, ['shwo', 'R-1'], createFakeTerminal())).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('devos runs show'),
    });
    await expect(run(runsCommand, ['list', '--limit', '0'], createFakeTerminal())).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('plan', () => {
  const understood = { schemaVersion: 1, status: 'plan', plan: makePlan(), notes: [] };

  it('prints the plan and exits 0, or 2 for a change where that is asked for', async () => {
    daemon.on('POST /v1/plans', { json: understood });
    stored();
    const io = createFakeTerminal();

    expect(await run(planCommand, ['scale', 'web-app', 'to', '5'], io)).toBe(0);
    expect(await run(planCommand, ['scale web-app to 5', '--detailed-exitcode'], createFakeTerminal())).toBe(2);
    expect(io.stdout()).toBe('Plan P-1\n');
    expect(posted()[0]).toMatchObject({ body: { sentence: 'scale web-app to 5' } });
  });

  it('prints what was understood as JSON, a refusal too, with the exit code of a refusal', async () => {
    const refusal = { schemaVersion: 1, status: 'refuse', code: 'NEGATED', message: 'no', unexplained: [], suggestions: [] };
    daemon.on('POST /v1/plans', { json: understood }, { json: refusal });
    const [plan, no] = [createFakeTerminal(), createFakeTerminal()];

    expect(await run(planCommand, ['x'], plan, { output: 'json' })).toBe(0);
    expect(await run(planCommand, ['x'], no, { output: 'json' })).toBe(2);
    expect(JSON.parse(plan.stdout())).toEqual(understood);
    expect(JSON.parse(no.stdout())).toEqual(refusal);
  });

  it('gives one line for each line, whatever becomes of it', async () => {
    daemon.on(
      'POST /v1/plans',
      { json: understood },
      { json: { schemaVersion: 1, error: { code: 'INPUT_TOO_LARGE', message: 'too long', hint: 'x', docs: '' } }, status: 413 },
    );
    const io = createFakeTerminal({ input: ['scale web-app to 5', 'x'.repeat(9000)] });

    expect(await run(planCommand, ['--stdin'], io, { output: 'jsonl' })).toBe(0);
    expect(
      io
        .stdout()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ status: 'plan' }, { status: 'refuse', code: 'INPUT_TOO_LARGE' }]);
  });
});
