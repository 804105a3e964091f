/** A baseline: one phrase for each common action, found anywhere in the sentence, as a first program of an afternoon does it. */
import type { JsonObject } from '#kit';
import type { Answer } from '#language';

interface Phrase {
  phrase: string;
  action: string;
  /** Finds the inputs, by the names of its groups. */
  inputs?: RegExp;
  fixed?: JsonObject;
}

const key = /(?<issue>[a-z]+-\d+)/;
const number = /(?<number>(?:inc|chg)\d+)/;

/** The first that fits wins, so that the longer phrases stand first. */
const phrases: Phrase[] = [
  { phrase: 'rollout status', action: 'kubernetes.rollout.status', inputs: /status (?:of |for )?(?:the )?(?:\w+\/)?(?<name>[\w-]+)/ },
  { phrase: 'rollout history', action: 'kubernetes.rollout.history', inputs: /history (?:of |for )?(?:the )?(?<name>[\w-]+)/ },
  { phrase: 'helm rollback', action: 'helm.release.rollback', inputs: /rollback (?<release>[\w-]+)(?: (?<revision>\d+))?/ },
  { phrase: 'roll back', action: 'kubernetes.rollout.undo', inputs: /roll back (?:the )?(?:deployment )?(?<name>[\w-]+)/ },
  { phrase: 'uninstall', action: 'helm.release.uninstall', inputs: /uninstall (?:the )?(?:release )?(?<release>[\w-]+)/ },
  { phrase: 'using helm', action: 'helm.release.deploy', inputs: /(?:of|deploy) (?<release>[\w-]+) using helm/ },
  {
    phrase: 'scale',
    action: 'kubernetes.deployment.scale',
    inputs: /scale (?:up |down )?(?:the )?(?:deployment )?(?<name>[\w-]+).*?(?: to (?<replicas>\d+))/,
  },
  { phrase: 'restart', action: 'kubernetes.pods.restart', inputs: /restart (?:the )?(?:deployment )?(?<name>[\w-]+)/ },
  { phrase: 'drain', action: 'kubernetes.node.drain', inputs: /drain (?:the )?(?:node )?(?<name>[\w-]+)/ },
  { phrase: 'create namespace', action: 'kubernetes.namespace.create', inputs: /namespace (?<name>[\w-]+)/ },
  { phrase: 'apply', action: 'kubernetes.manifest.apply', inputs: /(?<file>[\w./-]+\.ya?ml)/ },
  { phrase: 'delete', action: 'kubernetes.resource.delete', inputs: /delete (?:the )?(?<kind>\w+) (?<name>[\w-]+)/ },
  { phrase: 'why is', action: 'kubernetes.workload.diagnose', inputs: /why is (?:the )?(?<name>[\w-]+)/ },
  { phrase: 'search logs', action: 'splunk.logs.search', inputs: /for (?<text>.+?)(?: in .*)?$/ },
  { phrase: 'error patterns', action: 'splunk.errors.analyze', inputs: /in (?:the )?(?<service>[\w-]+)/ },
  { phrase: 'logs', action: 'kubernetes.logs.get', inputs: /logs (?:for|of|from) (?:the )?(?:pod )?(?<name>[\w-]+)/ },
  { phrase: 'describe', action: 'kubernetes.resource.describe', inputs: /describe (?:the )?(?<kind>\w+) (?<name>[\w-]+)/ },
  { phrase: 'create a bug', action: 'jira.issue.create', inputs: /(?:for|:) (?<summary>.+)$/, fixed: { type: 'Bug' } },
  { phrase: 'comment', action: 'jira.issue.comment', inputs: /(?<issue>[a-z]+-\d+):? (?<text>.+)$/ },
  { phrase: 'assigned to me', action: 'jira.issues.search', fixed: { assignee: 'me' } },
  { phrase: 'assign', action: 'jira.issue.assign', inputs: /(?<issue>[a-z]+-\d+) to (?<assignee>[\w. -]+)/ },
  { phrase: 'move', action: 'jira.issue.transition', inputs: /(?<issue>[a-z]+-\d+) to (?<status>[\w -]+)/ },
  { phrase: 'show ticket', action: 'jira.issue.get', inputs: key },
  { phrase: 'create an incident', action: 'servicenow.incident.create', inputs: /for (?:the )?(?<summary>.+)$/ },
  { phrase: 'open incidents', action: 'servicenow.incidents.list' },
  { phrase: 'incident', action: 'servicenow.incident.get', inputs: number },
  { phrase: 'performance', action: 'newrelic.performance.get', inputs: /(?:of|for) (?:the )?(?<app>[\w-]+)/ },
  { phrase: 'alert for', action: 'newrelic.alerts.create', inputs: /alert for (?<metric>.+?)(?: in .*)?$/ },
  { phrase: 'diff', action: 'cdk.stack.diff', inputs: /(?<stack>[\w-]+) stack/ },
  { phrase: 'export', action: 'figma.design.export', inputs: /(?:file|from) "?(?<file>[^"]+?)"?(?: as (?<format>\w+))?$/ },
  { phrase: 'share', action: 'sharepoint.folder.share', inputs: /share (?:the )?(?<folder>.+?) (?:folder )?with (?<with>\S+)/ },
  { phrase: 'message', action: 'teams.message.send', inputs: /(?:to|channel) #?(?<channel>[\w-]+)/ },
  { phrase: 'connect to', action: 'mcp.server.connect', inputs: /connect to (?:the )?(?<server>[\w-]+)/ },
  { phrase: 'clusters', action: 'rancher.clusters.list' },
  { phrase: 'git status', action: 'system.context.get', fixed: { type: 'git' } },
  { phrase: 'pods', action: 'kubernetes.resources.list', inputs: /in (?:the )?(?<namespace>[\w-]+)/, fixed: { kind: 'Pod' } },
];

/** Only phrases of actions that the catalogue has; `count` says how many those are. */
export function phraseBaseline(known: ReadonlySet<string>): { answer: (sentence: string) => Answer; count: number } {
  const usable = phrases.filter(({ action }) => known.has(action));
  return {
    count: usable.length,
    answer(sentence) {
      const command = sentence.toLowerCase();
      const found = usable.find(({ phrase }) => command.includes(phrase));
      if (found === undefined) return { status: 'refuse', code: 'NOT_UNDERSTOOD', message: 'no phrase fits' };
      const groups = Object.entries(found.inputs?.exec(command)?.groups ?? {}).filter(([, value]) => value !== undefined);
      return { status: 'plan', steps: [{ action: found.action, input: { ...found.fixed, ...Object.fromEntries(groups) } }] };
    },
  };
}
