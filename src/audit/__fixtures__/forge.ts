/** Forgers for the tests: each takes a valid export and does to it what somebody with access to the rows could do. */
import type { AuditEvent } from '#kit';
import { hashEvent, seal, toUnsealed } from '../chain.ts';

/** Repeatable numbers in [0, 1) for a seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function makeLog(length: number, random: () => number): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (let index = 0; index < length; index += 1) {
    const body = { replicas: Math.floor(random() * 50), text: `naïve “${Math.floor(random() * 1e6)}”`, list: [true, null, random()] };
    const entry = { type: 'effect-done', who: random() < 0.5 ? 'ada' : 'bob', run: `R-${Math.floor(random() * 9)}`, body };
    events.push(seal(toUnsealed(entry, new Date(1.9e12 + index)), events.at(-1)));
  }
  return events;
}

export function toLines(events: AuditEvent[]): string[] {
  return events.map((event) => JSON.stringify(event));
}

/** The forged lines, and the first row that was touched. */
export interface Forged {
  lines: string[];
  touched: number;
}

export type Forger = (events: AuditEvent[], random: () => number) => Forged;

/** Never the last row, but for `edited`: what is done to the end alone is out of a chain's sight. */
export const forgers: Record<string, Forger> = {
  flipped(events, random) {
    const lines = toLines(events);
    const index = pick(events.length, random);
    const line = lines[index] ?? '';
    const at = pick(line.length, random);
    lines[index] = line.slice(0, at) + String.fromCharCode(line.charCodeAt(at) ^ (1 << pick(7, random))) + line.slice(at + 1);
    return { lines, touched: index + 1 };
  },
  edited(events, random) {
    return change(events, pick(events.length, random), (event) => ({ ...event, who: `${event.who}x` }));
  },
  replaced(events, random) {
    return change(events, pick(events.length - 1, random), (event) => reseal({ ...event, who: `${event.who}x` }));
  },
  deleted(events, random) {
    const index = pick(events.length - 1, random);
    return { lines: toLines(events.toSpliced(index, 1)), touched: index + 1 };
  },
  'deleted and renumbered'(events, random) {
    const index = pick(events.length - 1, random);
    const rest = events.toSpliced(index, 1).map((event, place) => ({ ...event, seq: place + 1 }));
    return { lines: toLines(rest), touched: index + 1 };
  },
  inserted(events, random) {
    const index = pick(events.length, random);
    const false_ = seal(toUnsealed({ type: 'approval-given', who: 'mallory', body: {} }, new Date(1.9e12)), events[index - 1]);
    return { lines: toLines(events.toSpliced(index, 0, false_)), touched: index + 1 };
  },
  doubled(events, random) {
    const index = pick(events.length, random);
    return { lines: toLines(events.toSpliced(index, 0, ...events.slice(index, index + 1))), touched: index + 1 };
  },
  reordered(events, random) {
    const [first, second] = pickTwo(events.length, random);
    const lines = toLines(events);
    [lines[first], lines[second]] = [lines[second] ?? '', lines[first] ?? ''];
    return { lines, touched: first + 1 };
  },
  'bodies exchanged'(events, random) {
    const [first, second] = pickTwo(events.length, random);
    const bodies = [events[second]?.body ?? {}, events[first]?.body ?? {}];
    const forged = events.map((event, index) => (index === first || index === second ? { ...event, body: bodies[index === first ? 0 : 1] ?? {} } : event));
    return { lines: toLines(forged), touched: first + 1 };
  },
  'a second name in the text'(events, random) {
    const index = pick(events.length, random);
    return { lines: toLines(events).with(index, `{"who":"mallory",${JSON.stringify(events[index]).slice(1)}`), touched: index + 1 };
  },
  'a field outside the hash'(events, random) {
    return change(events, pick(events.length, random), (event) => Object.assign({ note: 'approved by all' }, event));
  },
};

export function reseal(event: AuditEvent): AuditEvent {
  return { ...event, hash: hashEvent(event) };
}

function change(events: AuditEvent[], index: number, edit: (event: AuditEvent) => AuditEvent): Forged {
  return { lines: toLines(events.map((event, place) => (place === index ? edit(event) : event))), touched: index + 1 };
}

function pick(count: number, random: () => number): number {
  return Math.floor(random() * count);
}

function pickTwo(count: number, random: () => number): [number, number] {
  const first = pick(count - 1, random);
  return [first, first + 1 + pick(count - first - 1, random)];
}
