/** What helm says when it fails, sorted once into coded errors. Its own words are cleaned, masked and kept. */
import { AppError, cleanLine, cleanText, type ErrorCode, redact } from '#kit';

export interface Failure {
  /** `upgrade`. */
  command: string;
  /** What it wrote to stderr. */
  said: string;
  ended: 'aborted' | 'late' | 'large' | undefined;
  write: boolean;
}

type Rule = [says: RegExp, code: ErrorCode, hint: string, unclear: boolean];

/** The first that fits. Worded after helm 3.18 and 4.1. */
const rules: Rule[] = [
  [
    /release: not found|release not loaded|has no deployed releases/i,
    'NOT_FOUND',
    'See which there are: devos "list the helm releases in all namespaces"',
    false,
  ],
  [
    /another operation \(install\/upgrade\/rollback\) is in progress/i,
    'CONFLICT',
    'Wait until it has ended. Where it was broken off: devos "roll back the helm release …"',
    false,
  ],
  [
    /has been rolled back|has been uninstalled due to/i,
    'VERIFY_FAILED',
    'It was put back as it was. Look why its pods did not become ready: devos "what is wrong with …"',
    false,
  ],
  [
    /invalid ownership metadata|cannot be imported into the current release/i,
    'CONFLICT',
    'Something else made that object: delete or rename it, or take another name for the release.',
    false,
  ],
  [
    /conflict occurred while applying|conflicts? with "/i,
    'CONFLICT',
    'Somebody else owns a field that the chart sets: settle it with the owner that is named, then ask again.',
    false,
  ],
  [
    /UNAUTHORIZED|the server has asked for the client to provide credentials|Unauthorized/i,
    'AUTH_FAILED',
    'Sign in to the cluster or the registry again.',
    false,
  ],
  [/\bforbidden\b/i, 'FORBIDDEN', 'Ask the owner of the cluster for the right that is named. helm keeps its releases in Secrets.', false],
  [
    /no such host|looks like .* is not a valid chart repository|could not download|failed to fetch|i\/o timeout|connection refused/i,
    'REMOTE_UNAVAILABLE',
    'Check the address of the repository or the cluster, and that you reach it.',
    true,
  ],
  [
    /chart .* not found|not found in .* repository|no chart version found|no chart name found|path ".*" not found|failed to locate chart|repo .* not found|not found: manifest unknown/i,
    'NOT_FOUND',
    'Check the chart and its version: helm search repo, or connections.helm.charts in devos.yaml.',
    false,
  ],
  [/quota|exceeded quota/i, 'CONFLICT', 'Raise the quota of the namespace, or ask for less.', false],
  [
    /values don't meet the specifications|failed parsing --set|YAML parse error|error converting YAML|execution error at|parse error at|unknown field|error validating|Chart\.yaml|validation: |failed to parse/i,
    'INPUT_INVALID',
    'Correct the chart or its values where it says so.',
    false,
  ],
  [
    /timed out waiting|context deadline exceeded|not ready\. status/i,
    'TIMEOUT',
    'It did not become ready in time. Look why: devos "what is wrong with …"',
    true,
  ],
];

export function helmError({ command, said, ended, write }: Failure): AppError {
  const words = whatItSaid(said);
  const make = (code: ErrorCode, message: string, hint: string, unclear: boolean): AppError =>
    new AppError(message, { code, hint, details: { unclear: write && unclear, ...(words === '' ? {} : { said: words }) } });
  if (ended === 'aborted') return make('INTERRUPTED', `Stopped: helm ${command}`, 'Look at the release: helm history RELEASE', true);
  if (ended === 'late') return make('TIMEOUT', `helm ${command} did not end in time`, 'Look at the release: helm history RELEASE', true);
  if (ended === 'large') return make('REMOTE_REJECTED', `helm ${command} printed more than 32 MB`, 'Narrow what is asked for.', true);
  const rule = rules.find(([says]) => says.test(said));
  if (rule === undefined)
    return make(
      'REMOTE_REJECTED',
      `helm ${command} failed: ${words || 'it did not say why'}`,
      'Correct what it names, then ask again.',
      true,
    );
  const [, code, hint, unclear] = rule;
  return make(code, `helm ${command}: ${words}`, hint, unclear);
}

/** Without its log lines and its own prefixes, in one line. */
function whatItSaid(said: string): string {
  const lines = cleanText(said)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(?:level=|time=|WARNING: )/.test(line));
  return cleanLine(redact(lines.join(' ').replace(/^Error: (?:UPGRADE FAILED: |INSTALLATION FAILED: )?/, '')))
    .trim()
    .slice(0, 800);
}
