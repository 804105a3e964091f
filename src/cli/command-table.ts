/** Each command's line in the help and where its code is. Nothing of a command is loaded before it is needed. */
import type { Command } from './command.ts';
import type { CommandName } from './arguments.ts';

export interface CommandEntry {
  summary: string;
  group: 'say' | 'plans and runs' | 'what there is' | 'the program itself';
  load: () => Promise<Command>;
}

export const commandTable: Record<CommandName, CommandEntry> = {
  plan: {
    summary: 'Show what a sentence would do, and do nothing',
    group: 'say',
    load: async () => (await import('./commands/plan.ts')).planCommand,
  },
  explain: {
    summary: 'Show how a sentence is read, and why not otherwise',
    group: 'say',
    load: async () => (await import('./commands/explain.ts')).explainCommand,
  },
  chat: { summary: 'Say one sentence after the other', group: 'say', load: async () => (await import('./commands/chat.ts')).chatCommand },
  run: {
    summary: 'Run a stored plan, or an action with typed inputs',
    group: 'plans and runs',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  runs: {
    summary: 'List, show, cancel or resume runs',
    group: 'plans and runs',
    load: async () => (await import('./commands/runs.ts')).runsCommand,
  },
  approve: { summary: 'Approve a plan', group: 'plans and runs', load: async () => (await import('./commands/approve.ts')).approveCommand },
  deny: { summary: 'Say no to a plan', group: 'plans and runs', load: async () => (await import('./commands/deny.ts')).denyCommand },
  undo: {
    summary: 'Put back what a run changed',
    group: 'plans and runs',
    load: async () => (await import('./commands/undo.ts')).undoCommand,
  },
  actions: {
    summary: 'List everything that can be done',
    group: 'what there is',
    load: async () => (await import('./commands/actions.ts')).actionsCommand,
  },
  connections: {
    summary: 'List the connected systems',
    group: 'what there is',
    load: async () => (await import('./commands/connections.ts')).connectionsCommand,
  },
  audit: {
    summary: 'Show, verify or export the audit log',
    group: 'what there is',
    load: async () => (await import('./commands/audit.ts')).auditCommand,
  },
  doctor: {
    summary: 'Check everything, with the command that mends it',
    group: 'the program itself',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  daemon: {
    summary: 'Start, stop or look at the daemon',
    group: 'the program itself',
    load: async () => (await import('./commands/daemon.ts')).daemonCommand,
  },
  demo: {
    summary: 'See it work on a simulated company; nothing real is touched',
    group: 'the program itself',
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
  eval: {
    summary: 'Score understanding on your own labelled sentences; offline, nothing runs',
    group: 'the program itself',
    load: async () => (await import('./commands/eval.ts')).evalCommand,
  },
  completion: {
    summary: 'Print the completion for your shell',
    group: 'the program itself',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
  version: {
    summary: 'Print the version',
    group: 'the program itself',
    load: async () => (await import('./commands/version.ts')).versionCommand,
  },
  help: {
    summary: 'Print this help, or that of a command',
    group: 'the program itself',
    load: async () => (await import('./commands/help.ts')).helpCommand,
  },
};
