/** docs/reference/errors.md: every code, what it means, what to do. The compiler wants a note for each code. */
import { type ErrorCode, errorCodes, exitCodes } from '../../src/kit/errors.ts';
import type { RefusalCode } from '../../src/language/index.ts';

interface Note {
  /** What happened. */
  means: string;
  /** What to do next. */
  next: string;
}

const notes: Record<ErrorCode, Note> = {
  INTERNAL: { means: 'A bug: something that should not happen.', next: 'See `devos daemon logs`, and report it.' },
  USAGE: { means: 'The command line or the request has not the right shape.', next: 'See `devos help`.' },
  INPUT_INVALID: {
    means: 'An input of an action does not fit. The message names it, its bounds and what was given.',
    next: 'See `devos actions <id>`.',
  },
  INPUT_TOO_LARGE: {
    means: 'A sentence or a request body is larger than is accepted.',
    next: 'Say it shorter, or pass long text as a typed input.',
  },
  NOT_UNDERSTOOD: {
    means: 'A sentence was refused; the message names the words that were not understood.',
    next: 'Say it in other words; `devos actions` lists what can be done.',
  },
  NEEDS_ANSWER: { means: 'Something is missing and nobody can be asked.', next: 'Put the answer into the sentence.' },
  PROPOSAL_REFUSED: {
    means: 'A model proposed something that the sentence does not say, or the sentence may not be sent to a model. The message says what.',
    next: 'Nothing was done. Say it in other words, or without `--planner llm`. See [Ask a model](../guides/llm.md).',
  },
  CONFIG_INVALID: {
    means: 'A configuration file, a state folder or a policy profile cannot be used. File and line are named.',
    next: 'Mend the file. Until then nothing runs that would need it.',
  },
  NOT_FOUND: { means: 'The thing that was named is not there.', next: 'Check its name and where it was looked for.' },
  AMBIGUOUS: { means: 'A name fits several things.', next: 'Name one of those that the message lists.' },
  ACTION_UNKNOWN: { means: 'There is no action of this id.', next: 'List them with `devos actions`.' },
  ACTION_PLANNED: { means: 'The action is in the catalogue and not built yet.', next: '`devos actions` shows what is available.' },
  CONNECTION_MISSING: { means: 'The system is not configured.', next: 'See [Connect your systems](../guides/connect.md).' },
  KUBECONFIG_MISSING: { means: 'No kubeconfig was found.', next: 'Set `KUBECONFIG`, or put one at `~/.kube/config`.' },
  KUBECONFIG_INVALID: { means: 'The kubeconfig cannot be used; the message says what in it.', next: 'Compare with `kubectl config view`.' },
  NAMESPACE_NOT_FOUND: { means: 'The cluster has no namespace of this name.', next: '`devos "show namespaces"` lists them.' },
  AUTH_FAILED: {
    means: 'The outside system did not accept the credentials: expired, wrong or missing.',
    next: 'Sign in again there, then repeat the command.',
  },
  FORBIDDEN: {
    means: 'The outside system knows you and does not allow this.',
    next: 'Ask its administrator for the permission in the message.',
  },
  CONFLICT: { means: 'Something else changed it at the same time.', next: 'Look at it again, then make a new plan.' },
  REMOTE_REJECTED: { means: 'The outside system refused the request.', next: 'The message carries its reason.' },
  REMOTE_UNAVAILABLE: {
    means: 'The outside system could not be reached or answered with a failure.',
    next: 'Check with `devos connections`, then repeat.',
  },
  REMOTE_LIMITED: { means: 'The outside system asks to slow down.', next: 'Wait for the time in the message, then repeat.' },
  TIMEOUT: { means: 'No answer came in time.', next: 'Repeat it; a change that may have happened is looked up first.' },
  POLICY_DENIED: {
    means: 'Policy, or a person, says no. The policies that decided are named.',
    next: 'Nothing was changed. Make another plan, or have the policy changed.',
  },
  APPROVAL_PENDING: { means: 'The run waits for an approval.', next: '`devos approve P-…`' },
  APPROVAL_INVALID: {
    means: 'The approval does not count: another version of the plan, no or another name typed, or an agent.',
    next: 'Look at the plan again, then approve what you see.',
  },
  APPROVAL_EXPIRED: { means: 'The approval came too long ago, or nobody decided in time.', next: 'Make a new plan.' },
  PLAN_STALE: {
    means: 'What the plan was made for has changed since. The message says what.',
    next: 'Make a new plan with the same sentence.',
  },
  PLAN_EXPIRED: { means: 'The plan is older than seven days.', next: 'Make a new plan with the same sentence.' },
  PLAN_NOT_FOUND: { means: 'There is no plan of this id.', next: 'Make one with `devos plan "…"`.' },
  RUN_NOT_FOUND: { means: 'There is no run of this id.', next: 'List them with `devos runs`.' },
  RUN_STATE: { means: 'The run is in a state in which this is not possible.', next: '`devos runs show R-…`' },
  RUN_CANCELLED: {
    means: 'The run was cancelled; what it had changed was put back where that is possible.',
    next: '`devos runs show R-…` lists what was undone.',
  },
  OUTCOME_UNKNOWN: {
    means: 'A call left, no answer came, and it cannot be looked up whether it happened.',
    next: 'Look at the outside system, then `devos runs resume R-…` or undo by hand.',
  },
  COMMAND_FAILED: {
    means: 'A program that was run ended with an exit code other than 0; `details.exitCode` has it.',
    next: 'It ran, and is not run again. Read its output: `devos runs show R-…`.',
  },
  VERIFY_FAILED: { means: 'The change was accepted, and reading it back shows something else.', next: 'The message says what was read.' },
  UNDO_IMPOSSIBLE: { means: 'The run holds a step that cannot be put back.', next: '`devos runs show R-…` says which.' },
  AUDIT_UNAVAILABLE: { means: 'The audit log cannot be written, so nothing runs.', next: '`devos doctor`' },
  AUDIT_BROKEN: {
    means: 'The chain of the audit log does not hold at the row that is named.',
    next: 'Keep a copy of the database and find out who changed it.',
  },
  DATABASE_UNAVAILABLE: { means: 'PostgreSQL cannot be started or reached.', next: '`devos doctor`, then `devos daemon logs`.' },
  INSTALL_FAILED: { means: 'The packages of DevOS, or a part of them, are not there.', next: 'Run the command in the message.' },
  DISK_FULL: { means: 'There is no room on the disk.', next: 'Make room; what was acknowledged is kept.' },
  PORT_UNAVAILABLE: { means: 'No port could be opened on loopback.', next: 'End what holds them, or name another.' },
  DAEMON_UNAVAILABLE: {
    means: 'The daemon does not run, does not answer, or another one holds the folder.',
    next: '`devos daemon start`, then `devos daemon logs`.',
  },
  NO_TERMINAL: { means: 'Something has to be asked and no person is there.', next: 'Run the command that is printed.' },
  INTERRUPTED: { means: 'Stopped by Ctrl-C.', next: 'A run that was started goes on: `devos runs`.' },
};

