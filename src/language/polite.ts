/** Politeness around a request. What matches here says nothing about what is wanted, and is taken out before guards look. */
import type { Token } from './tokens.ts';

/** Words are joined by spaces, alternatives by `|`; a trailing `?` makes a word optional, a leading `^` allows the phrase only where a clause begins. */
const PHRASES: readonly string[] = [
  '^hi|hello|hey|hiya|yo|howdy|greetings there|all|team|folks|guys|everyone|hey|bot|devos|again?',
  'good morning|afternoon|evening|day everyone|all|team?',
  'quick|one|small one|question|favour|favor|request',
  "i hope you|you're are? having|doing|well|fine|good a|an? good|great|nice|lovely|well|fine|ok? day|morning|afternoon|week|one|weekend? so? far?",
  'hope all|everything is well|good|fine|ok',
  'please|pls|plz|kindly',
  'be so kind|good and|to|as to?',
  "would|could|can|will|won't|can't|couldn't|wouldn't you please|kindly|maybe|also|just|quickly? be so kind|good as|and|to to?",
  "would|could|can|will|won't|can't|couldn't|wouldn't you please|kindly|also|just|quickly? please? help? me?",
  'would|could|can|will someone|anyone|somebody|anybody please?',
  'would|could it be possible to|for you? to?',
  'do you think you could',
  'i|we was|were|am|are wondering if you|we could|can',
  "i'm|we're wondering if you|we could|can",
  'is there a|any chance|way you could|can',
  'can|could|may|might we please|just|also? have|get|see?',
  'can|could|may|might i please|just|also? have|get|see',
  'can|could|may|might i please',
  'i|we would really? love|like|appreciate it? if? you|to? could|would? to?',
  "i'd|we'd really? love|like|appreciate it? if? you|to? could|would? to?",
  '^i|we just|only|really|still|also? want|need|wanna|require you? to?',
  "let's us|me?",
  "let 's|us|me",
  'do me a favor|favour and?',
  'do the needful and?',
  '^as discussed|agreed|mentioned|requested|promised|usual|always before?',
  '^for the|our|my audit|auditors|auditor|record|records|report|review|minutes',
  'requesting|request you to',
  'i|we request you to',
  'i|we am|are requesting you to',
  'as|at the earliest possible?',
  'could|can|would|will you please|also|maybe? arrange|handle|organize|organise|sort that|this|it out|please?',
  'go ahead and|with',
  'help me|us out? to|with|and?',
  'take|have a|another quick|closer|short? look|peek|glance at|into?',
  'it would|will be great|nice|good|helpful|awesome|lovely if you could',
  'that would|will be great|nice|good|helpful|awesome|lovely|all',
  'for me|us please?',
  'when|whenever you can|could',
  "when|whenever|if you|you've get|have|got|find a|the? chance|moment|minute|second|time|sec",
  'if you can|could|may|might please?',
  'if you please',
  'if possible|convenient',
  "if it|that is|'s|isn't not? too? okay|ok|fine|alright|possible",
  "if it's|that's not? too? okay|ok|fine|alright|possible",
  "if it|that is|'s|isn't not? too|a|any? much? trouble|hassle|problem|bother for? you?",
  "if it's|that's not? too|a|any? much? trouble|hassle|problem|bother for? you?",
  "if you don't|wouldn't mind",
  'if you do|would not mind',
  'lemme|letme',
  'would|do you mind',
  '^i|we hereby',
  'no rush|hurry|pressure|stress|worries at? all? but?',
  '^not that|very|super|so? urgent but?',
  "i don't want|mean|like to be|sound a? pain|nuisance|bother|pest|burden|rude|pushy but?",
  'i do not want|mean|like to be|sound a? pain|nuisance|bother|pest|burden|rude|pushy but?',
  "i don't want|mean|like to bother|rush|disturb|interrupt|annoy|nag you but?",
  'i do not want|mean|like to bother|rush|disturb|interrupt|annoy|nag you but?',
  "don't wait|worry for|about me|it|this|that",
  'do not wait|worry for|about me|it|this|that',
  "don't worry",
  "why don't you|we just?",
  'sorry|apologies to|for the? bother|bothering|disturb|interrupt|interruption|trouble you? but?',
  'thanks|thx|thnx|ty|cheers|tia so|very? much|again? in? advance? again?',
  'thanks a lot|million|bunch|ton',
  'thanks for your|the help|time|support',
  'thank you so|very? much|again? in? advance? again?',
  'many thanks',
  'much|greatly appreciated',
  'as soon as possible',
  'as soon as you can',
  'asap',
  'right now|away',
  'at once',
  'immediately|quickly|urgently',
  'real|pretty quick|please|quickly',
  'at your|the earliest? convenience',
  'before anything else',
  'first of all',
  'have a good|great|nice|lovely one|day|weekend|evening|night',
  'best|kind regards|wishes',
  '^ok|okay|alright|well|um|uh|uhm|hmm|btw|fyi|listen|oh',
  'by the way',
  'i.e|ie|namely',
  'a bit|little',
  'once more|again',
  'you know',
];

