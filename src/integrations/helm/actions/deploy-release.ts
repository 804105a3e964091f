import { AppError, cleanLine, defineAction, destructive, environmentName, type JsonObject, moderate, pattern, verbs } from '#kit';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { FetchedChart } from '../charts.ts';
import type { HelmClient, HelmPlace } from '../client.ts';
import {
  assertSameChart,
  deployArgs,
  type DeployPlan,
  digestOfDeploy,
  driftOf,
  driftState,
  forceArgs,
  markArgs,
  planDeploy,
  waitArgs,
  withWantedChart,
} from '../deploy.ts';
import { counted, release, target, words } from '../inputs.ts';
import { assertNotPending, carriesEffect, describeDeploy, digestIn, findRelease, isPending, readHistory } from '../releases.ts';
import { readJson, Release } from '../schema.ts';
import { tellingProgress } from '../waiting.ts';

const Input = z.object({
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
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('sha-256 of chart and values; filled in by planning')
    .optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const Output = z.object({
  release: z.string(),
  namespace: z.string(),
  revision: z.number(),
  /** 0 for a first install. */
  from: z.number(),
  chart: z.string(),
  changed: z.boolean(),
});
type Output = z.infer<typeof Output>;

/** Somebody else's helm, or our own that outlived a crash, may be at work. */
const pendingPatienceMs = 60_000;
const pendingLookMs = 1000;

export const deployRelease = defineAction<HelmClient>()<Input, Output>({
  id: 'helm.release.deploy',
  summary: 'Install or upgrade a release',
  permission: 'helm:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      `${verbs.deploy}|bump|set up|move|roll|reinstall|start & helm`,
      'install|upgrade|deploy|ship|put|push|release|bump|update|move|roll out|redeploy|reinstall|bring & chart|helm chart|release|chart version',
      'upgrade|install|deploy|ship|roll out|release|set up|put & {chart}',
      'deploy|release|ship & {environment}',
    ],
    also: `${words}|latest|version|newest|new|values|value|file|set|as|to|from|repository|repo|named|called|deploy|install|upgrade|ship|it|environment|into|-f|--set|--install|-i|--wait|replica|using|out|bitnami|please|my|our|own|overrides|override|setting|settings|under|name|at|onto|its|is|that|this|up|bump|update|move|please`,
    examples: [
      'deploy the latest version of user-service using Helm',
      'helm upgrade loki from grafana/loki to version 6.2.1 in {namespace}',
      'install the chart bitnami/rabbitmq as rabbit in {namespace} with helm',
      'upgrade the helm release loki with values.yaml',
    ],
    counterExamples: ['should I deploy with helm?', 'the intern deployed user-service with Helm on Friday', 'do not install the chart'],
  },
  usualSafety: 'moderate',
  safety: (_input, { environment, live }) => {
    const reasons = [
      ...(environment?.production === true ? ['production'] : []),
      ...(Number(live?.['drift'] ?? 0) > 0 ? ['overwrites what somebody changed by hand'] : []),
      ...namesIn(live, 'stopped').map((title) => `stops ${title}`),
      ...namesIn(live, 'removed').map((title) => `removes ${title}`),
    ];
    if (reasons.length > 0) return destructive(...reasons);
    const known =
      live === undefined ? [] : [`${counted(Number(live['objects'] ?? 0), 'object')}; put back by itself where it does not become ready`];
    return moderate(...known);
  },
  preview: (input, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, (place) =>
      withWantedChart(input, { client, cwd, signal }, async (chart) => {
        const digest = await digestOfDeploy(input, chart, cwd);
        const plan = await planDeploy(place, input, chart, digest);
        return {
          input: {
            release: input.release,
            ...(input.chart === undefined ? {} : { chart: input.chart }),
            version: chart.version,
            ...(input.values === undefined ? {} : { values: input.values }),
            ...(input.set === undefined ? {} : { set: input.set }),
            ...(input.environment === undefined ? {} : { environment: input.environment }),
            digest,
            ...place.resolved,
          },
          where: place.where,
          description: describe(input, chart, plan),
          diff: plan.diff,
          command: commandOf(input, chart, place),
          ...(place.environment === undefined ? {} : { environment: place.environment }),
          facts: { ...plan.facts, first: plan.current === undefined },
          precondition: {
            revision: plan.current?.version ?? 0,
            status: plan.current === undefined ? 'not installed' : cleanLine(plan.current.info.status),
            'chart and values': digest.slice(0, 16),
            'changed by hand': driftState(plan.drift),
          },
          undo: undoWords(input, plan),
        };
      }),
    ),
  run: (input, { client, cwd, signal, key, progress }) =>
    client.at(input, { cwd, signal }, (place) =>
      withWantedChart(input, { client, cwd, signal }, async (chart) => {
        const digest = await digestOfDeploy(input, chart, cwd);
        assertSameChart(input, digest);
        const current = await findRelease(place, input.release);
        if (current !== undefined) assertNotPending(place, current);
        const title = `${chart.name}-${chart.version}`;
        if (current !== undefined && current.info.status === 'deployed' && digestIn(current.info.description) === digest)
          return {
            release: input.release,
            namespace: place.namespace,
            revision: current.version,
            from: current.version,
            chart: title,
            changed: false,
          };
        progress(`helm upgrade --install ${input.release} (${title}), waiting until it is ready`);
        const { timeout } = client.config;
        const args = [
          ...deployArgs(input, chart),
          ...waitArgs(await client.version(signal), timeout),
          ...forceArgs(await client.version(signal), driftOf(current)),
          ...markArgs(key, describeDeploy(key, digest)),
          '--output',
          'json',
        ];
        const upgrade = () => place.run(args, { timeoutMs: patience(timeout), write: true });
        const made = readJson(await tellingProgress(place, input.release, { progress, signal }, upgrade), Release, 'upgrade');
        return {
          release: input.release,
          namespace: place.namespace,
          revision: made.version,
          from: current?.version ?? 0,
          chart: title,
          changed: true,
        };
      }),
    ),
  /** A helm that outlived us is waited for. */
  find: (input, { client, cwd, signal, key }) =>
    client.at(input, { cwd, signal }, async (place) => {
      const history = await settled(place, input.release, signal);
      for (const { revision, status, chart } of history.toReversed().slice(0, 5)) {
        if (!(await carriesEffect(place, input.release, revision, key)) || status === 'failed') continue;
        const from = history.filter((one) => one.revision < revision).at(-1)?.revision ?? 0;
        return { release: input.release, namespace: place.namespace, revision, from, chart: cleanLine(chart ?? ''), changed: true };
      }
      return undefined;
    }),
  verify: (input, output, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, async (place) => {
      const now = await findRelease(place, output.release);
      if (now === undefined) return { ok: false, message: `${output.release} is not there` };
      const isOurs = now.version === output.revision && now.info.status === 'deployed';
      const message = `revision ${now.version} is ${cleanLine(now.info.status)}${output.changed ? '' : ', as it was'}`;
      return { ok: isOurs, message: isOurs ? message : `${message}, not revision ${output.revision}` };
    }),
  undo: (input, { release: name, from, revision, changed }) => {
    const place = {
      ...(input.namespace === undefined ? {} : { namespace: input.namespace }),
      ...(input.cluster === undefined ? {} : { cluster: input.cluster }),
    };
    if (!changed)
      throw new AppError(`Nothing of ${name} was changed`, { code: 'UNDO_IMPOSSIBLE', hint: `It is as it was: revision ${revision}.` });
    return from === 0
      ? { action: 'helm.release.uninstall', input: { release: name, ...place } }
      : { action: 'helm.release.rollback', input: { release: name, revision: from, ...place } };
  },
  render: ({ release: name, namespace: at, revision, chart, changed }) => ({
    text: changed
      ? `${name} in ${at}: revision ${revision}, ${chart}`
      : `${name} in ${at}: revision ${revision} was the same; nothing was sent`,
  }),
});

