import { describe, expect, it } from 'vitest';
import { destructive, moderate, safe, worstSafety } from './safety.ts';

describe('safety', () => {
  it('carries its reasons, or says the usual one', () => {
    expect(safe()).toEqual({ level: 'safe', reasons: ['reads only'] });
    expect(moderate('a', 'b')).toEqual({ level: 'moderate', reasons: ['a', 'b'] });
    expect(destructive('stops the workload')).toEqual({ level: 'destructive', reasons: ['stops the workload'] });
  });

  it('takes the worst of several, in any order', () => {
    expect(worstSafety(['safe', 'destructive', 'moderate'])).toBe('destructive');
    expect(worstSafety(['moderate', 'safe'])).toBe('moderate');
    expect(worstSafety([])).toBe('safe');
  });
});
