import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';

describe('Secret', () => {
  const secret = new Secret('swordfish');

  it.each([
    ['a template', `${secret}`],
    ['JSON', JSON.stringify({ secret })],
    ['inspect', inspect({ secret }, { depth: 9, showHidden: true })],
    ['format', format('%s %o %j', secret, secret, secret)],
    ['its keys', JSON.stringify(Object.getOwnPropertyNames(secret))],
    ['a copy', JSON.stringify({ ...secret })],
  ])('does not show in %s', (_where, text) => {
    expect(text).not.toContain('swordfish');
  });

  it('is given out when it is asked for (control for the above)', () => {
    expect(secret.reveal()).toBe('swordfish');
  });
});
