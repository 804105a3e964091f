/** What every command is made of, and how its part of the line is read. One way only: `parseArgs` of the platform. */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { AppError } from '#kit/errors';
import type { Context } from './context.ts';
import { nearest } from '#kit/suggest';

export interface Flag {
  type: 'string' | 'boolean';
  short?: string;
  /** What it does, for help; begins with what it takes: `NAME  …`. */
  help: string;
}

export interface Arguments {
  words: string[];
  text: Record<string, string | undefined>;
  on: Record<string, boolean | undefined>;
}

export interface Command {
  /** One line each: what can be typed after `devos`. */
  usage: string[];
  flags: Record<string, Flag>;
  /** First words that it takes, for completion. */
  words?: string[];
  /** True where the command talks to a daemon that must be there: it is started. */
  startsDaemon: boolean | ((given: Arguments) => boolean);
  /** The line is not read here but handed over as it is. */
  raw?: boolean;
  run: (context: Context, given: Arguments, raw: string[]) => Promise<number>;
}

/** Throws USAGE, with the nearest flag as the hint. */
export function readArguments(name: string, command: Command, rest: string[]): Arguments {
  const options: ParseArgsOptionsConfig = {};
  for (const [flag, { type, short }] of Object.entries(command.flags)) options[flag] = short === undefined ? { type } : { type, short };
  try {
    const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true, strict: true });
    const given: Arguments = { words: positionals, text: {}, on: {} };
    for (const [flag, value] of Object.entries(values)) {
      if (typeof value === 'string') given.text[flag] = value;
      else if (typeof value === 'boolean') given.on[flag] = value;
    }
    return given;
  } catch (error) {
    throw flagError(name, command, rest, error);
  }
}

function flagError(name: string, command: Command, rest: string[], error: unknown): AppError {
  const flags = Object.keys(command.flags);
  const unknown = rest.find((word) => word.startsWith('--') && !flags.includes(word.slice(2).split('=')[0] ?? ''));
  const near = unknown === undefined ? undefined : nearest(unknown.slice(2), flags);
  const message = unknown === undefined ? firstSentence(error) : `devos ${name} has no flag ${unknown}`;
  return new AppError(message, {
    code: 'USAGE',
    hint: near === undefined ? `See: devos help ${name}` : `Did you mean --${near}? See: devos help ${name}`,
    cause: error,
  });
}

function firstSentence(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split(/\. |\n/)[0] ?? 'The flags are not understood';
}

/** The only word that a command takes, such as a run's id. Throws USAGE where it is missing or more follows. */
export function takeOnly(name: string, what: string, words: string[]): string {
  const [only, more] = words;
  if (only !== undefined && more === undefined) return only;
  const sentence = `To say it as a sentence: devos do ${[name, ...words].join(' ')}`;
  if (only === undefined) throw new AppError(`devos ${name} needs ${what}`, { code: 'USAGE', hint: `See: devos help ${name}` });
  throw new AppError(`devos ${name} takes ${what} and nothing more`, { code: 'USAGE', hint: `See: devos help ${name}   ${sentence}` });
}

export function unknownWord(name: string, word: string, known: string[]): AppError {
  const near = nearest(word, known);
  return new AppError(`devos ${name} does not know ${JSON.stringify(word)}`, {
    code: 'USAGE',
    hint: `${near === undefined ? '' : `Did you mean: devos ${name} ${near}? `}It takes: ${known.join(', ')}`,
  });
}

export function takeNumber(name: string, flag: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new AppError(`--${flag} takes a whole number from 1 to 999999, not ${JSON.stringify(text)}`, {
    code: 'USAGE',
    hint: `See: devos help ${name}`,
  });
}
