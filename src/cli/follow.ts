/** Live progress of a run until it ends. It outlives a daemon that goes away: the run does, too. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent, RunView } from '#kit/api';
import { AppError } from '#kit/errors';
import { nobodyListens } from './api.ts';
import type { Context } from './context.ts';
import { createProgress } from './progress.ts';
import { self } from './self.ts';

/** How often in a row the events may break off without bringing anything new. */
const maxBreaks = 5;
const betweenBreaksMs = 300;

/** A session is ended by these. Closing the terminal is the last. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Gives the ended run, or `interrupted` after Ctrl-C, having said how to go on.
 * A run with a session is ended by Ctrl-C instead, and followed to its end; only a second one leaves it.
 */
export async function followRun(context: Context, view: RunView, { session = false } = {}): Promise<RunView | 'interrupted'> {
  const { io, globals } = context;
  const stop = new AbortController();
  const leave = (): void => {
    stop.abort();
    progress.end();
    io.err(`${view.id} goes on in the daemon.\nsee it:   ${self()} runs show ${view.id}\nstop it:  ${self()} runs cancel ${view.id}\n`);
  };
  let isEnding = false;
  const onInterrupt = (): void => {
    if (!session || isEnding) return leave();
    isEnding = true;
    progress.end();
    context.api.post(`/v1/runs/${encodeURIComponent(view.id)}/cancel`, { origin: context.origin() }).catch((error: unknown) => {
      // It may have ended by itself at the same moment: then its end is on its way.
      if (!AppError.isInstance(error) || error.code !== 'RUN_STATE') leave();
    });
  };
  const signals = session ? endings : (['SIGINT'] as const);
  const progress = createProgress({
    io,
    quiet: globals.quiet,
    steps: view.steps.map((step) => step.id),
    showOutput: globals.output === 'table',
  });
  for (const signal of signals) process.on(signal, onInterrupt);
  try {
    return await readToEnd(context, view.id, progress.show, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) return 'interrupted';
    throw error;
  } finally {
    progress.end();
    for (const signal of signals) process.off(signal, onInterrupt);
  }
}

async function readToEnd(context: Context, runId: string, show: (event: RunEvent) => void, signal: AbortSignal): Promise<RunView> {
  let seen = 0;
  let breaks = 0;
  for (;;) {
    try {
      for await (const event of context.api.stream<RunEvent>({ method: 'GET', path: `/v1/runs/${runId}/events?after=${seen}`, signal })) {
        seen = Math.max(seen, event.seq);
        breaks = 0;
        show(event);
        if (event.type === 'run-ended') return event.view ?? (await context.api.get<RunView>(`/v1/runs/${runId}`));
      }
    } catch (error) {
      if (signal.aborted || !isBreak(error)) throw error;
    }
    breaks += 1;
    if (breaks > maxBreaks)
      throw new AppError(`The progress of ${runId} could not be read`, {
        code: 'DAEMON_UNAVAILABLE',
        hint: `The run itself goes on. See: devos runs show ${runId}`,
      });
    if (!context.globals.quiet) context.io.err('The connection to the daemon broke off; looking again. The run is not lost.\n');
    await delay(betweenBreaksMs, undefined, { signal });
  }
}

function isBreak(error: unknown): boolean {
  if (nobodyListens(error)) return true;
  if (AppError.isInstance(error)) return error.code === 'DAEMON_UNAVAILABLE';
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
