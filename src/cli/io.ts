/** The terminal as the commands see it; tests put their own in its place. Light: loaded with every sentence. */
import { isatty } from 'node:tty';
import type { Globals } from './arguments.ts';

export interface Io {
  /** Data. */
  out: (text: string) => void;
  /** Messages. */
  err: (text: string) => void;
  /** A person is there who can be asked. */
  interactive: boolean;
  /** One line of stderr may be written over and over. */
  liveLine: boolean;
  /** One line from the person; undefined at the end of input. Rejects with INTERRUPTED on Ctrl-C. */
  ask: (question: string, prefill?: string) => Promise<string | undefined>;
  /** Lines of standard input, for programs that feed us. */
  lines: () => AsyncIterable<string>;
}

type Env = Record<string, string | undefined>;

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== '0' && value !== 'false';

/** No terminal at either end, `--no-input` or CI: nobody can be asked. */
export function canAsk(globals: Pick<Globals, 'noInput'>, env: Env, terminals: { stdin: boolean; stdout: boolean }): boolean {
  return terminals.stdin && terminals.stdout && !globals.noInput && !isSet(env['CI']) && !isSet(env['DEVOS_NO_INPUT']);
}

/** Writing over a line needs a terminal that can, and a person who did not turn it off. */
export function canRewrite(env: Env, stderrIsTerminal: boolean): boolean {
  return stderrIsTerminal && env['TERM'] !== 'dumb' && (env['NO_COLOR'] ?? '') === '';
}

export function createIo(globals: Globals, env: Env = process.env): Io {
  return {
    out: createWriter(() => process.stdout),
    err: createWriter(() => process.stderr),
    interactive: canAsk(globals, env, { stdin: isatty(0), stdout: isatty(1) }),
    liveLine: !globals.quiet && canRewrite(env, isatty(2)),
    ask: async (question, prefill) => (await import('./ask.ts')).askTerminal(question, prefill),
    async *lines() {
      yield* (await import('./ask.ts')).readLines(process.stdin);
    },
  };
}

/** A stream of the process costs about a millisecond to make, so that it is made when it is first written to. */
function createWriter(open: () => NodeJS.WriteStream): (text: string) => void {
  let stream: NodeJS.WriteStream | undefined;
  return (text) => {
    stream ??= open().on('error', endOnClosedPipe);
    stream.write(text);
  };
}

/** `devos … | head` closes early: that is no error of ours. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
