/** `devos eval` as a process of its own, with the file and the commands of the guide. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliResult, errorOf, runCli } from '../support/cli.ts';

const guide = await readFile(new URL('../../docs/guides/measure.md', import.meta.url), 'utf8');
const sentences = /```tsv\n(.*?)```/s.exec(guide)?.[1] ?? '';
const commands = guide.match(/^devos eval .*$/gm) ?? [];

let dir = '';
let state = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-eval-'));
  state = await mkdtemp(join(tmpdir(), 'devos-eval-state-'));
  await writeFile(join(dir, 'sentences.tsv'), sentences);
});

afterAll(async () => {
  expect(await readdir(state), 'no daemon was started').toEqual([]);
  await rm(dir, { recursive: true, force: true });
  await rm(state, { recursive: true, force: true });
});

const devos = (...args: string[]): Promise<CliResult> =>
  runCli(args, { env: { PATH: process.env['PATH'], HOME: state, DEVOS_STATE_DIR: state }, cwd: dir });

describe('devos eval', () => {
  it('runs every command of the guide', async () => {
    const results = await Promise.all(commands.map((command) => devos(...command.split(' ').slice(1))));

    expect(commands).toHaveLength(4);
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  });

  it('prints a table, and the same figures as JSON', async () => {
    const table = await devos('eval', 'sentences.tsv');
    const json = await devos('eval', 'sentences.tsv', '-o', 'json');
    const { total, failures, classes } = JSON.parse(json.stdout);

    expect(table).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^sentences\.tsv: 7 sentences +COUNT +OF +SHARE +95 %\nexact +\d/),
    });
    expect(total).toMatchObject({ sentences: 7, falseAccept: { count: 0, of: 2 }, wrongPlan: { count: 0, of: 7 } });
    expect(total.exact.count + failures.length).toBe(7);
    expect(classes.map(({ name, sentences }: { name: string; sentences: number }) => [name, sentences])).toEqual([
      ['trap', 3],
      ['change', 2],
      ['ask', 1],
      ['read', 1],
    ]);
  });

  it('finds a planted wrong label, and fails where that is too much', async () => {
    await writeFile(join(dir, 'planted.tsv'), 'scale web-app to 0 replicas\trefuse\n');

    const { code, stdout, stderr } = await devos('eval', 'planted.tsv', '--failures', '--max-wrong', '5');

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: '100.00 % of the sentences became a plan that is not right, more than --max-wrong 5\n',
    });
    expect(stdout).toContain('planted.tsv:1  false-accept (destructive)\n  sentence  scale web-app to 0 replicas\n');
  });

  it('names the line of a malformed file', async () => {
    await writeFile(join(dir, 'bad.tsv'), 'show pods\tkubernetes.resources.list\nshow pods kubernetes.resources.list\n');

    expect(errorOf(await devos('eval', 'bad.tsv', '-o', 'json'))).toMatchObject({
      exit: 2,
      code: 'INPUT_INVALID',
      hint: expect.stringContaining('tab'),
    });
    expect(await devos('eval', 'bad.tsv')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('bad.tsv, line 2: no tab'),
    });
  });

  it('reads a long file line by line', async () => {
    await writeFile(join(dir, 'long.tsv'), 'show pods\trefuse || kubernetes.resources.list\n'.repeat(5000));

    const { code, stdout } = await devos('eval', 'long.tsv', '-o', 'jsonl');

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'report', total: { exact: { count: 5000, of: 5000, share: 1 } } });
  });
});
