import { describe, expect, it } from 'vitest';
import type { RunEvent } from '#kit/api';
import { createProgress } from './progress.ts';
import { createFakeTerminal } from './testing.ts';

const event = (type: RunEvent['type'], text: string, step?: string): RunEvent => ({
  run: 'R-1',
  seq: 1,
  at: '',
  type,
  text,
  ...(step === undefined ? {} : { step }),
});
const story = [event('step-started', 'scaling', '2'), event('step-progress', '4/5 ready', '2'), event('step-done', '5/5 ready', '2')];

describe('createProgress', () => {
  it('prints plain lines where a line cannot be renewed', () => {
    const io = createFakeTerminal({ liveLine: false });
    const progress = createProgress({ io, quiet: false, steps: ['1', '2'], showOutput: true });

    for (const one of story) progress.show(one);
    progress.end();

    expect(io.stderr()).toBe('step 2/2  scaling\nstep 2/2  4/5 ready\nstep 2/2  5/5 ready\n');
  });

  it('renews one line in a terminal, cut to its width, and leaves what lasts', () => {
    const io = createFakeTerminal({ liveLine: true });
    const progress = createProgress({ io, quiet: false, steps: ['1', '2'], showOutput: true, columns: 16 });

    for (const one of story) progress.show(one);
    progress.end();

    expect(io.stderr()).toBe('\r\u001b[2Kstep 2/2  scali\r\u001b[2Kstep 2/2  4/5 r\r\u001b[2Kstep 2/2  5/5 ready\n');
  });

  it('says nothing when quiet, but passes output on; and keeps output out of JSON', () => {
    const quiet = createFakeTerminal();
    const json = createFakeTerminal();

    for (const one of [...story, event('step-output', 'a\u001b[31mb\n', '1')]) {
      createProgress({ io: quiet, quiet: true, steps: [], showOutput: true }).show(one);
      createProgress({ io: json, quiet: true, steps: [], showOutput: false }).show(one);
    }

    expect([quiet.stdout(), quiet.stderr()]).toEqual(['ab\n', '']);
    expect(json.stdout()).toBe('');
  });
});
