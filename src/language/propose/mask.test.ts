import { describe, expect, it } from 'vitest';
import { tokenize } from '../tokens.ts';
import { maskTokens } from './mask.ts';
import { samplePattern } from './pattern-sample.ts';
import { createRandom } from './random.ts';

function mask(sentence: string): string {
  return maskTokens(tokenize(sentence), {
    isPolite: ({ word }) => word === 'please',
    spelled: ({ word }) => (word === 'delpoyment' ? 'deployment' : undefined),
    isName: ({ text }) => text === 'cart',
  }).join(' ');
}

describe('masking', () => {
  it.each([
    ['please scale web-app to 5 replicas', 'scale <name> to <number> replicas'],
    ['scale cart to five', 'scale <name> to <number>'],
    ['move DEV-123 to "in review"', 'move <key> to <quoted>'],
    ['show INC0045120 and CHG0030001', 'show inc# and chg#'],
    ['logs --tail=50 since 30m', 'logs <pair> since <time>'],
    ['restart deploy/web in team-a', 'restart deploy/ in <name>'],
    ['fetch https://example.com/x now', 'fetch <url> now'],
    ['apply ./quota.yml to k8s', 'apply <file> to k8s'],
    ['share it with kim@example.com in #dev', 'share it with <person> in <channel>'],
    ['roll out v1.2.3 of the delpoyment', 'roll out <version> of the deployment'],
    ['use nginx:alpine on 8080:80', 'use <image> on <ports>'],
    ['the diff for ApiStack', 'the diff for <name>'],
    ['echo x | cat > y;', 'echo x <odd> cat <odd> y'],
  ])('%s', (sentence, masked) => {
    expect(mask(sentence)).toBe(masked);
  });
});

describe('a sample of a pattern', () => {
  it.each([
    '[A-Z][A-Z0-9]+-\\d+',
    'INC\\d{7}',
    '(?:\\d+|P\\d)x?',
    '[\\w.-]+=[\\w.-]+(?:,[\\w.-]+=[\\w.-]+)*',
    '(?!-)[a-z]{2,4}',
    'a|b|c{2}',
  ])('%s', (source) => {
    const random = createRandom(3);
    for (let time = 0; time < 20; time += 1) expect(samplePattern(source, random)).toMatch(new RegExp(`^(?:${source})$`, 'i'));
  });

  it('is nothing where the expression is not understood', () => {
    expect(samplePattern('(\\w)\\1{3}[^a-z]', createRandom(1))).toBeUndefined();
    expect(samplePattern('(', createRandom(1))).toBeUndefined();
  });
});
