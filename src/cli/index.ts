export { commandNames, type CommandName } from './arguments.ts';
export { commandTable, type CommandEntry } from './command-table.ts';
export type { Command, Flag } from './command.ts';
export { describeAll, describeCommand } from './commands/help.ts';
