import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logPath, readFailure, readLastLines } from './daemon-log.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'devos-log-'));
});
afterEach(() => rmSync(state, { recursive: true }));

describe('readLastLines', () => {
  it('gives the last ones, without what steers a terminal, and nothing where there is no log', () => {
    expect(readLastLines(state, 5)).toEqual([]);
    writeFileSync(logPath(state), 'one\ntwo\nth\u001b[2Jree\n');

    expect(readLastLines(state, 2)).toEqual(['two', 'three']);
  });
});

describe('readFailure', () => {
  it('takes the code, message and hint that the daemon logged last', () => {
    writeFileSync(
      logPath(state),
      '{"level":"info","msg":"x"}\n{"level":"error","error":{"code":"DISK_FULL","message":"No space","hint":"Free some"}}\nat somewhere\n',
    );

    expect(readFailure(state, 0)).toMatchObject({
      code: 'DISK_FULL',
      message: 'The daemon did not start: No space',
      hint: 'Free some',
      exitCode: 8,
    });
  });

  it('does not take an error of an earlier start for this one', () => {
    const earlier = '{"error":{"code":"DISK_FULL","message":"No space","hint":"x"}}\n';
    writeFileSync(logPath(state), `${earlier}SyntaxError: bad\n`);

    expect(readFailure(state, Buffer.byteLength(earlier))).toMatchObject({
      code: 'DAEMON_UNAVAILABLE',
      message: 'The daemon ended while starting:\nSyntaxError: bad',
    });
  });

  it('does not believe a code that is none', () => {
    writeFileSync(logPath(state), '{"error":{"code":"toString","message":"x"}}\n');

    expect(readFailure(state, 0).code).toBe('DAEMON_UNAVAILABLE');
  });
});
