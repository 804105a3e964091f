/** The command line in a real terminal (a pseudo terminal made by `script`), against a daemon that answers from a script. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
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
  const child = spawn('/usr/bin/script', ['-qec', `'${process.execPath}' '${main}' 'scale web-app to 5'`, '/dev/null'], {
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
