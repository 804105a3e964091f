import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionsCommand } from './commands/actions.ts';
import { approveCommand } from './commands/approve.ts';
import { auditCommand } from './commands/audit.ts';
import { chatCommand } from './commands/chat.ts';
import { completionCommand } from './commands/completion.ts';
import { connectionsCommand } from './commands/connections.ts';
import { checkInstall, checkNode, checkState, doctorCommand } from './commands/doctor.ts';
import { describeAll } from './commands/help.ts';
import type { Globals } from './arguments.ts';
import { type Command, readArguments } from './command.ts';
import { commandNames } from './arguments.ts';
import { commandTable } from './command-table.ts';
import { complete } from './complete.ts';
import { createFakeContext, createFakeTerminal, type FakeDaemon, type FakeTerminal, makeRun, startFakeDaemon } from './testing.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await startFakeDaemon();
});
afterEach(() => daemon.close());

const run = (command: Command, words: string[], io: FakeTerminal, globals: Partial<Globals> = {}): Promise<number> => {
  const given = command.raw === true ? { words, text: {}, on: {} } : readArguments('x', command, words);
  return command.run(createFakeContext(daemon, io, globals), given, words);
};
const posted = (): unknown[] => daemon.calls.filter((call) => call.method === 'POST').map(({ path, body }) => ({ path, body }));

describe('lists', () => {
  it('gives actions as an array, and explains a single one', async () => {
    const action = {
      id: 'jira.issue.get',
      system: 'jira',
      summary: 'Show an issue',
      safety: 'safe',
      status: 'available',
      examples: ['show OPS-1'],
      inputs: [{ name: 'issue', optional: false, description: 'Key' }],
    };
    daemon.on('GET /v1/actions', { json: [action] });
    const [json, one] = [createFakeTerminal(), createFakeTerminal()];

    await run(actionsCommand, [], json, { output: 'json' });
    await run(actionsCommand, ['jira.issue.get'], one);

    expect(JSON.parse(json.stdout())).toEqual([action]);
    expect(one.stdout()).toContain('  --issue  (needed)  Key\n');
    await expect(run(actionsCommand, ['figma'], createFakeTerminal())).rejects.toMatchObject({ code: 'ACTION_UNKNOWN' });
  });

  it('says which connection is missing and how to mend it', async () => {
    daemon.on('POST /v1/connections', { json: [{ system: 'jira', ok: false, as: null, message: 'not set up', hint: 'See docs' }] });
    const io = createFakeTerminal();

    expect(await run(connectionsCommand, [], io)).toBe(0);
    expect(io.stdout()).toContain('jira     not connected   -    not set up\n');
    expect(io.stderr()).toBe('hint: jira: See docs\n');
  });
});

describe('audit', () => {
  it('verifies: 0 where the chain holds, AUDIT_BROKEN where not, the same code in JSON', async () => {
    daemon.on(
      'POST /v1/audit/verify',
      { json: { ok: true, events: 7, badRow: null, message: 'all hold' } },
      { json: { ok: false, events: 7, badRow: 3, message: 'row 3 was altered' } },
    );
    const io = createFakeTerminal();
    const json = createFakeTerminal();

    expect(await run(auditCommand, ['verify'], io)).toBe(0);
    expect(await run(auditCommand, ['verify'], json, { output: 'json' })).toBe(1);
    await expect(run(auditCommand, ['verify'], createFakeTerminal())).rejects.toMatchObject({
      code: 'AUDIT_BROKEN',
      exitCode: 1,
      hint: expect.stringContaining('row 3'),
    });
    expect(io.stdout()).toContain('7 events');
    expect(JSON.parse(json.stdout())).toMatchObject({ ok: false, badRow: 3 });
  });

  it('verifies an export without a daemon, and finds a forged one', async () => {
    const path = join(daemon.state, 'audit.jsonl');
    writeFileSync(path, '');
    const io = createFakeTerminal();

    expect(await run(auditCommand, ['verify', '--file', path], io)).toBe(0);
    writeFileSync(path, '{"seq":1}\n');

    await expect(run(auditCommand, ['verify', '--file', path], createFakeTerminal())).rejects.toMatchObject({ code: 'AUDIT_BROKEN' });
    await expect(run(auditCommand, ['verify', '--file', '/nowhere'], createFakeTerminal())).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect(daemon.calls).toEqual([]);
  });

  it('exports every page', async () => {
    const page = (from: number, count: number) => Array.from({ length: count }, (_, index) => ({ seq: from + index }));
    daemon.on('GET /v1/audit?limit=1000&after=0', { json: page(1, 1000) });
    daemon.on('GET /v1/audit?limit=1000&after=1000', { json: page(1001, 2) });
    const io = createFakeTerminal();

    await run(auditCommand, ['export'], io);

    expect(io.stdout().trimEnd().split('\n')).toHaveLength(1002);
  });
});

