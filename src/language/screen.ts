/** Looks at the bare text before anything is read into it: size, hidden characters, letters that only look alike. */
import { refuse } from './refuse.ts';
import type { RefusedSentence } from './types.ts';

/** UTF-16 units. Nobody types more as a request; pasted text is data, not a request. */
const LONGEST_SENTENCE = 4000;

// Controls but tab and line ends, and what reorders or hides text: bidi marks, zero widths, soft hyphen, tags.
const HIDDEN =
  // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/u;
const LONE_SURROGATE = /[\uD800-\uDFFF]/u;
const WORD = /[\p{L}\p{N}\p{M}._@-]+/gu;
const LATIN = /\p{Script=Latin}/u;
/** Scripts whose letters can be taken for Latin ones. */
const LOOKALIKE_SCRIPTS =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]|[ıȷɑɡɩʋƖƿ]/u;

export function screenSentence(sentence: string): RefusedSentence | undefined {
  if (sentence.length > LONGEST_SENTENCE)
    return refuse(
      'TOO_LARGE',
      `The sentence has ${sentence.length} characters; at most ${LONGEST_SENTENCE} are read. Say what to do, and leave pasted text out.`,
    );
  if (HIDDEN.test(sentence.replaceAll('\r', '')) || LONE_SURROGATE.test(sentence)) {
    return refuse(
      'CONTROL_CHARACTERS',
      'The sentence holds hidden characters (control characters, or marks that change the order of text). Type it again without them.',
    );
  }
  const word = unquoted(sentence)
    .match(WORD)
    ?.find((candidate) => isMixed(candidate));
  if (word !== undefined) {
    return refuse(
      'LOOKALIKE',
      `"${word}" mixes letters of several alphabets that look alike, so it is not the name it seems to be. Type it again.`,
      [word],
    );
  }
  return undefined;
}

/** Latin letters beside letters of another alphabet that look like them. */
function isMixed(word: string): boolean {
  return LOOKALIKE_SCRIPTS.test(word) && (LATIN.test(word) || /\d/.test(word));
}

/** Quoted text may be anything: it is carried as text, or refused where it stands for a name. */
function unquoted(sentence: string): string {
  return sentence.replaceAll(/"[^"]*"|“[^”]*”|`[^`]*`/g, ' ');
}
