/** Reads the command line far enough to know what it is: a command, or a sentence. Light: loaded before a sentence is sent. */
import { AppError } from '#kit/errors';
import type { OutputFormat, PlannerChoice } from '#kit/api';

/** The words that are commands; every other first word begins a sentence. */
export const commandNames = [
  'plan',
  'explain',
  'run',
  'runs',
  'approve',
  'deny',
  'undo',
  'actions',
  'connections',
  'doctor',
  'audit',
  'daemon',
  'eval',
  'chat',
  'demo',
  'completion',
  'version',
  'help',
] as const;

export type CommandName = (typeof commandNames)[number];

export function isCommandName(word: string): word is CommandName {
  return (commandNames as readonly string[]).includes(word);
}

/** What may stand anywhere on the line. */
export interface Globals {
  output: OutputFormat;
  /** Nobody is asked anything. */
  noInput: boolean;
  /** Messages and progress are left out; data and errors stay. */
  quiet: boolean;
  /** What was said before in this terminal does not count. */
  fresh: boolean;
  help: boolean;
  version: boolean;
  /** Approved without being asked, where one yes is enough; only with `run`. */
  yes: boolean;
  /** Who reads the sentence, where that was said; only with a sentence, `plan` and `chat`. */
  planner?: PlannerChoice;
}

export interface CommandLine {
  globals: Globals;
  /** The command's name; undefined for a sentence, and where nothing was typed. */
  command: string | undefined;
  /** What follows the command's name, with the global flags taken out. */
  rest: string[];
  /** The words of a sentence, joined; empty for a command. */
  sentence: string;
}

const outputs: readonly string[] = ['table', 'json', 'yaml', 'jsonl', 'name'] satisfies OutputFormat[];

function isOutput(text: string): text is OutputFormat {
  return outputs.includes(text);
}

/**
 * A first word that is a command wins (`__complete` is what the completion scripts call); `devos do …` and `devos -- …` force a sentence. In a sentence short dashes (`-n shop`, `-3`)
 * stay words, and an unknown long flag is an error, so that a mistyped flag is never quietly read as a word.
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const globals: Globals = { output: 'table', noInput: false, quiet: false, fresh: false, yes: false, help: false, version: false };
  const words: string[] = [];
  let command: string | undefined;
  let forced = false;
  let index = 0;
  while (index < argv.length) {
    const word = argv[index] ?? '';
    index += 1;
    if (word === '--') {
      if (command === undefined) forced = true;
      else words.push(word);
      words.push(...argv.slice(index));
      break;
    }
    const taken = takeGlobal(word, argv[index], globals) || (takesPlanner(command) ? takePlanner(word, argv[index], globals) : 0);
    if (taken > 0) {
      index += taken - 1;
      continue;
    }
    if (command === undefined && !forced && words.length === 0 && word === 'do') {
      forced = true;
      continue;
    }
    if (command === undefined && !forced && words.length === 0 && (isCommandName(word) || word === '__complete')) {
      command = word;
      continue;
    }
    if (command === 'run' && word === '--yes') {
      globals.yes = true;
      continue;
    }
    if (command === undefined && word === '--yes') throw yesToSentence();
    if (command === undefined && word.startsWith('--')) throw unknownFlag(word);
    words.push(word);
  }
  if (globals.planner !== undefined && !takesPlanner(command)) throw unknownFlag('--planner');
  if (command !== undefined) return { globals, command, rest: words, sentence: '' };
  return { globals, command: undefined, rest: [], sentence: words.join(' ').trim() };
}

/** How many words a global flag took; 0 when it is none. */
function takeGlobal(word: string, next: string | undefined, globals: Globals): number {
  switch (word) {
    case '--json':
      globals.output = 'json';
      return 1;
    case '--no-input':
      globals.noInput = true;
      return 1;
    case '--quiet':
    case '-q':
      globals.quiet = true;
      return 1;
    case '--fresh':
      globals.fresh = true;
      return 1;
    case '--help':
    case '-h':
      globals.help = true;
      return 1;
    case '--version':
      globals.version = true;
      return 1;
    case '-o':
    case '--output':
      globals.output = readOutput(next);
      return 2;
    default:
      if (word.startsWith('--output=')) globals.output = readOutput(word.slice('--output='.length));
      else if (/^-o(?:json|yaml|jsonl|name|table)$/.test(word)) globals.output = readOutput(word.slice(2));
      else return 0;
      return 1;
  }
}

/** An action may have an input of that name: `devos run` keeps its flags. */
function takesPlanner(command: string | undefined): boolean {
  return command === undefined || command === 'plan' || command === 'chat';
}

function takePlanner(word: string, next: string | undefined, globals: Globals): number {
  if (word !== '--planner' && !word.startsWith('--planner=')) return 0;
  const value = word === '--planner' ? next : word.slice('--planner='.length);
  if (value !== 'offline' && value !== 'llm')
    throw new AppError(value === undefined ? '--planner needs a word' : `There is no planner ${JSON.stringify(value)}`, {
      code: 'USAGE',
      hint: 'Use one of: offline, llm',
    });
  globals.planner = value;
  return word === '--planner' ? 2 : 1;
}

function readOutput(value: string | undefined): OutputFormat {
  if (value !== undefined && isOutput(value)) return value;
  throw new AppError(value === undefined ? '-o needs a format' : `There is no output format ${JSON.stringify(value)}`, {
    code: 'USAGE',
    hint: `Use one of: ${outputs.join(', ')}`,
  });
}

/** A sentence can be read otherwise than it was meant; a typed call cannot. */
function yesToSentence(): AppError {
  return new AppError('--yes does not go with a sentence: its plan is looked at before it is approved', {
    code: 'USAGE',
    hint: 'In a script, say what is meant with typed inputs: devos run <action> --name … --yes   Or: devos "…" --no-input -o name, then devos approve P-… --yes',
  });
}

function unknownFlag(word: string): AppError {
  return new AppError(`There is no flag ${word}`, {
    code: 'USAGE',
    hint: `See: devos help   To make it part of the sentence, put everything after --, as in: devos -- show pods ${word}`,
  });
}
