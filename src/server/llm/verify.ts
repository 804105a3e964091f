/**
 * Judges what a model proposed for a sentence. Everything in it is untrusted: what the sentence does not say is flagged, and a
 * flagged proposal never becomes a plan. Pure; see docs/decisions/0009-llm-planner.md.
 */
import { type AnyAction, inputMeta, type Json, type PlanStep, type Slot } from '#kit';
import type { Names } from '#inventory';
import { readFacts, type SentenceFacts } from '#language';
import type { Proposed } from './catalogue.ts';
import { howSaid, type Saying, saysPhrase, saysText, secondsOf } from './said.ts';

export interface Flag {
  what: 'guard' | 'steps' | 'verb' | 'name' | 'number' | 'value';
  /** One sentence, for the person. */
  message: string;
  /** It may well be meant: a person is asked instead of refused. */
  ask?: true;
}

export interface VerifyOptions {
  sentence: string;
  steps: readonly Proposed[];
  actions: readonly AnyAction[];
  names: Names;
}

/** What is wrong with it, in the order of the steps; empty where all of it was said. */
export function verifyProposal({ sentence, steps, actions, names }: VerifyOptions): Flag[] {
  const bound = steps.flatMap((step) => {
    const action = actions.find(({ id }) => id === step.action);
    return action === undefined ? [] : [{ action, input: step.input }];
  });
  const asking = withoutData(sentence);
  const saying: Saying = { sentence: asking, facts: readFacts(asking), names };
  const flags: Flag[] = [];
  const { guard, clauses } = saying.facts;
  if (guard !== undefined && bound.some(({ action }) => action.permission !== 'read'))
    flags.push({ what: 'guard', message: guard.message });
  if (steps.length > clauses)
    flags.push({
      what: 'steps',
      message: `it proposes ${steps.length} steps where the sentence asks for ${clauses === 1 ? 'one thing' : `at most ${clauses}`}`,
    });
  for (const { action, input } of bound) {
    if (action.permission !== 'read' && !holdsVerb(action, saying.facts)) {
      if (action.usualSafety === 'destructive') flags.push(unsaidVerb(action.id));
      else if (saying.facts.asksToSee)
        flags.push({ what: 'verb', ask: true, message: `${action.id} changes something, and the sentence asks to see something` });
    }
    flags.push(...inputFlags(action, input, { ...saying, whole: sentence }));
  }
  return flags;
}

/** What planning found to be destructive must have been asked for in the action's own words, whatever it usually is. */
export function verifyDanger(sentence: string, steps: readonly PlanStep[], actions: readonly AnyAction[]): Flag[] {
  const facts = readFacts(withoutData(sentence));
  return steps.flatMap((step) => {
    const action = actions.find(({ id }) => id === step.action);
    return step.safety === 'destructive' && (action === undefined || !holdsVerb(action, facts)) ? [unsaidVerb(step.action)] : [];
  });
}

function unsaidVerb(action: string): Flag {
  return { what: 'verb', message: `${action} is destructive, and the sentence does not hold its words` };
}

/** One line of the action's triggers is there with all its words. Slots are judged by themselves. */
function holdsVerb({ language }: AnyAction, facts: SentenceFacts): boolean {
  return language.triggers.some((line) => {
    const parts = line
      .replace(/^\^/, '')
      .split('&')
      .filter((part) => !/^\s*\{\w+\}\s*$/.test(part));
    return parts.length > 0 && parts.every((part) => part.split('|').some((phrase) => phrase.trim() !== '' && saysPhrase(facts, phrase)));
  });
}

/** What follows a colon is text that somebody else may have written, unless it is a word or two. */
function withoutData(sentence: string): string {
  const [, asking, data] = /^(.*?):\s+(.*)$/s.exec(sentence) ?? [];
  return asking === undefined || (data ?? '').trim().split(/\s+/).length < 3 ? sentence : asking;
}

interface Judging extends Saying {
  /** With what follows a colon: texts come from there. */
  whole: string;
}

function inputFlags(action: AnyAction, input: Proposed['input'], judging: Judging): Flag[] {
  const meta = inputMeta(action.input);
  return Object.entries(input).flatMap(([name, value]) => {
    const slot = meta[name]?.slot;
    const flag = isDefault(action, input, name) ? undefined : judge(slot, value, { action, input, judging, name });
    return flag === undefined ? [] : [flag];
  });
}

/** Leaving it out would give the same. */
function isDefault({ input: schema }: AnyAction, input: Proposed['input'], name: string): boolean {
  const { [name]: given, ...rest } = input;
  const parsed = schema.safeParse(rest);
  const value: unknown = parsed.success ? Reflect.get(Object(parsed.data), name) : undefined;
  return value !== undefined && value === given;
}

interface Place {
  action: AnyAction;
  input: Proposed['input'];
  judging: Judging;
  name: string;
}