function namesIn(facts: JsonObject | undefined, name: string): string[] {
  const found = facts?.[name];
  return Array.isArray(found) ? found.map(String) : [];
}

function describe({ release: name }: Input, chart: FetchedChart, { current, isSame, objects }: DeployPlan): string {
  const title = `${chart.name} ${chart.version}${chart.appVersion === '' ? '' : ` (app ${chart.appVersion})`}`;
  if (isSame) return `leave the release ${name} as it is: ${title}`;
  return current === undefined
    ? `install the release ${name} from ${title}, ${counted(objects, 'object')}`
    : `upgrade the release ${name} to ${title}, revision ${current.version} -> ${current.version + 1}`;
}

function undoWords({ release: name }: Input, { current, isSame }: DeployPlan): string {
  if (isSame) return 'nothing is changed';
  return current === undefined ? `uninstall ${name}` : `roll ${name} back to revision ${current.version}`;
}

/** As a person would type it: the chart by where it comes from. */
function commandOf(input: Input, chart: FetchedChart, { flags }: HelmPlace): string[] {
  return [
    'helm',
    'upgrade',
    '--install',
    input.release,
    ...chart.typed,
    '--version',
    chart.version,
    ...(input.values === undefined ? [] : ['-f', input.values]),
    ...(input.set === undefined ? [] : ['--set', input.set]),
    '--wait',
    ...flags,
  ];
}

/** Helm's own time, and some to roll back in. */
function patience(timeout: string): number {
  const unit = { s: 1000, m: 60_000, h: 3_600_000 }[timeout.at(-1) ?? 'm'] ?? 60_000;
  return Number.parseInt(timeout, 10) * unit * 2 + 30_000;
}

async function settled(place: HelmPlace, name: string, signal: AbortSignal): Promise<Awaited<ReturnType<typeof readHistory>>> {
  for (let waited = 0; ; waited += pendingLookMs) {
    const history = await readHistory(place, name);
    const last = history.at(-1);
    if (last === undefined || !isPending(last.status) || waited >= pendingPatienceMs) return history;
    await wait(pendingLookMs, undefined, { signal });
  }
}
