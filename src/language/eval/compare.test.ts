import { describe, expect, it } from 'vitest';
import type { Json } from '#kit';
import { isSameInput } from './compare.ts';

const cases = (...list: [Json, Json | undefined][]) => list;

describe('inputs', () => {
  it.each(
    cases(
      ['Web-App', 'web-app'],
      ['the login issue', '"login issue"'],
      ['“OPS board”', 'ops board'],
      ['support', '#support'],
      ['@anna', 'Anna'],
      [5, '5'],
      ['5', 5],
      [5, 5.0],
      [true, 'true'],
      [null, undefined],
      [
        { b: 'The X', a: 1 },
        { a: '1', b: 'x' },
      ],
      [{ a: [1, 2] }, '{"a":[1,2]}'],
      ['app=web, tier=front', { tier: 'front', app: 'web' }],
      [['b', 'a'], 'A, b'],
    ),
  )('%j is %j', (expected, got) => {
    expect(isSameInput(expected, got)).toBe(true);
  });

  it.each(
    cases(
      ['web-app', 'web-api'],
      ['web-app', undefined],
      ['1.1', '1.10'],
      [5, 6],
      [5, 'five'],
      [5, ''],
      [0, undefined],
      [true, false],
      [false, undefined],
      [null, 'web-app'],
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      [{ a: 1 }, { a: 1, b: 2 }],
      ['app=web', { app: 'cart' }],
      ['theatre', 'atre'],
    ),
  )('%j is not %j', (expected, got) => {
    expect(isSameInput(expected, got)).toBe(false);
  });
});
