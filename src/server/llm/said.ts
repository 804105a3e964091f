/** Whether a sentence says a value: the one question that everything a model fills in has to answer. Pure. */
import type { Names } from '#inventory';
import type { SentenceFacts } from '#language';

export type Said = 'said' | 'near' | 'known' | 'unknown';

export interface Saying {
  /** The part of the sentence that asks; what follows a colon may be data. */
  sentence: string;
  facts: SentenceFacts;
  names: Names;
}

/** Longest phrase that is compared with a name: "the payment service api". */
const longestPhrase = 4;

/** `near`: another spelling or a part of it is said. `known`: it exists, and nothing said it. */
export function howSaid({ facts, names }: Saying, of: string, value: string): Said {
  const phrases = phrasesOf(facts.nameWords);
  const wanted = plain(value);
  if (phrases.some((phrase) => plain(phrase) === wanted)) return 'said';
  if (phrases.some((phrase) => isPlace(names, of, phrase, value))) return 'said';
  if (!names.knows(of)) return 'unknown';
  const isKnown = names.findSure(of, value).some(({ name }) => name.name === value);
  if (!isKnown) return 'unknown';
  const isNear = phrases.some((phrase) => phrase.length > 2 && names.find(of, phrase).some(({ name }) => name.name === value));
  return isNear ? 'near' : 'known';
}

/** "in production" says the namespace and the cluster that the configuration means by it. */
function isPlace(names: Names, of: string, phrase: string, value: string): boolean {
  if (of !== 'namespace' && of !== 'cluster') return false;
  const scope = names.environment(phrase);
  return (of === 'namespace' ? scope?.namespaces : scope?.clusters)?.includes(value) === true;
}

/** Every run of one to four words. */
function phrasesOf(words: readonly string[]): string[] {
  return words.flatMap((_, at) =>
    Array.from({ length: Math.min(longestPhrase, words.length - at) }, (_none, more) => words.slice(at, at + more + 1).join(' ')),
  );
}

/** Lower case, without what separates words. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[\s._/-]+/g, '');
}

/** The words stand there in a row. */
export function saysPhrase({ words }: SentenceFacts, phrase: string): boolean {
  return ` ${words.join(' ')} `.includes(` ${phrase.trim().toLowerCase()} `);
}

/** The text stands there as it is, and not inside a longer word. */
export function saysText(sentence: string, text: string): boolean {
  const within = sentence.toLowerCase();
  const wanted = text.toLowerCase();
  for (let at = within.indexOf(wanted); at >= 0; at = within.indexOf(wanted, at + 1)) {
    const isWhole = !/[\p{L}\p{N}_-]/u.test(within[at - 1] ?? ' ') && !/[\p{L}\p{N}_-]/u.test(within[at + wanted.length] ?? ' ');
    if (isWhole) return true;
  }
  return false;
}

/** Seconds of an ISO 8601 duration of days, hours, minutes and seconds. */
export function secondsOf(duration: string): number {
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration) ?? [];
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