describe('doctor', () => {
  it('exits 0 only where everything that is needed is right', async () => {
    const [good, bad] = [
      { name: 'database', ok: true, message: 'answers', fix: null },
      { name: 'kubernetes', ok: false, message: 'no kubeconfig', fix: 'export KUBECONFIG=…' },
    ];
    daemon.on('POST /v1/doctor', { json: [good] }, { json: [good, bad] }, { json: [good, { ...bad, needed: false }] });
    const io = createFakeTerminal();

    const exits = [
      await run(doctorCommand, [], createFakeTerminal()),
      await run(doctorCommand, [], io),
      await run(doctorCommand, [], createFakeTerminal()),
    ];

    expect(exits[1]).toBe(1);
    expect(exits[2]).toBe(exits[0]);
    expect(io.stdout()).toContain('wrong       kubernetes  no kubeconfig\n            mend it:    export KUBECONFIG=…\n');
  });

  it('has a command for each thing that is wrong', () => {
    expect(checkNode('20.1.0')).toMatchObject({ ok: false, fix: expect.stringContaining('./devos') });
    expect(checkInstall('/nowhere')).toMatchObject({ ok: false, fix: 'cd /nowhere && npm ci' });
    expect(checkState('/proc/nothing')).toMatchObject({ ok: false, fix: expect.stringMatching(/./) });
  });
});

describe('chat', () => {
  it('says each line like a call of its own, and goes on after an error', async () => {
    daemon.on(
      'POST /v1/do',
      { lines: [{ type: 'error', error: { code: 'FORBIDDEN', message: 'no', hint: 'ask', docs: '' } }] },
      { lines: [{ type: 'result', result: { status: 'done', text: 'ok\n', plan: 'P-1', run: 'R-1' } }] },
    );
    const io = createFakeTerminal({ interactive: true, answers: ['show pods', '', 'show nodes', 'exit', 'never'] });

    expect(await run(chatCommand, [], io)).toBe(0);
    expect(io.stderr()).toContain('error FORBIDDEN: no\nhint: ask\n');
    expect(io.stdout()).toBe('ok\n');
    expect(posted()).toMatchObject([{ body: { sentence: 'show pods', origin: { via: 'chat' } } }, { body: { sentence: 'show nodes' } }]);
  });
});

describe('completion', () => {
  const offered = async (...words: string[]): Promise<string[]> => {
    const io = createFakeTerminal();
    await complete(createFakeContext(daemon, io), ['--', ...words]);
    return io
      .stdout()
      .split('\n')
      .filter((line) => line !== '');
  };

  it('offers commands, words, flags and formats', async () => {
    expect(await offered('ru')).toEqual(['run', 'runs']);
    expect(await offered('daemon', 'st')).toEqual(['start', 'stop', 'status']);
    expect(await offered('plan', '--de')).toEqual(['--detailed-exitcode']);
    expect(await offered('show', 'pods', '-o', 'js')).toEqual(['json', 'jsonl']);
  });

  it('offers live names from a daemon that runs, and stays silent where it fails', async () => {
    expect(await offered('undo', '')).toEqual([]);
    daemon.on('GET /v1/runs', { json: [makeRun(), makeRun({ id: 'R-2', canUndo: false, state: 'waiting', planId: 'P-2' })] });

    expect(await offered('undo', '')).toEqual(['R-1']);
    expect(await offered('approve', '')).toEqual(['P-2']);
    expect(await offered('runs', 'show', 'R-')).toEqual(['R-1', 'R-2']);
  });

  it.each([['bash'], ['zsh'], ['fish'], ['pwsh']])('has a script for %s', async (shell) => {
    const io = createFakeTerminal();

    expect(await run(completionCommand, [shell], io)).toBe(0);
    expect(io.stdout()).toContain('devos __complete --');
  });
});

describe('help', () => {
  it('leads with three examples and names every command', () => {
    const text = describeAll();

    expect(text.split('\n').slice(2, 6)).toEqual([
      'examples:',
      expect.stringContaining('show pods'),
      expect.stringContaining('scale'),
      expect.stringContaining('devos demo'),
    ]);
    for (const name of commandNames) expect(text).toContain(`  ${name} `);
  });

  it('has usage lines that begin with the command, for every command', async () => {
    for (const name of commandNames) for (const line of (await commandTable[name].load()).usage) expect(line.split(' ')[0]).toBe(name);
  });

  it('offers the nearest flag', () => {
    expect(() => readArguments('approve', approveCommand, ['P-1', '--yse'])).toThrowError(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('--yes') }),
    );
  });
});
