import type { RunEvent } from '#kit';
import { type Kysely, sql } from 'kysely';
import { codeOf } from './database-errors.ts';
import { coded } from './guard.ts';
import { storable, toEvent } from './rows.ts';
import type { Schema } from './schema.ts';
import type { Events } from './types.ts';

/** Only another process can take a number away; far fewer than this many write to one run. */
const mostTries = 50;

export function createEvents(db: Kysely<Schema>): Events {
  const listeners = createListeners();
  const inTurn = createTurns();

  async function list(run: string, after: number): Promise<RunEvent[]> {
    const rows = await coded(() =>
      db.selectFrom('run_event').selectAll().where('run_id', '=', run).where('seq', '>', after).orderBy('seq').execute(),
    );
    return rows.map(toEvent);
  }

  async function findLastType(run: string, upTo: number): Promise<string | undefined> {
    const query = db
      .selectFrom('run_event')
      .select('type')
      .where('run_id', '=', run)
      .where('seq', '<=', upTo)
      .orderBy('seq', 'desc')
      .limit(1);
    return (await coded(() => query.executeTakeFirst()))?.type;
  }

  async function append({ run, type, step, text, at }: Parameters<Events['append']>[0]): Promise<RunEvent> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const next = sql<number>`(select coalesce(max(seq), 0) + 1 from devos.run_event where run_id = ${run})`;
        const row = { run_id: run, seq: next, type, step_id: step ?? null, text: storable(text), ...(at === undefined ? {} : { at }) };
        const stored = toEvent(await db.insertInto('run_event').values(row).returningAll().executeTakeFirstOrThrow());
        listeners.wake(run);
        return stored;
      } catch (error) {
        if (codeOf(error) !== '23505' || attempt === mostTries) throw error;
      }
    }
  }

  /** A wake-up only says "look again": what is handed out always comes from the table, so nothing is missed or doubled. */
  async function* follow(run: string, after: number, signal: AbortSignal): AsyncGenerator<RunEvent> {
    let last = after;
    let hasChanged = false;
    let goOn = () => {};
    const listener = () => {
      hasChanged = true;
      goOn();
    };
    const forget = listeners.add(run, listener);
    signal.addEventListener('abort', listener);
    try {
      let lastType = await findLastType(run, after);
      while (!signal.aborted) {
        hasChanged = false;
        for (const event of await list(run, last)) {
          if (signal.aborted) return;
          last = event.seq;
          lastType = event.type;
          yield event;
        }
        if (hasChanged) continue;
        if (lastType === 'run-ended') return;
        await new Promise<void>((resolve) => (goOn = resolve));
      }
    } finally {
      signal.removeEventListener('abort', listener);
      forget();
    }
  }

  return { append: (event) => inTurn(event.run, () => coded(() => append(event))), list, follow };
}

function createListeners() {
  const byRun = new Map<string, Set<() => void>>();
  return {
    wake(run: string): void {
      for (const listener of byRun.get(run) ?? []) listener();
    },
    add(run: string, listener: () => void): () => void {
      const set = byRun.get(run) ?? new Set();
      byRun.set(run, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && byRun.get(run) === set) byRun.delete(run);
      };
    },
  };
}

/** One after the other for each run, in the order of the calls: events must not overtake each other. */
function createTurns() {
  const tails = new Map<string, Promise<unknown>>();
  return async <T>(run: string, work: () => Promise<T>): Promise<T> => {
    const turn = (tails.get(run) ?? Promise.resolve()).then(work, work);
    tails.set(run, turn);
    try {
      return await turn;
    } finally {
      if (tails.get(run) === turn) tails.delete(run);
    }
  };
}
