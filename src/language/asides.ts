/** Clauses that ask for nothing: explanations, checks, and what is to be left alone. */
import type { Token } from './tokens.ts';
import { ADJECTIVES, ASIDE_STARTS, CHANGE_VERBS, EVERYDAY, READ_VERBS, STATE_VERBS } from './words.ts';

/** Words that begin or end what is to be left alone. */
export const NEGATION = /^(?:don't|dont|not|never|leave|keep|without|instead|rather|stays?|remains?|\w+n't)$/;

/** ", but don't touch DEV-5", "but leave router alone": says what is not meant. */
export function isContrast(clause: readonly Token[]): boolean {
  const [first, second] = clause.filter((token) => token.kind !== 'punct').map((token) => token.word);
  const words = clause.map((token) => token.word);
  const isInstead = /^(?:instead|rather)$/.test(first ?? '') && words.length <= 4;
  // "the namespace can stay"
  const stays = words.length <= 5 && /^(?:stay|stays|remain|remains)$/.test(words.at(-1) ?? '');
  return /^(?:don't|dont|never|not|leave|keep|without)$/.test(first ?? '') || (first === 'do' && second === 'not') || isInstead || stays;
}

/** "… and verify that the pods are ready": every change is read back anyway. */
export function isCheck(content: readonly Token[]): boolean {
  const [first, second, ...rest] = content.map((token) => token.word);
  const isMake = first === 'make' && second === 'sure';
  const words = isMake ? rest : [second ?? '', ...rest];
  return (
    (isMake || /^(?:verify|confirm|ensure|check|validate)$/.test(first ?? '')) &&
    !words.some((word) => LIMITS.test(word) || (CHANGE_VERBS.has(word) && word !== 'run'))
  );
}

/** "it is stuck" after a change says why; it asks for nothing. */
export function isState([first, second, ...rest]: readonly Token[]): boolean {
  const isSubject = /^(?:it|they)$/.test(first?.word ?? '') && (STATE_VERBS.has(second?.word ?? '') || second?.word === "'s");
  return (
    (isSubject || /^(?:it's|they're)$/.test(first?.word ?? '')) &&
    isAside(
      [first, second, ...rest].filter((token) => token !== undefined),
      ',',
    )
  );
}

/** "disk is failing", "the demo is over": says how something is, and asks for nothing. */
export function isStatement(clause: readonly Token[]): boolean {
  const words = clause.filter((token) => token.kind !== 'punct').map((token) => token.word);
  const verb = words.findIndex((word) => STATE_VERBS.has(word));
  const asks = words.some(
    (word, at) => READ_VERBS.has(word) || /^(?:why|what|how|who|where|which)$/.test(word) || (at === 0 && word === 'please'),
  );
  return verb > 0 && verb <= 4 && !asks && !clause.some((token) => token.word === '?') && isAside(clause, ',');
}

/** "we no longer use it": why something can go. */
export function isDisuse(clause: readonly Token[]): boolean {
  const text = clause
    .filter((token) => token.kind !== 'punct')
    .map((token) => token.word)
    .join(' ');
  return (
    /^(?:because |since |as )?(?:we|it|they|nobody|no one|that|this)(?: is| are| do| does)?(?: not| no longer|n't)? ?(?:(?:we )?(?:don't|doesn't|isn't|aren't) )?(?:no longer )?(?:need|needs|needed|use|uses|used|using)(?: it| that| this| them)?(?: any ?more| any longer)?$/.test(
      text,
    ) && /not|no |n't|nobody/.test(text)
  );
}

const THINGS =
  /^(?:helm|release|deployment|service|pod|pods|app|application|stack|node|server|cluster|ticket|incident|workload|statefulset)$/;

/** The one word that a statement is about: what stands before its verb. */
export function subjectOf(content: readonly Token[]): string | undefined {
  const verb = content.findIndex((token) => STATE_VERBS.has(token.word));
  const [subject, more] = content.slice(0, Math.max(0, verb)).filter((token) => !THINGS.test(token.word));
  return more === undefined && subject !== undefined && !ASIDE_STARTS.has(subject.word) && !EVERYDAY.has(subject.word)
    ? subject.text
    : undefined;
}

/** "its hanging", "we moved to teams", "numbers look odd": why it is wanted. Anything that forbids or limits is no explanation. */
export function isAside(clause: readonly Token[], link: string): boolean {
  const words = clause.filter((token) => token.kind !== 'punct' || token.word === ':').map((token) => token.word);
  // "too slow!"
  if (words.length <= 3 && /^(?:too|so|very|way|super|really)$/.test(words[0] ?? '') && ADJECTIVES.has(words.at(-1) ?? '')) return true;
  const isDeed = (word: string, at: number) =>
    CHANGE_VERBS.has(word) && !/^(?:the|a|last|latest|new|this|that|previous|our)$/.test(words[at - 1] ?? '');
  if (words.length < 2 || words.length > 12 || words.some((word, at) => word === ':' || LIMITS.test(word) || isDeed(word, at)))
    return false;
  if (clause.some((token) => token.kind === 'number' || token.kind === 'option' || token.kind === 'odd')) return false;
  const verb = words.findIndex((word, at) => at > 0 && at <= 4 && STATE_VERBS.has(word));
  if (words[0] === 'since') return verb > 1;
  if (ASIDE_STARTS.has(words[0] ?? '') || (words[0] === 'so' && words[1] === 'that')) return true;
  return (link === '' || /[,.;—–-]/.test(link)) && verb > 0 && words[0] !== 'that' && words[0] !== 'which';
}

const LIMITS =
  /^(?:not|no|never|only|but|except|unless|if|until|should|must|without|instead|leave|keep|wait|stop|nobody|none|nothing|forbidden|when|once|after|before|while)$|n't$/;
