/** "restart web-app or cart": the same sentence once with each alternative. */
import type { Token } from './tokens.ts';

export interface Alternatives {
  /** The sentence with only the first, and only the second. */
  variants: [Token[], Token[]];
  text: string;
}

const OR = /^(?:or|vs|versus)$/;

/** The word before "or" against the words after it, up to the next comma; "either" and "whichever" go with it. */
export function findAlternatives(tokens: readonly Token[]): Alternatives | undefined {
  const at = tokens.findIndex((token, index) => index > 0 && OR.test(token.word) && token.kind !== 'quoted');
  const before = tokens[at - 1];
  const after = tokens[at + 1];
  if (at < 1 || before === undefined || after === undefined) return undefined;
  const without = (list: Token[]): Token[] =>
    list.filter(
      (token, index) =>
        !/^(?:either|whichever)$/.test(token.word) && !(token.word === ',' && /^(?:whichever|whatever)$/.test(list[index + 1]?.word ?? '')),
    );
  const left = [...tokens.slice(0, at), ...tokens.slice(at + 2)];
  const right = [...tokens.slice(0, at - 1), ...tokens.slice(at + 1)];
  return { variants: [without(left), without(right)], text: `${before.text} or ${after.text}` };
}
