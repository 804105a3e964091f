/** The command line in a real terminal (a pseudo terminal made by `script`), against a daemon that answers from a script. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeDaemon, makePlan, makeRun, startFakeDaemon } from '../../src/cli/testing.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const hasScript = existsSync('/usr/bin/script');
if (!hasScript) process.stderr.write('SKIPPED: prompts in a terminal need the program script (util-linux)\n');

let daemon: FakeDaemon;
const children: ChildProcess[] = [];
beforeEach(async () => {
  daemon = await startFakeDaemon();
  daemon.on('POST /v1/do', { lines: [{ type: 'result', result: { status: 'plan', plan: makePlan(), text: 'Plan P-1\n', notes: [] } }] });
  daemon.on('POST /v1/plans/P-1/deny', { json: { plan: makePlan() } });
  daemon.on('POST /v1/plans/P-1/approve', { json: makeRun({ state: 'running', endedAt: null }) });
});
afterEach(async () => {
  // A command line that outlives its daemon would start a real one.
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await daemon.close();
});

interface Said {
  code: number | null;
  screen: string;
}

/** Types each answer once its cue is on the screen. */
async function talk(dialogue: [cue: string, answer: string][], env: Record<string, string> = {}): Promise<Said> {
  // `exec`: a shell in between would get the Ctrl-C as well, and answer with a status of its own.
  const child = spawn('/usr/bin/script', ['-qec', `exec '${process.execPath}' '${main}' 'scale web-app to 5'`, '/dev/null'], {
    env: { PATH: process.env['PATH'], HOME: daemon.state, DEVOS_STATE_DIR: daemon.state, TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const waiting = [...dialogue];
  let screen = '';
  let searched = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    const [next] = waiting;
    const at = next === undefined ? -1 : screen.indexOf(next[0], searched);
    if (next === undefined || at < 0) return;
    searched = screen.length;
    waiting.shift();
    child.stdin.write(next[1]);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, screen };
}

const approved = (): number => daemon.calls.filter((call) => call.path.endsWith('/approve')).length;

describe.skipIf(!hasScript)('in a terminal', () => {
  it('does not approve on Enter', async () => {
    const { code, screen } = await talk([['(default): ', '\r']]);

    expect(code).toBe(5);
    expect(approved()).toBe(0);
    expect(screen).toContain('Plan P-1');
    expect(screen).toContain('nothing was changed');
  });

  it('approves on a, and shows the end', async () => {
    daemon.on('GET /v1/runs/R-1/events', { lines: [{ run: 'R-1', seq: 1, at: '', type: 'run-ended', text: 'done', view: makeRun() }] });

    const { code, screen } = await talk([['(default): ', 'a\r']]);

    expect(code).toBe(0);
    expect(approved()).toBe(1);
    expect(screen).toContain('verified: 5/5 ready');
    expect(screen).toContain('undo: devos undo R-1');
  });

  it('ends at Ctrl-C before anything is approved', async () => {
    const { code, screen } = await talk([['(default): ', '\u0003']]);

    expect(code).toBe(130);
    expect(approved()).toBe(0);
    expect(screen).toContain('INTERRUPTED');
  });

  it('leaves a run alone at Ctrl-C, and says how to go on', async () => {
    daemon.on('GET /v1/runs/R-1/events', {
      raw: (response) =>
        void response
          .writeHead(200)
          .write(`${JSON.stringify({ run: 'R-1', seq: 1, at: '', type: 'step-progress', step: '1', text: '4/5 ready' })}\n`),
    });

    const { code, screen } = await talk([
      ['(default): ', 'a\r'],
      ['4/5 ready', '\u0003'],
    ]);

    expect(code).toBe(130);
    expect(screen).toContain('R-1 goes on in the daemon.');
    expect(screen).toContain('devos runs cancel R-1');
    expect(daemon.calls.some((call) => call.path.endsWith('/cancel'))).toBe(false);
  });

  it('ends a session at Ctrl-C, and stays for its account', async () => {
    const [step] = makePlan().steps;
    if (step === undefined) throw new Error('a plan without steps');
    const plan = makePlan({ steps: [{ ...step, session: true }] });
    daemon.on('POST /v1/do', { lines: [{ type: 'result', result: { status: 'plan', plan, text: 'Plan P-1\n', notes: [] } }] });
    const tell = (response: ServerResponse, event: object) =>
      response.write(`${JSON.stringify({ run: 'R-1', at: '', step: '1', ...event })}\n`);
    let events: ServerResponse | undefined;
    daemon.on('GET /v1/runs/R-1/events', {
      raw(response) {
        events = response;
        tell(response.writeHead(200), { seq: 1, type: 'step-progress', text: 'the port is open' });
      },
    });
    daemon.on('POST /v1/runs/R-1/cancel', {
      raw(response) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(makeRun({ state: 'running', endedAt: null })));
        if (events !== undefined) tell(events, { seq: 2, type: 'run-ended', text: 'cancelled', view: makeRun({ state: 'cancelled' }) });
      },
    });

    const { code, screen } = await talk([
      ['(default): ', 'a\r'],
      ['the port is open', '\u0003'],
    ]);

    expect(code).toBe(0);
    expect(screen).toContain('cancelled');
    expect(screen).not.toContain('goes on in the daemon');
    expect(daemon.calls.filter((call) => call.path.endsWith('/cancel'))).toHaveLength(1);
  });

  it('leaves a session that does not end at the second Ctrl-C, and says so', async () => {
    const [step] = makePlan().steps;
    if (step === undefined) throw new Error('a plan without steps');
    const plan = makePlan({ steps: [{ ...step, session: true }] });
    daemon.on('POST /v1/do', { lines: [{ type: 'result', result: { status: 'plan', plan, text: 'Plan P-1\n', notes: [] } }] });
    let events: ServerResponse | undefined;
    const tell = (seq: number, text: string) =>
      events?.write(`${JSON.stringify({ run: 'R-1', seq, at: '', step: '1', type: 'step-progress', text })}\n`);
    daemon.on('GET /v1/runs/R-1/events', {
      raw(response) {
        events = response.writeHead(200);
        tell(1, 'the port is open');
      },
    });
    daemon.on('POST /v1/runs/R-1/cancel', {
      raw(response) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(makeRun({ state: 'running', endedAt: null })));
        tell(2, 'it takes its time');
      },
    });

    const { code, screen } = await talk([
      ['(default): ', 'a\r'],
      ['the port is open', '\u0003'],
      ['it takes its time', '\u0003'],
    ]);

    expect(code).toBe(130);
    expect(screen).toContain('R-1 goes on in the daemon.');
  });

  it('works on a dumb terminal, with plain lines', async () => {
    daemon.on('GET /v1/runs/R-1/events', {
      lines: [
        { run: 'R-1', seq: 1, at: '', type: 'step-progress', step: '1', text: '4/5 ready' },
        { run: 'R-1', seq: 2, at: '', type: 'run-ended', text: 'done', view: makeRun() },
      ],
    });

    const { code, screen } = await talk([['(default): ', 'a\r']], { TERM: 'dumb' });

    expect(code).toBe(0);
    expect(screen).toContain('step 1/1  4/5 ready\r\n');
    expect(screen).not.toContain('\u001b');
  });

  it('asks nobody in CI', async () => {
    daemon.on('POST /v1/runs', { json: makeRun({ state: 'waiting', endedAt: null }) });

    const { code, screen } = await talk([], { CI: 'true' });

    expect(code).toBe(3);
    expect(screen).toContain('approve: devos approve P-1');
  });
});
