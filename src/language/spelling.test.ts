import { describe, expect, it } from 'vitest';
import { createSpeller, editDistance } from './spelling.ts';
import { tokenize } from './tokens.ts';
import type { Token } from './tokens.ts';

const speller = createSpeller(
  new Set(['scale', 'restart', 'replicas', 'deployment', 'delete', 'drain', 'logs', 'status', 'rollout', 'the']),
  new Set(['the', 'and', 'for']),
);
const token = (word: string): Token => tokenize(word)[0] ?? { text: word, word, kind: 'word', start: 0, end: 0, altered: false };

describe('spelling', () => {
  it.each([
    ['sacle', 'scale'],
    ['restat', 'restart'],
    ['replcias', 'replicas'],
    ['deploymnet', 'deployment'],
    ['lgos', 'logs'],
    ['teh', 'the'],
  ])('reads %s as %s', (written, meant) => {
    expect(speller.correct(token(written))).toBe(meant);
  });

  it.each(['restarted', 'scaling', 'scales', 'restarts', 'deployments'])('leaves %s, another form of a word', (word) => {
    expect(speller.correct(token(word))).toBeUndefined();
  });

  it.each(['scare', 'stale', 'train', 'store', 'statue', 'role', 'web-app', 'db1', 'a', 'cat'])('leaves %s', (word) => {
    expect(speller.correct(token(word))).toBeUndefined();
  });

  it.each(['delte', 'deleet', 'dleete', 'drian'])('never puts in a destructive verb for %s, only offers it', (word) => {
    expect(speller.correct(token(word))).toBeUndefined();
    expect(speller.offer(token(word))).toMatch(/^(?:delete|drain)$/);
  });

  it('needs the first letter', () => {
    expect(speller.correct(token('ecale'))).toBeUndefined();
  });
});

describe('editDistance', () => {
  it.each([
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'ab', 1],
    ['abcdef', 'badcfe', 3],
    ['', 'abc', 3],
  ])('%s to %s is %d', (left, right, distance) => {
    expect(editDistance(left, right, 9)).toBe(distance);
  });
});
