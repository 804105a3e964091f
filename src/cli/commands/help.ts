/** `devos help`: leads with what people do most. */
import { AppError, exitCodes } from '#kit/errors';
import type { Arguments, Command } from '../command.ts';
import { type CommandName, commandNames, isCommandName } from '../arguments.ts';
import { type CommandEntry, commandTable } from '../command-table.ts';
import type { Context } from '../context.ts';
import { nearest } from '#kit/suggest';

export const helpCommand: Command = { usage: ['help [command]'], flags: {}, words: [...commandNames], startsDaemon: false, run };

async function run({ io }: Context, { words }: Arguments): Promise<number> {
  const [name] = words;
  if (name === undefined) {
    io.out(describeAll());
    return exitCodes.done;
  }
  if (!isCommandName(name)) {
    const near = nearest(name, commandNames);
    throw new AppError(`There is no command ${JSON.stringify(name)}`, {
      code: 'USAGE',
      hint: near === undefined ? 'See: devos help' : `Did you mean: devos help ${near}`,
    });
  }
  io.out(describeCommand(name, commandTable[name].summary, await commandTable[name].load()));
  return exitCodes.done;
}

const globalFlags: [string, string][] = [
  ['-o table|json|yaml|jsonl|name', 'format of the output; --json is -o json'],
  ['--no-input', 'ask nobody: a change is stored and waits for approval (exit 3)'],
  ['--fresh', 'forget what was said before in this terminal; the sentence stands for itself'],
  ['-q, --quiet', 'data and errors only'],
  ['--planner llm|offline', 'with a sentence: ask the configured model, or none (docs/guides/llm.md)'],
  ['--', 'what follows is a sentence, even where it begins with a command; so does: devos do …'],
];

export function describeAll(): string {
  const width = Math.max(...commandNames.map((name) => name.length)) + 2;
  const groups: CommandEntry['group'][] = ['say', 'plans and runs', 'what there is', 'the program itself'];
  const lines = groups.flatMap((group) => [
    '',
    `${group}:`,
    ...commandNames
      .filter((name) => commandTable[name].group === group)
      .map((name) => `  ${name.padEnd(width)}${commandTable[name].summary}`),
  ]);
  return `DevOS: a sentence becomes a plan, and after your yes a verified change.

examples:
  devos "show pods"                                        a read runs at once
  devos "scale the web-app deployment to 5 replicas"       a change shows its plan and asks
  devos demo                                               all of it on a simulated company
${lines.join('\n')}

everywhere:
${describeFlags(globalFlags)}

exit codes: 0 done, 1 failed, 2 usage, 3 waiting for approval, 4 sign-in needed, 5 denied, 6 plan stale, 7 outcome unknown, 8 unavailable, 130 Ctrl-C
`;
}

export function describeCommand(name: CommandName, summary: string, command: Command): string {
  const flags = Object.entries(command.flags).map(([flag, { short, help }]): [string, string] => [
    `${short === undefined ? '' : `-${short}, `}--${flag}`,
    help,
  ]);
  return `devos ${name}: ${summary}

usage:
${command.usage.map((line) => `  devos ${line}`).join('\n')}
${flags.length === 0 ? '' : `\nflags:\n${describeFlags(flags)}\n`}
everywhere:
${describeFlags(globalFlags)}
`;
}

function describeFlags(flags: [string, string][]): string {
  const width = Math.max(...flags.map(([flag]) => flag.length)) + 2;
  return flags.map(([flag, help]) => `  ${flag.padEnd(width)}${help}`).join('\n');
}
