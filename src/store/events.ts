import type { RunEvent } from '#kit';
import { type Kysely, sql } from 'kysely';
import { codeOf } from './database-errors.ts';
import { coded } from './guard.ts';
import { storable, toEvent } from './rows.ts';
import type { Schema } from './schema.ts';
import type { Events } from './types.ts';

/** A second writer took the number; far fewer than this many write to one run at once. */
const mostTries = 50;

export function createEvents(db: Kysely<Schema>): Events {
  const listeners = new Map<string, Set<() => void>>();

  async function list(run: string, after: number): Promise<RunEvent[]> {
    const rows = await coded(() =>
      db.selectFrom('run_event').selectAll().where('run_id', '=', run).where('seq', '>', after).orderBy('seq').execute(),
    );
    return rows.map(toEvent);
  }

  async function append({ run, type, step, text, at }: Parameters<Events['append']>[0]): Promise<RunEvent> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const next = sql<number>`(select coalesce(max(seq), 0) + 1 from devos.run_event where run_id = ${run})`;
        const row = { run_id: run, seq: next, type, step_id: step ?? null, text: storable(text), ...(at === undefined ? {} : { at }) };
        const stored = toEvent(await db.insertInto('run_event').values(row).returningAll().executeTakeFirstOrThrow());
        for (const wake of listeners.get(run) ?? []) wake();
        return stored;
      } catch (error) {
        if (codeOf(error) !== '23505' || attempt === mostTries) throw error;
      }
    }
  }

  /** A signal only says "look again": what is handed out always comes from the table, so nothing is missed or doubled. */
  async function* follow(run: string, after: number, signal: AbortSignal): AsyncGenerator<RunEvent> {
    let last = after;
    let changed = false;
    let wake = () => {};
    const listener = () => {
      changed = true;
      wake();
    };
    subscribe(listeners, run, listener);
    signal.addEventListener('abort', listener);
    try {
      while (!signal.aborted) {
        changed = false;
        const events = await list(run, last);
        for (const event of events) {
          if (signal.aborted) return;
          last = event.seq;
          yield event;
        }
        if (events.at(-1)?.type === 'run-ended' && !changed) return;
        if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', listener);
      unsubscribe(listeners, run, listener);
    }
  }

  return { append: (event) => coded(() => append(event)), list, follow };
}

function subscribe(listeners: Map<string, Set<() => void>>, run: string, listener: () => void): void {
  const set = listeners.get(run) ?? new Set();
  listeners.set(run, set.add(listener));
}

function unsubscribe(listeners: Map<string, Set<() => void>>, run: string, listener: () => void): void {
  const set = listeners.get(run);
  set?.delete(listener);
  if (set?.size === 0) listeners.delete(run);
}
