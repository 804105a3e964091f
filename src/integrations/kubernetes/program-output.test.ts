import { describe, expect, it } from 'vitest';
import { createProgramOutput } from './program-output.ts';

function outputOf(pieces: [stream: 'stdout' | 'stderr', text: string | Uint8Array][]) {
  const given: string[] = [];
  const output = createProgramOutput((text) => given.push(text));
  for (const [stream, text] of pieces) output.take(stream, typeof text === 'string' ? Buffer.from(text) : text);
  return { ended: output.end(), given: given.join('') };
}

describe('output of a program', () => {
  it('is put together from pieces, also in the middle of a character or a line', () => {
    const word = Buffer.from('käse\r\nlast');
    const { ended, given } = outputOf([
      ['stdout', word.subarray(0, 2)],
      ['stderr', 'oh\n'],
      ['stdout', word.subarray(2)],
    ]);

    expect(ended).toEqual({ stdout: 'käse\nlast\n', stderr: 'oh\n', leftOut: 0 });
    expect(given).toBe('oh\nkäse\nlast\n');
  });

  it('has no control characters and no credentials, wherever it was cut', () => {
    const { ended, given } = outputOf([
      ['stdout', '\u001b[31mred\u001b[0m\u0007\nDB_PASS'],
      ['stdout', 'WORD=hunter2\nplain=1\n'],
      ['stdout', '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA0\n-----END RSA PRIVATE KEY-----\nafter\n'],
    ]);

    expect(ended.stdout).toBe('red\nDB_PASSWORD=***\nplain=1\n***\n***\n***\nafter\n');
    expect(given).toBe(ended.stdout);
  });

  it('is kept up to a bound; the rest is counted', () => {
    const line = `${'x'.repeat(1023)}\n`;
    const { ended, given } = outputOf([
      ['stdout', line.repeat(300)],
      ['stderr', 'still heard\n'],
    ]);

    expect(ended.stdout.length).toBe(256 * 1024);
    expect(ended.leftOut).toBe(44 * 1024);
    expect([ended.stderr, given.length]).toEqual(['still heard\n', 256 * 1024 + 12]);
  });

  it('without any line end is cut into lines', () => {
    const { ended } = outputOf([['stdout', 'y'.repeat(40_000)]]);

    expect(ended.stdout.replaceAll('\n', '')).toHaveLength(40_000);
  });
});
