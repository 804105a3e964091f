/** docs/reference/cli.md: every command, from the table that the help prints. */
import type { Command } from '../../src/cli/command.ts';
import type { CommandEntry } from '../../src/cli/command-table.ts';

export interface CliCommand {
  name: string;
  entry: CommandEntry;
  command: Command;
}

export function cliPage(commands: CliCommand[]): string {
  const intro =
    'What is not a command is a sentence: `devos show pods`. `devos do …` or `devos -- …` makes a sentence of anything.\nEvery command takes `-o table|json|yaml|jsonl|name`, `--json`, `--no-input`, `--quiet` (`-q`), `--help` (`-h`). A sentence, `plan` and `chat` take `--planner llm|offline`: [ask a model](../guides/llm.md), or none. [Exit status and errors](errors.md).';
  const rows = commands.map(({ name, entry }) => `| [${name}](#${name}) | ${entry.summary} |`);
  return [
    '# Command line',
    intro,
    ['| command | |', '| --- | --- |', ...rows].join('\n'),
    ...commands.map((command) => section(command)),
  ].join('\n\n');
}

function section({ name, entry, command }: CliCommand): string {
  const parts = [`## ${name}`, `${entry.summary}.`, `\`\`\`\n${command.usage.map((line) => `devos ${line}`).join('\n')}\n\`\`\``];
  const flags = Object.entries(command.flags).map(
    ([flag, { short, help }]) =>
      `| \`--${flag}\`${short === undefined ? '' : ` \`-${short}\``} | ${help.replaceAll('|', String.raw`\|`)} |`,
  );
  if (flags.length > 0) parts.push(['| flag | |', '| --- | --- |', ...flags].join('\n'));
  return parts.join('\n\n');
}