/** What understanding says no to. Nothing was done, and nothing was asked of an outside system. */
const refusals: Record<Exclude<RefusalCode, ErrorCode>, Note> = {
  TOO_LARGE: { means: 'The sentence is longer than is accepted.', next: 'Say it shorter, or give long text as a typed input.' },
  CONTROL_CHARACTERS: { means: 'The sentence holds characters that cannot be seen.', next: 'Type it again instead of pasting it.' },
  LOOKALIKE: { means: 'A word mixes letters that look alike from several scripts.', next: 'Type the name again.' },
  INJECTION: { means: 'The sentence asks to set rules or approvals aside.', next: 'Say only what should be done.' },
  HYPOTHETICAL: { means: 'The sentence supposes something.', next: 'Say what should be done.' },
  HOW_TO: { means: 'The sentence asks for an explanation.', next: 'See `devos help` and `devos actions`.' },
  PAST: { means: 'The sentence speaks about what was done or said.', next: 'Say what should be done now.' },
  ADVICE: { means: 'The sentence asks for advice.', next: 'Ask for the facts, or say what should be done.' },
  NEGATED: { means: 'The sentence says not to do something.', next: 'Nothing was done; leave it at that, or say what should be done.' },
  EXCEPTION: { means: 'The sentence leaves something out of a set.', next: 'Name what is meant.' },
  CONDITIONAL: { means: 'The sentence ties a change to a condition.', next: 'Ask again when it holds.' },
  SCHEDULED: { means: 'The sentence puts a change off to a time.', next: 'Ask again at that time.' },
  ALTERNATIVE: { means: 'The sentence leaves a choice.', next: 'Choose one.' },
  SELF_REPAIR: { means: 'The sentence corrects itself.', next: 'Say it again as it should be.' },
  OUT_OF_BOUNDS: { means: 'A number is outside of what the action takes.', next: 'The message says the bounds.' },
  BLANKET: { means: 'The sentence means everything at once.', next: 'Name what is meant.' },
};

export function errorsPage(): string {
  const exits = Object.entries(exitCodes).map(([name, code]) => `| ${code} | ${exitWords(name)} |`);
  const sections = Object.entries(notes).map(([code, { means, next }]) => {
    const { exit, http } = errorCodes[code as ErrorCode]; // A key of `notes`, which has exactly the codes.
    return `### ${code}\n\n${means}\n${next}\n\nExit status ${exitCodes[exit]}, HTTP ${http}.`;
  });
  const refused = Object.entries(refusals).map(([code, { means, next }]) => `### ${code}\n\n${means}\n${next}`);
  const body =
    'Every error has a stable code, a message and a hint. In JSON it is `{ "schemaVersion": 1, "error": { "code", "message", "hint", "docs", "details"? } }`.';
  return [
    '# Error codes',
    body,
    '## Exit status',
    ['| status | meaning |', '| --- | --- |', ...exits].join('\n'),
    '## Codes',
    ...sections,
    '## Codes of refusals',
    'A sentence that is not carried out is refused with exit status 2. Nothing was changed.',
    ...refused,
  ].join('\n\n');
}

/** `signIn` → `sign in`. */
function exitWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
