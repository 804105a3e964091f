/** The words that are commands; every other first word begins a sentence. Light: loaded on every call. */
export const commandNames = [
  'plan',
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
  'chat',
  'demo',
  'completion',
  'version',
  'help',
] as const;

export type CommandName = (typeof commandNames)[number];

/** Besides those, `__complete` is what the completion scripts call. */
export function isCommandName(word: string): word is CommandName {
  return (commandNames as readonly string[]).includes(word);
}
