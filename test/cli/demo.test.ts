/** `devos demo --yes`: everything on the simulated company, checked, and nothing left behind. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-demo-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const env = (): Record<string, string | undefined> => ({ ...process.env, DEVOS_STATE_DIR: join(dir, 'devos') });

it('runs unattended, verifies every step, and removes what it made', async () => {
  const { code, stdout, stderr } = await runCli(['demo', '--yes'], { env: env() });

  expect(`${stdout}${stderr}`).toContain('All 8 steps did what they say');
  expect(code).toBe(0);
  expect(stdout.split('\n')[0]).toContain('Nothing real is touched');
  expect(stdout).toMatch(/ready in \d+\.\d s/);
  expect(stdout).toContain('read back: web-app 5/5 ready');
  expect(stdout).toContain('read back: web-app 3/3 ready');
  expect(await readdir(dir)).toEqual([]);
});

it('does not lead anybody through where there is no terminal', async () => {
  const { code, stderr } = await runCli(['demo'], { env: env() });

  expect(code).toBe(3);
  expect(stderr).toContain('hint: Unattended: devos demo --yes');
});
