/** Text to tokens: one sticky regular expression, then what clings to a word is taken off. */

type TokenKind = 'word' | 'number' | 'quoted' | 'option' | 'punct' | 'odd';

export interface Token {
  /** As written, without the quotes of quoted text. */
  text: string;
  /** Lower case, NFKC, plain apostrophes and hyphens: what vocabulary is compared with. */
  word: string;
  kind: TokenKind;
  start: number;
  end: number;
  /** Its letters had to be changed to be read (full width, special hyphens): it can be a word, never a name. */
  altered: boolean;
}

const QUOTED = /"[^"]*"|“[^”]*”|„[^“”]*[“”]|`[^`]*`|‘[^’]*’(?=[\s.,;:!?)]|$)|«[^»]*»|'[^']*'(?=[\s.,;:!?)]|$)/y;
/** A pasted query is data, as if it stood in quotes: `SELECT count(*) FROM Transaction SINCE 1 hour ago`. It ends at a dash. */
const QUERY =
  /(?:(?-i:SELECT)\s[^"]{1,400}?\s(?-i:FROM)\s|select\s(?:\*|\w+\()[^"]{0,400}?\sfrom\s)[^—–]*?(?=\s+[-—–]{1,2}\s|,?\s+(?:please|pls|plz|kindly|thanks|thank|thx|ty|cheers|for me)\b|[.!?]*\s*$)/iy;
/** `description="my text"` */
const QUOTED_VALUE = /[A-Za-z_][\w./-]*=(?:"[^"]*"|'[^']*')(?=[\s.,;:!?)]|$)/y;
const GROUPED_NUMBER = /[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?=[\s.,;:!?)]|$)/y;
/** `app=web,tier!=db`, `--tail=50`, `commit=9f3ab21`. */
const ASSIGNMENTS = /[\w./-]+!?==?[\w./:@-]*[\w/-](?:,[\w./-]+!?==?[\w./:@-]*[\w/-])*(?=[\s.,;:!?)]|$)/y;
const URL = /https?:\/\/[^\s"'<>`]+?(?=[.,;:!?)]*(?:\s|$|["'<>`]))/iy;
const PUNCTUATION =
  /\.{2,}(?=[\s\p{L}]|$)|[,?()…]|(?<=\S)!+|!+(?![\p{L}\p{N}-])|;(?=\s|$)|[—–](?=\s|$)|-{1,2}(?=\s|$)|[→]|[:.](?=\s|$)|->|=>(?=\s)|\p{Extended_Pictographic}(?:\u{FE0F}|\p{Emoji_Modifier})*/uy;
const RUN = /!*[^\s,!?()"“”`…→]+/y;
const SPACE = /\s+/y;

/** Characters that no word, name, path, selector or version needs: code of some other language. */
const CODE = /[|$<>\\*^{}[\];`]|&&|=>/;

/** Marks of ordinary sentences; anything else without a letter is code, a comment or a citation. */
const PLAIN_MARK = /^(?:->|=>|→|[.,;:!?…()'"=–—-]+|\p{Extended_Pictographic}(?:\u{FE0F}|\p{Emoji_Modifier})*)$/u;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const space = match(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const quoted = match(QUOTED);
    const query = quoted === undefined ? match(QUERY) : undefined;
    const simple =
      quoted ?? query ?? match(URL) ?? match(QUOTED_VALUE) ?? match(ASSIGNMENTS) ?? match(GROUPED_NUMBER) ?? match(PUNCTUATION);
    if (quoted !== undefined) tokens.push(token(quoted.slice(1, -1), 'quoted', at, quoted.length));
    else if (query !== undefined) tokens.push(token(query.replaceAll(/\s+/g, ' '), 'quoted', at, query.length));
    else if (simple !== undefined) tokens.push(...classify(simple, at));
    else tokens.push(...peel(match(RUN) ?? text.slice(at, at + 1), at));
    at = Math.max(at + 1, tokens.at(-1)?.end ?? 0);
  }
  return tokens;
}

function token(text: string, kind: TokenKind, start: number, length: number): Token {
  const plain = plainText(text);
  return {
    text,
    word: plain.toLowerCase(),
    kind,
    start,
    end: start + length,
    altered: kind !== 'quoted' && plain !== text.replaceAll('’', "'"),
  };
}

function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[‘’ʼ＇]/g, "'")
    .replaceAll(/[‐‑‒−﹣－]/g, '-');
}

/** Takes closing punctuation and the genitive off a run of characters. */
function peel(run: string, start: number): Token[] {
  let text = run;
  const tail: Token[] = [];
  for (;;) {
    const mark = /(?:[.:;]+|(?<=.)['’]s|(?<=[^'])['’])$/i.exec(text)?.[0];
    if (mark === undefined || mark.length === text.length) break;
    text = text.slice(0, -mark.length);
    tail.unshift({
      text: mark,
      word: mark.toLowerCase().replace('’', "'"),
      kind: 'punct',
      start: start + text.length,
      end: start + text.length + mark.length,
      altered: false,
    });
  }
  return [...classify(text, start), ...tail];
}

function classify(text: string, start: number): Token[] {
  const plain = plainText(text);
  const kind = kindOf(plain);
  return [token(text, kind, start, text.length)];
}

function kindOf(plain: string): TokenKind {
  if (/^https?:\/\//i.test(plain)) return 'word';
  if (/^[+-]?[\d,]*\.?\d+$/.test(plain)) return 'number';
  if (plain === '&' || plain === '+') return 'word';
  if (PLAIN_MARK.test(plain)) return 'punct';
  if (/^[^\p{L}\p{N}]+$/u.test(plain)) return 'odd';
  if (/^--?[a-z]/i.test(plain)) return 'option';
  return CODE.test(plain) || plain.startsWith('!') ? 'odd' : 'word';
}

/** The number that a `number` token stands for. */
export function numberOf(token: Token): number {
  return Number(token.word.replaceAll(',', ''));
}
