/** What is understood must not get worse: the labelled sentences of this repository, and those by other people where they lie beside it. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliResult, runCli } from '../support/cli.ts';

const own = fileURLToPath(new URL('../language/', import.meta.url));
const others = fileURLToPath(new URL('../../../shared/language/', import.meta.url));
let dir = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-accuracy-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Exit 1 where a limit is not met. */
async function score(folder: string, minExact: string, maxWrong: string): Promise<CliResult> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.tsv')).map((name) => join(folder, name));
  return runCli(['eval', ...files, '--min-exact', minExact, '--max-wrong', maxWrong], { env: { ...process.env, DEVOS_STATE_DIR: dir } });
}

describe('sentences with their expected plans', () => {
  it('of this repository: at least 94 % exact, at most 1 % another plan than asked for', async () => {
    expect(await score(own, '94', '1')).toMatchObject({ code: 0 });
  });

  it.skipIf(!existsSync(others))('by other people (../shared/language): at least 95 % exact, at most 1 % another plan', async () => {
    expect(await score(others, '95', '1')).toMatchObject({ code: 0 });
  });

  it('would be found out where they were read otherwise', async () => {
    await writeFile(join(dir, 'planted.tsv'), 'show pods\trefuse\nrestart cart\tkubernetes.pods.restart{"name":"cart"}\n');

    const found = await score(dir, '94', '1');

    expect(found.code).toBe(1);
    expect(found.stderr + found.stdout).toContain('50.00 %');
  });
});
