/** Sentences that ask for nothing that any action does: the class "none". Made from templates; no table holds a sentence of anybody. */
import { CHANGE_VERBS, EVERYDAY, READ_VERBS } from '../words.ts';
import type { Random } from './random.ts';
import { freeText, madeUpWord, someName } from './samples.ts';

const list = (text: string): readonly string[] => text.trim().split(/\s+/);

const PEOPLE = list('i we you they he she somebody everyone nobody kim anna');
const FEELINGS = list('like love hate miss want remember forgot believe think wonder enjoy doubt know hope');
const QUALITIES = list('nice great odd funny boring tired happy late early good bad strange hungry beautiful expensive cheap old');
const TIMES = ['today', 'tomorrow', 'yesterday', 'at noon', 'on monday', 'this weekend', 'every day', 'again', 'before work', ''];
const QUESTIONS = [
  'what is',
  'who is',
  'where is',
  'how old is',
  'how far is',
  'why is',
  'when is',
  'what do you think of',
  'tell me about',
  'explain',
];
const DOINGS = list(
  'order buy book cook paint wash clean fix play sing read write translate watch drive ride bake plan call visit fold water feed',
);
const TOPICS = list('history music football chess physics poetry politics gardening philosophy tax opera geography mathematics grammar');
const CHATS = [
  'yes',
  'no',
  'ok',
  'sure',
  'thanks a lot',
  'never mind',
  'hello there',
  'good night',
  'lol',
  'what',
  'hmm',
  'who are you',
  'help',
  'and then',
];
const JOINTS = list('and or but because while with without like than about');

/** `known` are the words of the declarations: an everyday thing that an action speaks about is left out. */
export function everydaySentence(random: Random, known: ReadonlySet<string>): string {
  const things = [...EVERYDAY].filter((word) => !known.has(word));
  const thing = () => random.word(things);
  const verb = () => random.word([...(random.chance(0.7) ? CHANGE_VERBS : READ_VERBS)]);
  const article = () => random.word(['the', 'my', 'a', 'our', 'your', 'his', 'that']);
  const forms: readonly (() => string)[] = [
    () => `${verb()} ${article()} ${thing()} ${random.word(TIMES)}`,
    () => `${verb()} ${article()} ${thing()} ${random.word(['of', 'to', 'for', 'in', 'on', 'with'])} ${article()} ${thing()}`,
    () => `${random.word(DOINGS)} ${article()} ${thing()} ${random.word(TIMES)}`,
    () => `${random.word(PEOPLE)} ${random.word(FEELINGS)} ${article()} ${thing()} ${random.word(TIMES)}`,
    () => `${article()} ${thing()} is ${random.word(QUALITIES)} ${random.word(TIMES)}`,
    () => `${random.word(QUESTIONS)} ${article()} ${thing()}?`,
    () => `${random.word(QUESTIONS)} ${random.word(TOPICS)}?`,
    () => `${verb()} ${random.word(TOPICS)} ${random.word(JOINTS)} ${random.word(QUALITIES)} ${thing()}`,
    () => `${random.word(PEOPLE)} said that ${article()} ${thing()} was ${random.word(QUALITIES)}`,
    () => random.word(CHATS),
    () => `${madeUpWord(random)} ${madeUpWord(random)} ${madeUpWord(random)} ${random.chance(0.5) ? madeUpWord(random) : someName(random)}`,
    () => `${verb()} ${madeUpWord(random)} ${random.word(JOINTS)} ${madeUpWord(random)}`,
    () => freeText(random),
    () => `${someName(random)} ${someName(random)} ${random.word(QUALITIES)}`,
    () => codeLine(random, verb()),
    () => tangle(random, [...known]),
  ];
  return (random.pick(forms)?.() ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** What a line of some other language looks like, with words in it that an action knows. */
function codeLine(random: Random, verb: string): string {
  const name = madeUpWord(random);
  return random.word([
    `const ${name} = ${verb}(${madeUpWord(random)});`,
    `while true; do ${verb} ${name}; done`,
    `SELECT ${name} FROM ${madeUpWord(random)}; --`,
    `at ${name}.${verb}(${name}.java:${random.below(200)})`,
    `{{ .Values.${name} }} ${verb} %s`,
    `echo "${verb} ${name}" >> ${name}.txt`,
    `import ${name} from ${madeUpWord(random)} # ${verb}`,
    `if (${name}) { ${verb}(); } else { return ${madeUpWord(random)}; }`,
  ]);
}

/** Words of the vocabulary without any order: a word alone is no request. */
function tangle(random: Random, known: readonly string[]): string {
  return Array.from({ length: 2 + random.below(5) }, () => random.word(random.chance(0.5) ? known : PEOPLE)).join(' ');
}
