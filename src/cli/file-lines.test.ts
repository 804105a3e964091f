import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileLines } from './file-lines.ts';

const dir = mkdtempSync(join(tmpdir(), 'devos-lines-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

async function read(content: string | Uint8Array): Promise<string[]> {
  const path = join(dir, 'a.tsv');
  writeFileSync(path, content);
  return collect(fileLines(path, 'a.tsv'));
}

describe('lines of a file', () => {
  it('end with a line feed and nothing else', async () => {
    expect(await read('one\u2028still\rone\r\ntwo\n\nthree')).toEqual(['one\u2028still\rone\r', 'two', '', 'three']);
  });

  it('come whole from a file of many chunks, also where a character is cut', async () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => `${index} größer £ 🚀`);

    expect(await read(lines.join('\n'))).toEqual(lines);
  });

  it('are asked for one by one: a long file is not held', async () => {
    writeFileSync(join(dir, 'long.tsv'), 'show pods\trefuse\n'.repeat(500_000));
    const lines = fileLines(join(dir, 'long.tsv'), 'long.tsv');

    const first = await lines.next();
    await lines.return(undefined);

    expect(first).toEqual({ done: false, value: 'show pods\trefuse' });
  });
});

describe('a file that is none', () => {
  it.each([
    ['bytes', new Uint8Array([0x61, 0x0a, 0xff, 0xfe, 0x00]), /a\.tsv, line \d or soon after it: not UTF-8/],
    ['half a character', new Uint8Array([0x61, 0x0a, 0xc3]), /line 2 or soon after it: not UTF-8/],
    ['one endless line', `a\n${'x'.repeat(1_200_000)}`, /a\.tsv, line 2: more than 1000000 characters/],
  ])('%s', async (_name, content, message) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\S/),
    });
  });

  it('is named with the reason', async () => {
    await expect(collect(fileLines(join(dir, 'gone.tsv'), 'gone.tsv'))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: 'gone.tsv cannot be read: there is no such file',
    });
    await expect(collect(fileLines(dir, 'dir'))).rejects.toMatchObject({ message: 'dir cannot be read: it is a folder' });
  });
});
