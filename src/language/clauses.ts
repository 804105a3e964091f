/** Where a sentence may be cut into clauses, and every way of cutting it. */
import type { Token } from './tokens.ts';

export interface Segment {
  from: number;
  to: number;
  /** The words between this segment and the one before: ", and then". */
  link: string;
}

interface Cut {
  from: number;
  to: number;
  isHard: boolean;
  link: string;
}

const LINK_WORDS = /^(?:and|then|so|plus|&|\+|but|afterwards|afterward|furthermore|additionally)$/;
const HARD = /^(?:[.;!?…]+|then|afterwards|afterward)$/;
/** The link of a cut that stands without any linking word. */
export const EXPLANATION = 'because';
const EXPLAINS = /^(?:because|cause|cuz|bc|since|it's|its|they're)$/;
/** Cuts that are tried both ways; a sentence with more of them is read uncut, cut at the hard ones, and cut at all. */
const MOST_CUTS = 7;
const FREE_CUTS = 4;

/** All ways to read the sentence as clauses, each a list of segments; the uncut reading is among them. */
export function readings(tokens: readonly Token[]): Segment[][] {
  const cuts = findCuts(tokens);
  if (cuts.length > MOST_CUTS) {
    const hard = cuts.filter((cut) => cut.isHard);
    return [[], hard, cuts].map((chosen) => cutAt(tokens.length, chosen));
  }
  // Few sentences go on over a full stop: with many cuts those are taken for granted.
  const fixed = cuts.length > FREE_CUTS ? cuts.filter((cut) => cut.isHard) : [];
  const open = cuts.filter((cut) => !fixed.includes(cut));
  const found: Segment[][] = [];
  for (let mask = 0; mask < 2 ** open.length; mask += 1) {
    const chosen = cuts.filter((cut) => fixed.includes(cut) || (mask & (1 << open.indexOf(cut))) !== 0);
    found.push(cutAt(tokens.length, chosen));
  }
  return found;
}

function cutAt(length: number, cuts: readonly Cut[]): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  let link = '';
  for (const cut of cuts) {
    segments.push({ from, to: cut.from, link });
    from = cut.to;
    link = cut.link;
  }
  segments.push({ from, to: length, link });
  return segments.filter((segment) => segment.to > segment.from);
}

function findCuts(tokens: readonly Token[]): Cut[] {
  const cuts: Cut[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const length = linkLength(tokens, at);
    // "bounce kibana its hanging": an explanation needs no comma.
    const isExplanation = EXPLAINS.test(tokens[at]?.word ?? '') || (tokens[at]?.word === 'so' && tokens[at + 1]?.word === 'that');
    const isInstead =
      at > 1 &&
      /^(?:instead|rather)$/.test(tokens[at]?.word ?? '') &&
      /^(?:of|than)$/.test(tokens[at + 1]?.word ?? '') &&
      !(tokens[at + 2]?.word ?? '').endsWith('ing');
    if (length === 0 && isInstead) cuts.push({ from: at, to: at, isHard: false, link: ',' });
    if (length === 0 && at > 1 && isExplanation) cuts.push({ from: at, to: at, isHard: false, link: EXPLANATION });
    if (length === 0) continue;
    const words = tokens.slice(at, at + length).map((token) => token.word);
    // Before the first and after the last word nothing is parted.
    if (at > 0 && at + length < tokens.length)
      cuts.push({ from: at, to: at + length, isHard: words.some((word) => HARD.test(word)), link: words.join(' ') });
    at += length - 1;
  }
  return cuts;
}

/** "and", ", and then", "; after that": as many linking tokens as stand in a row. */
function linkLength(tokens: readonly Token[], at: number): number {
  let length = 0;
  for (;;) {
    const token = tokens[at + length];
    if (token === undefined || token.kind === 'quoted') return length;
    const pair = `${token.word} ${tokens[at + length + 1]?.word ?? ''}`;
    if (length === 0 && token.kind === 'number') return 0;
    if (pair === 'so that') return length;
    if (LINK_WORDS.test(token.word) || (token.kind === 'punct' && /^(?:[,;.!?…—–-]+)$/.test(token.word))) length += 1;
    else if (pair === 'after that' || pair === 'as well' || pair === 'followed by') length += 2;
    else return length;
  }
}
