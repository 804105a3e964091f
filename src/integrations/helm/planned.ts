/** Actions of helm that are understood, but not available yet. */
import { environmentName, choice, cluster, count, flag, named, namespace, pattern, planAction, type PlannedAction } from '#kit';
import { z } from 'zod';

const words = 'use|helm|helm3|release|releases|chart|charts|the|in|on|of|for|with|using|via|cluster|namespace|ns|our|my';
const target = { namespace: namespace(), cluster: cluster() };
const release = () =>
  named({
    of: 'release',
    nouns: ['release', 'helm release', 'releases', 'application', 'app', 'service'],
    after: ['release', 'of', 'for', 'as', 'as release'],
    shape: String.raw`[a-z0-9]([-a-z0-9.]{0,51}[a-z0-9])?`,
    describe: 'Release',
    ask: 'Which release?',
  });
const all = () =>
  flag(
    ['all namespaces', 'every namespace', 'everywhere', 'across namespaces', 'all ns', 'in all namespaces'],
    'In all namespaces',
  ).optional();

export const helmPlanned: PlannedAction[] = [
  planAction({
    id: 'helm.releases.list',
    summary: 'List releases',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({
      allNamespaces: all(),
      status: choice(
        {
          deployed: ['deployed'],
          failed: ['failed', 'broken'],
          pending: ['pending', 'stuck'],
          superseded: ['superseded'],
          uninstalled: ['uninstalled'],
        },
        'Status',
        'Which status?',
      ).optional(),
      ...target,
    }),
    language: {
      triggers: [
        'helm & releases|list|ls',
        'helm releases',
        'what|which|list|show|all & releases',
        'what|which|list|show & installed & helm',
      ],
      also: `${words}|list|ls|all|which|what|installed|deployed|failed|pending|status|every|everywhere|exist|have|there|running`,
      examples: ['list the helm releases', 'helm ls in {namespace}', 'all helm releases, all namespaces'],
      counterExamples: ['how do helm releases work?'],
    },
  }),
  planAction({
    id: 'helm.release.status',
    summary: 'Show the status of a release',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ release: release(), ...target }),
    language: {
      triggers: [
        'helm & status|state|healthy|health|ok|doing|how|describe|details|info|revision|version',
        'is & deployed & helm',
        'status|state|health & release',
      ],
      also: `${words}|revision|version|current|at|status|state|healthy|health|is|how|doing|deployed|show|check|ok|describe|details|info|about`,
      examples: ['show the helm status of the release loki', 'helm status loki', 'is the helm release loki deployed?'],
      counterExamples: ['explain how helm works'],
    },
  }),
  planAction({
    id: 'helm.release.history',
    summary: 'Show the revisions of a release',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ release: release(), ...target }),
    language: {
      triggers: ['helm & history|revisions|revision history|hist|versions', 'history|revisions|revision history & release'],
      also: `${words}|history|revisions|revision|hist|versions|show|list|past|previous`,
      examples: ['helm history of loki', 'show the revision history of the helm release loki'],
      counterExamples: ['tell me the history of helm'],
    },
  }),
  planAction({
    id: 'helm.release.values',
    summary: 'Show the values of a release',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ release: release(), ...target }),
    language: {
      triggers: ['helm & values|value|settings|configuration|config', 'values & release'],
      also: `${words}|values|value|settings|configuration|config|show|get|which|what|does|use|uses|used|has|have|is|are|current|deployed|installed`,
      examples: ['helm values of loki', 'show the values of the helm release loki', 'which values does the helm release loki use?'],
      counterExamples: ['what are helm values?'],
    },
  }),
  planAction({
    id: 'helm.release.deploy',
    summary: 'Install or upgrade a release',
    permission: 'helm:write',
    usualSafety: 'moderate',
    input: z.object({
      release: release(),
      chart: pattern(String.raw`(?:oci:\/\/|https?:\/\/)[^\s]+|\.{0,2}\/?[\w.-]+(?:\/[\w.-]+)+(?:\.tgz)?|[\w.-]+\.tgz`, {
        nouns: ['chart', 'helm chart'],
        after: ['chart', 'from', 'from chart', 'helm chart', 'the chart', 'with chart', 'using chart'],
        describe: 'Chart: a path, repository/name or oci:// address',
        ask: 'Which chart?',
      }).optional(),
      version: pattern(String.raw`v?\d+(?:\.\d+){1,3}(?:[-+][\w.]+)?|latest`, {
        nouns: ['version', 'ver'],
        after: ['version', 'to version', 'at version', 'in version', 'to', '@', 'ver', 'the'],
        describe: 'Version of the chart; the latest is worked out and pinned',
        ask: 'Which version?',
      }).optional(),
      values: pattern(String.raw`[\w./~-]+\.ya?ml`, {
        nouns: ['values', 'values file'],
        after: ['-f', 'with -f', 'values', 'with values', 'values file', 'with the values', 'using', 'with'],
        describe: 'Values file',
        ask: 'Which values file?',
      }).optional(),
      set: pattern(String.raw`[A-Za-z][\w.[\]-]*=[^\s,]+(?:,[A-Za-z][\w.[\]-]*=[^\s,]+)*`, {
        nouns: ['value', 'values'],
        after: ['set', '--set', 'with', 'and'],
        terms: true,
        describe: 'Values as key=value',
        ask: 'Which values?',
      }).optional(),
      environment: environmentName({ after: ['to', 'in', 'on', 'into'] }).optional(),
      ...target,
    }),
    language: {
      triggers: [
        'deploy|install|upgrade|ship|roll out|release|push|update|redeploy|rollout|put|launch|bring|delpoy|instal & helm',
        'install|upgrade|deploy|ship|put|push|release & chart|helm chart|release',
        'upgrade|install|deploy|ship & {chart}',
        'deploy|release|ship & {environment}',
      ],
      also: `${words}|latest|version|newest|new|values|value|file|set|as|to|from|repository|repo|named|called|deploy|install|upgrade|ship|it|environment|into|-f|--set|--install|-i|--wait|replica|using|out|bitnami`,
      examples: [
        'deploy the latest version of user-service using Helm',
        'helm upgrade loki from grafana/loki to version 6.2.1 in {namespace}',
        'install the chart bitnami/rabbitmq as rabbit in {namespace} with helm',
        'upgrade the helm release loki with values.yaml',
      ],
      counterExamples: ['should I deploy with helm?', 'the intern deployed user-service with Helm on Friday', 'do not install the chart'],
    },
  }),
  planAction({
    id: 'helm.release.rollback',
    summary: 'Put a release back to an earlier revision',
    permission: 'helm:write',
    usualSafety: 'destructive',
    input: z.object({
      release: release(),
      revision: count({
        min: 1,
        max: 1_000_000,
        nouns: ['revision', 'rev', 'version'],
        words: { first: 1, second: 2, third: 3, fourth: 4, fifth: 5 },
        after: ['revision', 'rev', 'to revision', 'version', 'to'],
        describe: 'Revision; the one before unless given',
        ask: 'To which revision?',
      }).optional(),
      ...target,
    }),
    language: {
      triggers: [
        'rollback|roll back|revert|undo|restore|go back|put back|back out & helm',
        'rollback|roll back|revert & release',
        'roll & back & helm|release',
        'put|take|bring|set & back & helm|helm release',
      ],
      also: `${words}|back|to|revision|rev|previous|last|version|one|before|roll|working|earlier`,
      examples: ['roll back the helm release loki', 'helm rollback loki to revision 4', 'roll the helm release loki back to revision 12'],
      counterExamples: ['explain how helm rollback works', 'should I roll back the helm release loki?'],
    },
  }),
  planAction({
    id: 'helm.release.uninstall',
    summary: 'Remove a release',
    permission: 'helm:write',
    usualSafety: 'destructive',
    input: z.object({ release: release(), ...target }),
    language: {
      triggers: ['uninstall|delete|remove|get rid of|purge|drop|take down|kill & helm', 'uninstall|remove|delete & release', 'uninstall'],
      also: `${words}|uninstall|delete|remove|rid|from|it|that|dead|weight|old|unused`,
      examples: [
        'uninstall the helm release old-proxy',
        'helm uninstall old-proxy in {namespace}',
        'remove the release old-proxy with helm',
      ],
      counterExamples: ['should I uninstall the helm release loki?', 'uninstall the game', 'who uninstalled loki?'],
    },
  }),
  planAction({
    id: 'helm.chart.generate',
    summary: 'Write a chart',
    permission: 'helm:write',
    usualSafety: 'moderate',
    input: z.object({
      name: named({
        of: 'chart',
        nouns: ['chart', 'helm chart'],
        after: ['for', 'called', 'named', 'of'],
        shape: String.raw`[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?`,
        describe: 'Name of the chart',
        ask: 'What is the chart called?',
      }),
      path: pattern(String.raw`(?:\.{1,2}\/|~?\/)[\w./-]*|[\w.-]+(?:\/[\w.-]+)+\/?`, {
        nouns: ['folder', 'directory'],
        after: ['in', 'into', 'under', 'at', 'folder', 'directory'],
        describe: 'Folder',
        ask: 'In which folder?',
      }).optional(),
    }),
    language: {
      triggers: ['generate|scaffold|bootstrap & chart', 'create|write|make|new|start|build|template & helm chart|helm'],
      also: `${words}|generate|create|scaffold|write|make|new|a|called|named|service|app|folder|directory|skeleton|template`,
      examples: ['generate a helm chart for geo-lookup', 'scaffold a chart called wallet with helm in ./charts'],
      counterExamples: ['make a pie chart', 'how do I write a helm chart?'],
    },
  }),
];
