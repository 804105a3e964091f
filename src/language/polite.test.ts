import { describe, expect, it } from 'vitest';
import { compilePhrases, politeTokens } from './polite.ts';
import { tokenize } from './tokens.ts';

const phrases = compilePhrases();

function politeWords(text: string): string {
  const tokens = tokenize(text);
  const polite = politeTokens(phrases, tokens, (token) => token.word);
  return tokens
    .filter((_, at) => polite[at])
    .map((token) => token.word)
    .join(' ');
}

describe('politeness', () => {
  it.each([
    ['Hi there! Could you please restart cart? Thanks a lot', 'hi there could you please thanks a lot'],
    ["I don't want to be a pain but please restart cart", "i don't want to be a pain but please"],
    ["if it isn't too much trouble, restart cart", "if it isn't too much trouble"],
    ['restart cart as soon as possible', 'as soon as possible'],
    ['would you be so kind as to restart cart', 'would you be so kind as to'],
  ])('%s', (text, expected) => {
    expect(politeWords(text)).toBe(expected);
  });

  it.each([
    'if',
    'if it fails',
    'if you',
    'unless',
    "don't",
    "don't wait until it fails".slice(0, 5),
    'do not',
    'not',
    'no',
    'never',
    'i',
    'we',
    'you',
    'when it is up',
    'as soon as it is up',
    'stop',
    'can i',
    'should i',
    'without',
    'is it ok to',
  ])('never takes "%s" for politeness', (text) => {
    expect(politeWords(text)).toBe('');
  });
});
