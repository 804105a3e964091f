import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evalCommand } from './commands/eval.ts';
import type { Globals } from './arguments.ts';
import { readArguments } from './command.ts';
import { createFakeContext, createFakeTerminal, type FakeDaemon, startFakeDaemon } from './testing.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await startFakeDaemon();
});
afterEach(async () => {
  const { calls } = daemon;
  await daemon.close();
  expect(calls, 'the daemon was not needed').toEqual([]);
});

/** Writes the files, runs the command in their folder. */
async function evaluate(files: Record<string, string>, words: string[], globals: Partial<Globals> = {}) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(daemon.state, name), text);
  const io = createFakeTerminal();
  const context = { ...createFakeContext(daemon, io, globals), cwd: daemon.state };
  const code = await evalCommand.run(context, readArguments('eval', evalCommand, words), words);
  return { code, out: io.stdout(), err: io.stderr() };
}

const right = 'show pods\tkubernetes.resources.list{"kind":"Pod"}\tread\n';
const scale = 'scale the web-app deployment to 5 replicas';
const planted = {
  'right.tsv': `# ours\n${right}\nhow do I scale a deployment to 5 replicas?\trefuse\tno-advice\n`,
  'wrong.tsv': `${[
    `${scale}\tkubernetes.deployment.scale{"replicas":4}\tplanted`,
    `${scale}\tkubernetes.resources.list\tplanted`,
    `${scale}\trefuse\tplanted`,
    `scale web-app to 0 replicas\tclarify:name\tplanted`,
    `show pods\tclarify:kind\tplanted`,
    `do not restart web-app\tkubernetes.pods.restart\tplanted`,
    `do not restart web-app\tclarify:name\tplanted`,
  ].join('\n')}\n`,
};

describe('planted wrong answers', () => {
  it('are each found, with place, outcome and danger', async () => {
    const { code, out } = await evaluate(planted, ['right.tsv', 'wrong.tsv'], { output: 'json' });
    const { failures, total, files, ...rest } = JSON.parse(out);

    expect(code).toBe(0);
    expect(rest).toMatchObject({ schemaVersion: 1, limits: [], unknown: [] });
    expect(failures.map((one: Record<string, unknown>) => [one['file'], one['line'], one['outcome'], one['danger']])).toEqual([
      ['wrong.tsv', 1, 'wrong-input', 'moderate'],
      ['wrong.tsv', 2, 'wrong-plan', 'moderate'],
      ['wrong.tsv', 3, 'false-accept', 'moderate'],
      ['wrong.tsv', 4, 'false-accept', 'destructive'],
      ['wrong.tsv', 5, 'acted-not-asked', null],
      ['wrong.tsv', 6, 'refused-not-acted', null],
      ['wrong.tsv', 7, 'refused-not-asked', null],
    ]);
    expect(total).toMatchObject({ sentences: 9, exact: { count: 2, of: 9, share: 0.2222, low: 0.0632, high: 0.5474 } });
    expect(files).toMatchObject([
      { name: 'right.tsv', exact: { count: 2, of: 2 } },
      { name: 'wrong.tsv', exact: { count: 0, of: 7 } },
    ]);
  });

  it('are listed with expected and got where asked for, and only there', async () => {
    const listed = await evaluate(planted, ['wrong.tsv', '--failures']);
    const plain = await evaluate(planted, ['wrong.tsv']);

    expect(listed.out).toContain(
      `wrong.tsv:1  wrong-input (moderate)\n  sentence  ${scale}\n  expected  kubernetes.deployment.scale{"replicas":4}\n  got       kubernetes.deployment.scale{`,
    );
    expect(listed.out.endsWith(plain.out)).toBe(true);
    expect(plain.out).not.toContain('  got  ');
    expect(listed.code).toBe(0);
  });

  it('come as lines and as names too', async () => {
    const lines = (await evaluate(planted, ['right.tsv', 'wrong.tsv'], { output: 'jsonl' })).out.trimEnd().split('\n');
    const names = await evaluate(planted, ['right.tsv', 'wrong.tsv'], { output: 'name' });

    expect(lines.map((line) => JSON.parse(line).type)).toEqual([...Array.from({ length: 7 }, () => 'failure'), 'report']);
    expect(names.out.split('\n').slice(0, 2)).toEqual(['wrong.tsv:1', 'wrong.tsv:2']);
  });
});

describe('limits', () => {
  it.each([
    [['--min-exact', '22.2'], 0],
    [['--min-exact', '22.3'], 1],
    [['--max-wrong=56%'], 0],
    [['--max-wrong=55'], 1],
    [['--min-exact=20', '--max-wrong=55'], 1],
  ])('%j: exit %i, in every format', async (flags, code) => {
    const words = ['right.tsv', 'wrong.tsv', ...flags];
    const table = await evaluate(planted, words);
    const json = await evaluate(planted, words, { output: 'json' });

    expect([table.code, json.code]).toEqual([code, code]);
    expect(table.err.includes(`% of the sentences`)).toBe(code === 1);
    expect(JSON.parse(json.out).limits.every(({ met }: { met: boolean }) => met)).toBe(code === 0);
  });

  it.each(['-1', '101', 'all', ''])('do not take %j', async (percent) => {
    await expect(evaluate(planted, ['right.tsv', `--min-exact=${percent}`])).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('bad files', () => {
  it.each([
    ['bad.tsv', `${right}show pods\n`, 'bad.tsv, line 2: no tab'],
    ['bad.tsv', `${right}\n# x\nshow pods\tlist them`, 'bad.tsv, line 4: "list them" is no expected answer'],
    ['bad.tsv', '# nothing yet\n\n', 'bad.tsv holds no labelled sentence'],
    ['other.tsv', right, 'bad.tsv cannot be read: there is no such file'],
  ])('%s: %j', async (name, text, message) => {
    await expect(evaluate({ [name]: text }, ['bad.tsv'])).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      exitCode: 2,
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/\S/),
    });
  });

  it('need a name', async () => {
    await expect(evaluate({}, [])).rejects.toMatchObject({ code: 'USAGE' });
  });
});

it('names labels that the catalogue lacks on stderr, unless quiet', async () => {
  const files = { 'a.tsv': `${right}paint the pods\tkubernetes.pods.paint{"colour":"red"}\n` };

  expect((await evaluate(files, ['a.tsv'])).err).toBe('note: labels name what the catalogue lacks: kubernetes.pods.paint\n');
  expect((await evaluate(files, ['a.tsv'], { quiet: true })).err).toBe('');
});
