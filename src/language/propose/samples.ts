/** Values for the slots of example sentences. They are the same for every action, so that no value speaks for one. */
import type { Slot } from '#kit';
import { kindWords } from '../kinds.ts';
import { samplePattern } from './pattern-sample.ts';
import type { Random } from './random.ts';

const list = (text: string): readonly string[] => text.trim().split(/\s+/);

const HEADS = list('web cart order payment search user ledger mail report stock price basket router gateway session invoice asset');
const TAILS = list('app api worker web service store job cache proxy core');
const PLAIN = list(
  'cart checkout router ledger basket mailer payments search orders frontend backend gateway worker kafka redis prometheus',
);
const PLACES = list('shop staging prod production payments dev test qa streaming monitoring team-a billing default kube-system platform');
const CLUSTERS = list('kube-eu1 prod-west edge-2 minikube gke-main west lab');
const PROJECTS = list('OPS DEV WEB PAY APP LEG SHOP');
const PERSONS = list('anna tomasz me kim ravi @lee maria.s jo@example.com');
const NUMBERS = list('1 2 3 4 5 7 10 12 20 50 80 100 8080 two three five ten');
const SYLLABLES = list('ba do fe gi ko la me nu po ri sa te vo zu mar len tor vik pas');
const DURATIONS = ['30m', '2h', 'the last hour', 'the past 15 minutes', 'last week', 'today', 'the last 24 hours', '7d', 'since yesterday'];
const SUBJECTS = [
  'the login page',
  'slow search',
  'the nightly report',
  'checkout',
  'the mobile app',
  'this module',
  'customer data',
  'the price list',
];
const TROUBLES = [
  'is slow',
  'times out',
  'fails on Safari',
  'shows the wrong total',
  'needs a review',
  'after the release',
  'for new users',
  '',
];

/** A made-up word that no vocabulary holds. */
export function madeUpWord(random: Random): string {
  return `${random.word(SYLLABLES)}${random.word(SYLLABLES)}${random.chance(0.5) ? random.word(SYLLABLES) : ''}`;
}

export function freeText(random: Random): string {
  if (random.chance(0.2)) return `${madeUpWord(random)} ${random.word(TROUBLES)}`.trim();
  return `${random.word(SUBJECTS)} ${random.word(TROUBLES)}`.trim();
}

export function someName(random: Random): string {
  if (random.chance(0.3)) return random.word(PLAIN);
  if (random.chance(0.15)) return madeUpWord(random);
  return `${random.word(HEADS)}-${random.chance(0.2) ? String(random.below(9)) : random.word(TAILS)}`;
}

/** Something that a person could say in this place. */
export function sampleValue(slot: Slot, random: Random): string {
  switch (slot.type) {
    case 'name':
      return sampleName(slot.of, random);
    case 'count':
      return random.word(NUMBERS);
    case 'kind':
      return random.word(kindWords());
    case 'choice':
      return random.word(Object.values(slot.values).flat());
    case 'flag':
      return random.word(slot.phrases);
    case 'amount':
      return random.word(['by 2', 'by 50 percent', 'by three', 'by half']);
    case 'duration':
      return random.word(DURATIONS);
    case 'text':
      return random.chance(0.3) ? `"${freeText(random)}"` : freeText(random);
    case 'pattern': {
      const value = samplePattern(slot.pattern, random) ?? someName(random);
      return slot.upper === true ? value.toUpperCase() : value;
    }
    default:
      return slot satisfies never;
  }
}

function sampleName(of: string, random: Random): string {
  if (of === 'namespace') return random.word(PLACES);
  if (of === 'cluster') return random.word(CLUSTERS);
  if (of === 'project') return random.word(PROJECTS);
  if (of === 'person') return random.word(PERSONS);
  return someName(random);
}

/** The value with a word of its slot beside it, as it would stand in a sentence. */
export function samplePhrase(slot: Slot, random: Random): string {
  const value = sampleValue(slot, random);
  if (slot.type === 'duration') return `${random.word(['from', 'for', 'over', 'in'])} ${value}`;
  if (slot.type === 'text') return slot.after.length === 0 ? value : `${random.word(slot.after)} ${value}`;
  if (slot.type === 'choice') return random.chance(0.5) && slot.after !== undefined ? `${random.word(slot.after)} ${value}` : value;
  if (slot.type !== 'name' && slot.type !== 'count' && slot.type !== 'pattern') return value;
  const noun = random.word(slot.nouns ?? []);
  const before = random.word(slot.after ?? []);
  if (slot.type === 'count') return before !== '' && random.chance(0.6) ? `${before} ${value} ${noun}` : `${value} ${noun}`;
  if (before !== '' && random.chance(0.7)) return `${before} ${value}`;
  if (noun === '' || random.chance(0.3)) return value;
  return random.chance(0.5) ? `${value} ${noun}` : `${noun} ${value}`;
}
