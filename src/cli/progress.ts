/** What a person sees of a run while it works: one line that renews itself, or plain lines. */
import type { RunEvent } from '#kit/api';
import type { Io } from './io.ts';
import { cleanText } from '#kit/clean';

export interface Progress {
  show: (event: RunEvent) => void;
  /** Clears the renewing line. */
  end: () => void;
}

export interface ProgressOptions {
  io: Pick<Io, 'out' | 'err' | 'liveLine'>;
  quiet: boolean;
  /** Ids in order, for `step 2/3`. */
  steps: string[];
  /** Output of steps goes to stdout as it comes; off where stdout holds one JSON value. */
  showOutput: boolean;
  columns?: number;
}

const clearLine = '\r\u001b[2K';

export function createProgress({ io, quiet, steps, showOutput, columns = process.stderr.columns || 80 }: ProgressOptions): Progress {
  let open = false;

  function clear(): void {
    if (open) io.err(clearLine);
    open = false;
  }

  function line(text: string): void {
    clear();
    io.err(`${text}\n`);
  }

  function renew(text: string): void {
    if (!io.liveLine) return line(text);
    io.err(`${clearLine}${text.slice(0, Math.max(1, columns - 1))}`);
    open = true;
  }

  return {
    end: clear,
    show(event) {
      if (event.type === 'step-output') {
        clear();
        if (showOutput) io.out(cleanText(event.text));
        return;
      }
      // How it ended is told by the outcome, where it began by the plan.
      if (quiet || event.type === 'run-ended' || (event.type === 'run-started' && !io.liveLine)) return;
      const text = `${stepOf(event, steps)}${cleanText(event.text).replaceAll('\n', ' ')}`;
      if (isPassing(event)) renew(text);
      else line(text);
    },
  };
}

/** Replaced by what comes next; everything else stays to be read. */
function isPassing({ type }: RunEvent): boolean {
  return type === 'step-started' || type === 'step-progress' || type === 'run-started' || type === 'run-waiting';
}

function stepOf({ step }: RunEvent, steps: string[]): string {
  const index = step === undefined ? -1 : steps.indexOf(step);
  return index < 0 ? '' : `step ${index + 1}/${steps.length}  `;
}
