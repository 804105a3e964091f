/** Other ways of saying the same: what people put around a request, leave out, turn round or mistype. General words only. */
import type { Random } from './random.ts';

const BEFORE = [
  'please',
  'hey,',
  'could you',
  'quick one:',
  'we need to',
  'need you to',
  'time to',
  'ok now',
  'go and',
  'i want to',
  'so,',
  'let us',
];
const AFTER = ['please', 'thanks', 'asap', 'now', 'for me', 'again', 'right away', 'when you can', 'it is urgent', 'for the team', '!'];

/** Verbs that mean the same whatever they are about, by how the request begins. */
const VERBS: readonly { from: RegExp; to: readonly string[] }[] = [
  {
    from: /^(?:show|list|get|display|give|fetch|view|find)(?: me)?\b/,
    to: [
      'show',
      'let me see',
      'pull up',
      'what are',
      'i want to see',
      'give me',
      'can i see',
      'check',
      'peek at',
      'look up',
      'bring up',
      'need',
    ],
  },
  {
    from: /^(?:create|add|open|file|make|new)\b/,
    to: ['create', 'make', 'add', 'set up', 'raise', 'new', 'start', 'spawn', 'put together'],
  },
  { from: /^(?:delete|remove|destroy|drop)\b/, to: ['delete', 'remove', 'get rid of', 'destroy', 'drop', 'throw away', 'tear down'] },
  { from: /^(?:update|change|set|edit|modify)\b/, to: ['update', 'change', 'set', 'edit', 'adjust', 'modify', 'tweak', 'switch', 'alter'] },
  { from: /^(?:send|post|share)\b/, to: ['send', 'post', 'share', 'drop', 'put', 'write', 'forward'] },
];

/** A sentence that means the same. The generator decides which of the changes are made. */
export function paraphrase(sentence: string, random: Random): string {
  let text = sentence;
  if (random.chance(0.35)) text = otherVerb(text, random);
  if (random.chance(0.35)) text = text.replaceAll(/\b(?:the|a|an|of|me) /g, () => (random.chance(0.7) ? '' : 'the '));
  if (random.chance(0.15)) text = placeFirst(text);
  if (random.chance(0.15)) text = dropWord(text, random);
  if (random.chance(0.15)) text = mistype(text, random);
  if (random.chance(0.2)) text = `${random.word(BEFORE)} ${text}`;
  if (random.chance(0.15)) text = `${text} ${random.word(AFTER)}`;
  return text.replaceAll(/\s+/g, ' ').trim();
}

function otherVerb(text: string, random: Random): string {
  const found = VERBS.find(({ from }) => from.test(text));
  return found === undefined ? text : text.replace(found.from, random.word(found.to));
}

/** "… in shop" becomes "in shop, …". */
function placeFirst(text: string): string {
  const found = /^(.+) ((?:in|on|for|from) (?:the )?\S+(?: \S+)?)$/.exec(text);
  return found === null ? text : `${found[2]}, ${found[1]}`;
}

function dropWord(text: string, random: Random): string {
  const words = text.split(' ');
  if (words.length < 4) return text;
  words.splice(1 + random.below(words.length - 1), 1);
  return words.join(' ');
}

/** Two letters swapped, one left out, or one twice. */
function mistype(text: string, random: Random): string {
  const words = text.split(' ');
  const at = random.below(words.length);
  const word = words[at] ?? '';
  if (!/^[a-z]{5,}$/.test(word)) return text;
  const letter = 1 + random.below(word.length - 2);
  const [head, here, next, tail] = [word.slice(0, letter), word.charAt(letter), word.charAt(letter + 1), word.slice(letter + 2)];
  words[at] = random.word([`${head}${next}${here}${tail}`, `${head}${next}${tail}`, `${head}${here}${here}${next}${tail}`]);
  return words.join(' ');
}
