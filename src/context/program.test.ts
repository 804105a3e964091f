import { describe, expect, it } from 'vitest';
import { runProgram } from './program.ts';

const options = { cwd: '/', signal: new AbortController().signal, timeoutMs: 10_000, maxBytes: 1000 };

describe('runProgram', () => {
  it('hands arguments over as they are and nothing of our environment', async () => {
    const script = 'console.log(JSON.stringify([process.argv.slice(1), Object.keys(process.env).sort()]))';

    const { stdout, exitCode } = await runProgram(process.execPath, ['-e', script, '$(reboot); `x`'], options);

    const [args, env]: unknown[] = JSON.parse(stdout);
    expect(exitCode).toBe(0);
    expect(args).toEqual(['$(reboot); `x`']);
    expect(['GIT_OPTIONAL_LOCKS', 'GIT_TERMINAL_PROMPT', 'HOME', 'LC_ALL', 'PATH', 'TMPDIR', 'XDG_CONFIG_HOME']).toEqual(
      expect.arrayContaining(Object.values(env ?? [])),
    );
  });

  it('cuts output at its limit and stops the program', async () => {
    const { stdout, cut } = await runProgram(process.execPath, ['-e', 'setInterval(() => console.log("x".repeat(500)), 1)'], options);

    expect(cut).toBe(true);
    expect(stdout.length).toBeGreaterThan(1000);
  });

  it('stops a program that takes too long', async () => {
    const output = await runProgram(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { ...options, timeoutMs: 50 });

    expect(output).toMatchObject({ exitCode: undefined, timedOut: true });
  });

  it('answers without an exit code where there is no such program', async () => {
    expect(await runProgram('no-such-program-here', [], options)).toMatchObject({ exitCode: undefined, stdout: '' });
  });
});
