/** Words of a sentence with everything that only names or counts replaced by its shape: what is left says what is wanted. */
import { NUMBER_WORDS } from '../numbers.ts';
import type { Token } from '../tokens.ts';
import { SYSTEM_WORDS } from '../words.ts';

export interface MaskOptions {
  /** Politeness says nothing about what is wanted. */
  isPolite: (token: Token) => boolean;
  /** What spelling reads the word as. */
  spelled: (token: Token) => string | undefined;
  /** A name of the inventory. */
  isName: (token: Token) => boolean;
}

/** Shapes, the most telling first. The first group, where there is one, stays. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/^https?:/i, '<url>'],
  [/^[\w./-]+!?==?./, '<pair>'],
  [/^--?([a-z][\w-]*)/i, '-$1'],
  [/^\d+(?:ms|s|sec|secs|m|min|mins|h|hr|hrs|d|w|y)$/, '<time>'],
  [/^[a-z][a-z0-9]{0,9}-\d+$/i, '<key>'],
  [/^([a-z]{2,8})\d{3,}$/i, '$1#'],
  [/^v?\d+(?:\.\d+)+/i, '<version>'],
  [/^\d+:\d+$/, '<ports>'],
  [/^.+@.+\..+$/, '<person>'],
  [/^@./, '<person>'],
  [/^#./, '<channel>'],
  [/^[\w./-]+:[\w.-]+$/, '<image>'],
  [/^([a-z]+)\/[\w.-]+$/i, '$1/'],
  [/^.*\.(yaml|yml|json|ts|js|txt|csv|pdf|docx|xlsx|pptx|png|svg|jpg|zip|log|md)$/i, '<file>'],
  [/^[\d.,]+%?$/, '<number>'],
  [/^\p{Lu}\p{Ll}+\p{Lu}/u, '<name>'],
  [/[\d_]|-.*-|^\w{2,}-\w+$|\w\.\w/, '<name>'],
];

const numbers: ReadonlySet<string> = new Set(NUMBER_WORDS);

/** One entry a token that says something; politeness and most marks are left out. */
export function maskTokens(tokens: readonly Token[], { isPolite, spelled, isName }: MaskOptions): string[] {
  return tokens.flatMap((token) => {
    if (isPolite(token)) return [];
    if (token.kind === 'quoted') return ['<quoted>'];
    if (token.kind === 'punct') return token.word === '?' || token.word === ':' ? [token.word] : [];
    if (token.kind === 'odd') return ['<odd>'];
    if (token.kind === 'number') return ['<number>'];
    return [maskWord(token, spelled(token), isName)];
  });
}

function maskWord(token: Token, spelled: string | undefined, isName: MaskOptions['isName']): string {
  if (isName(token)) return '<name>';
  if (spelled !== undefined) return spelled;
  if (numbers.has(token.word) && token.word !== 'half') return '<number>';
  // k8s is a word, however it is written.
  if (SYSTEM_WORDS.has(token.word)) return token.word;
  const plain = token.text.length > 120 ? token.text.slice(0, 120) : token.text;
  for (const [shape, mask] of SHAPES) {
    const found = shape.exec(plain);
    if (found !== null) return mask.replace('$1', (found[1] ?? '').toLowerCase());
  }
  return token.word.slice(0, 40);
}
