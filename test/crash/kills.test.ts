/** The short form of the crash test; the long one is `npm run test:kills`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('kills.ts', import.meta.url));

async function kill(args: string[]): Promise<{ code: unknown; text: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const [code] = await once(child, 'close');
  return { code, text };
}

describe('the daemon, killed at every boundary', () => {
  it('loses no effect and makes none twice', async () => {
    const { code, text } = await kill(['--kills', '12']);

    expect(text).toContain('12 intended: 0 lost, 0 doubled, 0 that no intent explains');
    expect(code).toBe(0);
  });

  it('is caught when a call does not pass its key on', async () => {
    const { code, text } = await kill(['--kills', '14', '--plant']);

    const [, made, intended] = /(\d+) at the sandbox for (\d+) intended/.exec(text) ?? [];
    expect(Number(made)).toBeGreaterThan(Number(intended));
    expect(code).toBe(1);
  });
});
