import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from './errors.ts';
import { resolveSecret, secretReference } from './secret-ref.ts';

const folder = mkdtempSync(join(tmpdir(), 'devos-secret-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = { env: { TOKEN: 'from-env', EMPTY: '', HOME: folder, PATH: process.env['PATH'] }, cwd: folder };

function file(name: string, text: string, mode: number): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

async function refusal(reference: unknown, more: object = {}): Promise<AppError> {
  const thrown = await resolveSecret(reference, { ...options, ...more }).then(
    () => new Error('it was not refused'),
    (error: unknown) => error,
  );
  if (!AppError.isInstance(thrown)) throw thrown;
  return thrown;
}

describe('resolveSecret', () => {
  it('reads the environment, a private file and what a command prints', async () => {
    const path = file('token', 'from-file\n', 0o600);
    const node = process.execPath;

    expect((await resolveSecret({ env: 'TOKEN' }, options)).reveal()).toBe('from-env');
    expect((await resolveSecret({ file: path }, options)).reveal()).toBe('from-file');
    expect((await resolveSecret({ file: '~/token' }, options)).reveal()).toBe('from-file');
    expect((await resolveSecret({ command: [node, '-e', 'console.log(process.argv[1])', '$(id); a b'] }, options)).reveal()).toBe(
      '$(id); a b',
    );
  });

  it('refuses a plain value without repeating it', async () => {
    const error = await refusal('hunter2');

    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.hint).toContain('never values');
    expect(JSON.stringify(error.toBody())).not.toContain('hunter2');
  });

  it.each([0o644, 0o602, 0o601])('refuses a file of mode %o, which others can reach', async (mode) => {
    const path = file(`open-${mode}`, 'swordfish', mode);

    const error = await refusal({ file: path });

    expect(error.hint).toBe(`Close it with: chmod 600 ${path}`);
    expect(JSON.stringify(error.toBody())).not.toContain('swordfish');
  });

  it('does not hang on a pipe, and takes no folder for a file', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', ['-m', '600', pipe]);

    expect((await refusal({ file: pipe })).code).toBe('CONFIG_INVALID');
    expect((await refusal({ file: folder })).code).toBe('CONFIG_INVALID');
  });

  it.each([
    ['a variable that is not set', { env: 'NOBODY' }],
    ['an empty variable', { env: 'EMPTY' }],
    ['a file that is not there', { file: '/nowhere/token' }],
    ['a relative file', { file: 'token' }],
    ['a relative program', { command: ['./helper'] }],
    ['a program that is not there', { command: ['/nowhere/helper'] }],
    ['no program', { command: [] }],
    ['two references', { env: 'TOKEN', file: '/etc/passwd' }],
    ['nothing', undefined],
  ])('refuses %s and says what to do', async (_what, reference) => {
    const error = await refusal(reference);

    expect([error.code, error.hint !== '']).toEqual(['CONFIG_INVALID', true]);
  });

  it('ends a command that does not end, and keeps its arguments and output out of the error', async () => {
    const slow = [process.execPath, '-e', 'console.log("half-a-secret"); setInterval(() => {}, 1000)', '--', '--password=hunter2'];
    const failing = [process.execPath, '-e', 'console.log("half-a-secret"); console.error("token=hunter2 locked"); process.exit(3)'];

    const late = await refusal({ command: slow }, { timeoutMs: 400 });
    const failed = await refusal({ command: failing });

    expect(late.message).toContain('did not end');
    expect(failed.message).toContain('locked');
    expect(JSON.stringify([late.toBody(), failed.toBody()])).not.toMatch(/hunter2|half-a-secret/);
  });
});

describe('secretReference', () => {
  it('says in one line what is wrong with a plain value', () => {
    const parsed = secretReference().safeParse('hunter2');

    expect(parsed.error?.issues.map((issue) => issue.message)).toEqual([
      'a secret is never a value in the configuration: refer to it by { env: NAME }, { file: /path } or { command: [program, argument] }',
    ]);
  });
});
