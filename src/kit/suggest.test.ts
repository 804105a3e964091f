import { describe, expect, it } from 'vitest';
import { countSlips, nearest } from './suggest.ts';

describe('nearest', () => {
  it('forgives one slip in a short word and two in a long one', () => {
    expect(nearest('rusn', ['run', 'runs', 'undo'])).toBe('runs');
    expect(nearest('conections', ['connections', 'completion'])).toBe('connections');
    expect(nearest('banana', ['runs', 'undo'])).toBeUndefined();
    expect(countSlips('audit', 'audit')).toBe(0);
  });
});