function judge(slot: Slot | undefined, value: Json, place: Place): Flag | undefined {
  const { judging, action, name } = place;
  const isRead = action.permission === 'read';
  switch (slot?.type) {
    case 'name':
      return typeof value === 'string' ? judgeName(slot.of, value, place) : unsaid(value, place);
    case 'count':
      return typeof value === 'number' && judging.facts.numbers.includes(value) ? undefined : unsaidNumber(value);
    case 'kind':
      return isRead || judging.facts.kinds.includes(String(value)) || isKindOfName(String(value), place)
        ? undefined
        : { what: 'value', ask: true, message: `it takes ${name} ${shown(value)}, which the sentence does not say` };
    case 'flag':
      return value === false || isRead || slot.phrases.some((phrase) => saysPhrase(judging.facts, phrase))
        ? undefined
        : unsaid(value, place);
    case 'duration':
      return judging.facts.durations.some((duration) => secondsOf(duration) === secondsOf(String(value))) ? undefined : unsaidNumber(value);
    case 'choice':
      return slot.values[String(value)]?.some((word) => saysPhrase(judging.facts, word)) === true || isClosed(action, name)
        ? undefined
        : unsaid(value, place);
    case 'text':
      return judgeText(String(value), judging);
    case 'pattern':
    case undefined:
      return unsaid(value, place);
  }
}

/** A choice that its own schema closes is one of a few harmless words, and the plan shows it. */
function isClosed({ input: schema }: AnyAction, name: string): boolean {
  return schema.safeParse({ [name]: 'xxxxxxxxx' }).error?.issues.some(({ path }) => path[0] === name) === true;
}

function judgeName(of: string, value: string, place: Place): Flag | undefined {
  const { judging, action, input, name } = place;
  const { names, facts } = judging;
  if (of === 'person' && /^(?:me|myself)$/i.test(value) && facts.words.some((word) => /^(?:i|me|my|myself|mine)$/.test(word)))
    return undefined;
  const type = of === 'resource' ? typeOfKind(input['kind']) : of;
  const said = howSaid(judging, type, value);
  if (said === 'said' || (value === names.defaults[of === 'cluster' ? 'cluster' : 'namespace'] && (of === 'cluster' || of === 'namespace')))
    return undefined;
  if (said === 'near' && action.permission === 'read') return undefined;
  if (of === 'namespace' && isHome(value, input, names)) return undefined;
  const offered = names.nearest(type, value, 3);
  if (said === 'unknown')
    return {
      what: 'name',
      message: `it names ${shown(value)} (${name}), which neither the sentence nor the inventory knows${offered.length === 0 ? '' : `; there is ${offered.join(', ')}`}`,
    };
  return {
    what: 'name',
    ask: true,
    message: `it names ${shown(value)} (${name}), which the sentence does not say${said === 'near' ? ' in full' : ''}`,
  };
}

function typeOfKind(kind: Json | undefined): string {
  return typeof kind !== 'string' || /^(?:Deployment|StatefulSet|DaemonSet)$/.test(kind) ? 'workload' : kind.toLowerCase();
}

/** What is named lives there and nowhere else. */
function isHome(namespace: string, { name }: Proposed['input'], names: Names): boolean {
  const homes = typeof name === 'string' ? names.findSure('workload', name).map((match) => match.name.namespace) : [];
  return homes.length > 0 && homes.every((home) => home === namespace);
}

/** The inventory says that what is named is of this kind. */
function isKindOfName(kind: string, { input, judging }: Place): boolean {
  const { name } = input;
  return typeof name === 'string' && judging.names.findSure('workload', name).some((match) => match.name.kind === kind);
}

/** A text may be worded freely; numbers, addresses and people in it may not be made up. */
function judgeText(text: string, { whole, facts }: Judging): Flag | undefined {
  const number = text.match(/\d+/g)?.find((digits) => !whole.includes(digits) && !facts.numbers.includes(Number(digits)));
  if (number !== undefined) return unsaidNumber(number);
  const address = text.match(/https?:\/\/\S+|[^\s@]+@[^\s@]+\.[^\s@]+/gi)?.find((found) => !whole.includes(found));
  return address === undefined
    ? undefined
    : { what: 'value', message: `its text holds ${shown(address)}, which the sentence does not say` };
}

/** Inputs that no slot describes: every text and number in them must stand in the sentence. */
function unsaid(value: Json, place: Place): Flag | undefined {
  const { judging, name } = place;
  switch (typeof value) {
    case 'number':
      return judging.facts.numbers.includes(value) ? undefined : unsaidNumber(value);
    case 'string':
      return saysText(judging.sentence, value)
        ? undefined
        : { what: 'value', message: `it takes ${name} ${shown(value)}, which the sentence does not say` };
    case 'boolean':
      return value ? { what: 'value', message: `it sets ${name}, which the sentence does not say` } : undefined;
    default: {
      const inner: Json[] = value === null ? [] : Object.values(value);
      for (const one of inner) {
        const flag = unsaid(one, place);
        if (flag !== undefined) return flag;
      }
      return undefined;
    }
  }
}

function unsaidNumber(value: Json): Flag {
  return { what: 'number', message: `it takes ${shown(value)}, a number that the sentence does not say` };
}

function shown(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${text.slice(0, 60)}"`;
}
