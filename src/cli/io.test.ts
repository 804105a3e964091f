import { describe, expect, it } from 'vitest';
import { canAsk, canRewrite } from './io.ts';

const both = { stdin: true, stdout: true };

describe('canAsk', () => {
  it('needs a terminal at both ends', () => {
    expect(canAsk({ noInput: false }, {}, both)).toBe(true);
    expect(canAsk({ noInput: false }, {}, { stdin: false, stdout: true })).toBe(false);
    expect(canAsk({ noInput: false }, {}, { stdin: true, stdout: false })).toBe(false);
  });

  it('is off with --no-input, in CI, and with DEVOS_NO_INPUT', () => {
    expect(canAsk({ noInput: true }, {}, both)).toBe(false);
    expect(canAsk({ noInput: false }, { CI: 'true' }, both)).toBe(false);
    expect(canAsk({ noInput: false }, { DEVOS_NO_INPUT: '1' }, both)).toBe(false);
    expect(canAsk({ noInput: false }, { CI: 'false' }, both)).toBe(true);
  });
});

describe('canRewrite', () => {
  it('is off for NO_COLOR, a dumb terminal, and none', () => {
    expect(canRewrite({ TERM: 'xterm' }, true)).toBe(true);
    expect(canRewrite({ TERM: 'dumb' }, true)).toBe(false);
    expect(canRewrite({ NO_COLOR: '1' }, true)).toBe(false);
    expect(canRewrite({}, false)).toBe(false);
  });
});