/** As people type them. */
const SHORT_FORMS: ReadonlyMap<string, string> = new Map([
  ['u', 'you'],
  ['ya', 'you'],
  ['ur', 'your'],
  ['wud', 'would'],
  ['cud', 'could'],
  ['plss', 'pls'],
  ['plese', 'please'],
  ['thankyou', 'thanks'],
  ['tnx', 'thanks'],
  ['thks', 'thanks'],
  ['tks', 'thanks'],
]);

interface Word {
  choices: ReadonlySet<string>;
  optional: boolean;
  atStart: boolean;
}

type Phrases = ReadonlyMap<string, readonly (readonly Word[])[]>;

/** Which tokens are nothing but politeness. */
export function politeTokens(phrases: Phrases, tokens: readonly Token[], wordOf: (token: Token) => string): boolean[] {
  const polite = tokens.map((token, index) => index === 0 && token.word.startsWith('@') && token.word.length > 1);
  const words = tokens.map((token) => (token.kind === 'quoted' ? '"' : (SHORT_FORMS.get(token.word) ?? wordOf(token))));
  for (let at = 0; at < tokens.length; at += 1) {
    let longest = 0;
    const isStart =
      at === 0 ||
      polite[at - 1] === true ||
      /^(?:and|plus|then|but|so|also)$/.test(words[at - 1] ?? '') ||
      (tokens[at - 1]?.kind === 'punct' && words[at - 1] !== "'s");
    for (const phrase of phrases.get(words[at] ?? '') ?? [])
      if (isStart || phrase[0]?.atStart !== true) longest = Math.max(longest, matchLength(phrase, words, at));
    for (let index = at; index < at + longest; index += 1) polite[index] = true;
    if (longest > 1) at += longest - 1;
  }
  return polite;
}

/** Every word of the phrases: known, so that spelling leaves it as it is. */
export function phraseWords(phrases: Phrases): string[] {
  return [...phrases.values()].flat(2).flatMap(({ choices }) => [...choices]);
}

/** General words that spelling corrects to, from three letters on. */
export function politeWords(): string[] {
  return [
    'please',
    'could',
    'would',
    'thanks',
    'thank',
    'kindly',
    'can',
    'you',
    'the',
    'and',
    'for',
    'from',
    'with',
    'immediately',
    'quickly',
  ];
}

export function compilePhrases(phrases: readonly string[] = PHRASES): Phrases {
  const byFirst = new Map<string, Word[][]>();
  for (const phrase of phrases) {
    const words = phrase.split(' ').map((part): Word => ({
      optional: part.endsWith('?'),
      atStart: part.startsWith('^'),
      choices: new Set(part.replaceAll(/^\^|\?$/g, '').split('|')),
    }));
    for (const choice of words[0]?.choices ?? []) {
      const list = byFirst.get(choice) ?? [];
      list.push(words);
      byFirst.set(choice, list);
    }
  }
  return byFirst;
}

/** How many tokens the phrase covers from here; the longest way through wins. The first word is known to match. */
function matchLength([, ...rest]: readonly Word[], words: readonly string[], at: number): number {
  return 1 + tail(rest, words, at + 1);
}

/** Length of the rest of a phrase, or -1 where a needed word is missing. */
function tail(phrase: readonly Word[], words: readonly string[], at: number): number {
  const [first, ...rest] = phrase;
  if (first === undefined) return 0;
  const word = words[at];
  if (word !== undefined && first.choices.has(word)) {
    const taken = tail(rest, words, at + 1);
    if (taken >= 0) return 1 + taken;
  }
  return first.optional ? tail(rest, words, at) : -1;
}
