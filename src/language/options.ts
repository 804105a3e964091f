/** Pasted command lines: `-n shop`, `--tail=50`, `-f`, `deploy/web-app`. Long options are the inputs of the action. */
import type { Slot } from '#kit';
import { accepts, claim, type Draft, fill, isFree, ask, question } from './draft.ts';
import { durationAt } from './durations.ts';
import { kindAt } from './kinds.ts';
import { numberAt } from './numbers.ts';
import { tokenize } from './tokens.ts';

/** Short options that the common command lines share. */
const SHORT: Readonly<Record<string, string>> = {
  n: 'namespace',
  A: 'allNamespaces',
  l: 'selector',
  f: 'follow',
  c: 'container',
  p: 'previous',
};
/** Long options that are called otherwise there. */
const ALIASES: Readonly<Record<string, string>> = { 'to-revision': 'revision', context: 'cluster', 'kube-context': 'cluster' };
const OUTPUT = /^(?:-o|--output)(?:=\S+)?$|^-o(?:wide|json|yaml|name)$/;

export function fillOptions(draft: Draft): void {
  for (const [at, token] of draft.tokens.entries()) {
    if (token.kind === 'word' && /^\w+=[^=!,]+$/.test(token.text) && isFree(draft, at)) fillAssignment(draft, at, token.text);
    if (token.kind !== 'option' || !isFree(draft, at)) continue;
    if (OUTPUT.test(token.text)) {
      // How the result is printed is not part of the plan.
      if (draft.compiled.isRead) claim(draft, at, /^(?:-o|--output)$/.test(token.text) ? 2 : 1, 'also');
      continue;
    }
    fillOption(draft, at, token.text);
  }
}

/** `replicas=3`, where the word before the sign is an input of the action. A selector is left to its own slot. */
function fillAssignment(draft: Draft, at: number, text: string): void {
  const name = text.slice(0, text.indexOf('='));
  const isInput = draft.compiled.slots.some(({ input }) => input.toLowerCase() === name.toLowerCase());
  if (isInput) fillOption(draft, at, `--${name}=${text.slice(name.length + 1)}`);
}

/** The input that an option is for: by its name, by the vocabulary of a slot (`--min`), or as other command lines have it. */
function inputOf({ compiled }: Draft, text: string, name: string, given: string | undefined): string | undefined {
  const isTail = name === 'n' && /^\d+$/.test(given ?? '') && compiled.slots.some(({ input }) => input === 'tail');
  if (!text.startsWith('--')) return isTail ? 'tail' : SHORT[name];
  const own = ALIASES[name] ?? name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const isInput = compiled.slots.some(({ input }) => input === own);
  return isInput ? own : (compiled.slots.find(({ marks }) => marks.includes(`--${name}`))?.input ?? own);
}

function fillOption(draft: Draft, at: number, text: string): void {
  const parts = /^--?([A-Za-z][\w-]*)(?:=(.*))?$/.exec(text);
  if (parts === null) return;
  const [, name = '', attached] = parts;
  const length = attached === undefined ? 2 : 1;
  const given = attached ?? draft.tokens[at + 1]?.text;
  const input = inputOf(draft, text, name, given);
  const slot = draft.compiled.slots.find((candidate) => candidate.input === input)?.slot;
  if (input === undefined || slot === undefined) return;
  if (slot.type === 'flag') {
    if (attached === undefined || attached === 'true') fill(draft, input, true, at, 1, 'stated');
    return;
  }
  if (given === undefined) return;
  const value = parseValue(slot, given);
  if (value === undefined || !accepts(draft, input, value))
    ask(draft, input, question(draft, input, `"${given}" cannot be used there.`), at, length);
  else fill(draft, input, value, at, length, 'stated');
}

/** `deploy/web-app`, `pod/web-0`: the object of the action, and its kind where the action has one. */
export function fillReferences(draft: Draft): void {
  const { main, slots } = draft.compiled;
  const slot = slots.find(({ input }) => input === main)?.slot;
  if (main === undefined || slot?.type !== 'name' || !['workload', 'resource', 'pod'].includes(slot.of)) return;
  for (const [at, token] of draft.tokens.entries()) {
    const parts = /^([a-z]+)\/([^/]+)$/i.exec(token.text);
    const kind = parts === null ? undefined : kindAt([(parts[1] ?? '').toLowerCase()], 0);
    const name = parts?.[2] ?? '';
    if (kind === undefined || !isFree(draft, at) || token.kind !== 'word' || token.altered || draft.filled.has(main)) continue;
    if (!accepts(draft, main, name)) continue;
    fill(draft, main, name, at, 1, 'stated');
    const kindSlot = slots.find((candidate) => candidate.slot.type === 'kind');
    if (kindSlot?.slot.type === 'kind' && (!kindSlot.slot.workloadsOnly || kind.workload))
      draft.filled.set(kindSlot.input, { value: kind.kind, strength: 'stated', tokens: [token] });
  }
}

/** A value as a person types it alone: an option's value, or the answer to a question. */
export function parseValue(slot: Slot, text: string): string | number | boolean | undefined {
  const trimmed = text.trim();
  const tokens = tokenize(trimmed);
  switch (slot.type) {
    case 'count': {
      const number = numberAt(tokens, 0);
      return number === undefined ||
        number.vague ||
        number.relative ||
        !Number.isInteger(number.value) ||
        number.value < slot.min ||
        number.value > slot.max
        ? undefined
        : number.value;
    }
    case 'kind': {
      const kind = kindAt(
        tokens.map((token) => token.word),
        0,
      );
      return kind !== undefined && (kind.workload || !slot.workloadsOnly) ? kind.kind : undefined;
    }
    case 'choice':
      return Object.keys(slot.values).find(
        (value) => value.toLowerCase() === trimmed.toLowerCase() || slot.values[value]?.includes(trimmed.toLowerCase()),
      );
    case 'flag':
      return /^(?:y|yes|true|on)$/i.test(trimmed) ? true : undefined;
    case 'amount':
      return /^(?:[+-]\d{1,4}%?|[*/]\d{1,4})$/.test(trimmed) ? trimmed : undefined;
    case 'duration':
      return durationAt(tokens, 0)?.value;
    case 'pattern': {
      const isMatch = new RegExp(`^(?:${slot.pattern})$`, 'i').test(trimmed);
      return isMatch ? upperIf(slot.upper, trimmed) : undefined;
    }
    case 'name':
    case 'text': {
      const [only, ...others] = tokens;
      // `cronjob/report`
      const [, prefix = '', rest = ''] = slot.type === 'name' ? (/^([a-z]+)\/([^/]+)$/i.exec(trimmed) ?? []) : [];
      if (rest !== '' && kindAt([prefix.toLowerCase()], 0) !== undefined) return rest;
      return only?.kind === 'quoted' && others.length === 0 ? only.text : trimmed || undefined;
    }
  }
}

export function upperIf(upper: boolean | undefined, text: string): string {
  return upper === true ? text.toUpperCase() : text;
}
