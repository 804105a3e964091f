/** One release brought to a chart: what is asked for, what it changes, and helm's arguments for it. */
import { createHash } from 'node:crypto';
import { AppError, cleanLine, isSecretValue, type JsonObject } from '#kit';
import { digestOfFiles, type FetchedChart, placeOfChart, withChart } from './charts.ts';
import type { HelmClient, HelmPlace } from './client.ts';
import { driftLines, type ManifestObject, manifestDiff, readManifest } from './manifests.ts';
import type { HelmVersion } from './program.ts';
import { assertNotPending, digestIn, effectLabel, findRelease, labelOf, readHistory } from './releases.ts';
import { readJson, Release, type Revision } from './schema.ts';

export interface DeployInput {
  release: string;
  chart?: string | undefined;
  version?: string | undefined;
  values?: string | undefined;
  set?: string | undefined;
}

export interface Around {
  client: HelmClient;
  cwd: string;
  signal: AbortSignal;
}

/** Gives the chart that the input means to `work`, its version worked out and its content hashed. */
export function withWantedChart<T>(
  input: DeployInput,
  { client, cwd, signal }: Around,
  work: (chart: FetchedChart) => Promise<T>,
): Promise<T> {
  assertNoSecret(input);
  const place = placeOfChart(input, client.config, cwd, client.home);
  return withChart(client.program, place, input.version, { cwd, signal }, work);
}

/** What is set by hand stands in the plan and in the records; a values file is only hashed. */
function assertNoSecret({ set }: DeployInput): void {
  for (const pair of (set ?? '').split(',')) {
    const [key = '', ...value] = pair.split('=');
    if (isSecretValue(key, value.join('=')))
      throw new AppError(`${cleanLine(key)} is called like a secret: its value would stand in the plan and in the records`, {
        code: 'INPUT_INVALID',
        hint: 'Put it into a values file, which is never shown: … with values secrets.yaml',
      });
  }
}

/** Of everything that decides what is installed: chart, values files, single values. */
export async function digestOfDeploy(input: DeployInput, chart: FetchedChart, cwd: string): Promise<string> {
  const files = await digestOfFiles(filesOf(input), cwd);
  return createHash('sha256')
    .update(JSON.stringify([chart.name, chart.version, chart.digest, files, input.set ?? '']))
    .digest('hex');
}

const filesOf = ({ values }: DeployInput): string[] => (values === undefined ? [] : [values]);

export function valueArgs(input: DeployInput): string[] {
  return [...filesOf(input).flatMap((file) => ['--values', file]), ...(input.set === undefined ? [] : ['--set', input.set])];
}

export function deployArgs(input: DeployInput, chart: Pick<FetchedChart, 'file'>): string[] {
  return ['upgrade', input.release, chart.file, '--install', ...valueArgs(input)];
}

/** What differs between helm 3 and 4. */
export function waitArgs({ major }: HelmVersion, timeout: string): string[] {
  return ['--wait', '--timeout', timeout, major >= 4 ? '--rollback-on-failure' : '--atomic'];
}

/** Helm 4 refuses to set a field that somebody else set since; helm 3 always did. What is overwritten stands in the plan. */
export function forceArgs({ major }: HelmVersion, drift: readonly string[]): string[] {
  return major >= 4 && drift.length > 0 ? ['--force-conflicts'] : [];
}

/** What somebody changed by hand since the release was made. */
export function driftOf(current: Release | undefined): string[] {
  return driftLines(readManifest(current?.manifest ?? ''), current?.info.resources);
}

/** As part of a precondition: other changes by hand make the plan stale. */
export function driftState(drift: readonly string[]): string {
  return drift.length === 0 ? 'nothing' : drift.map((line) => line.trim().replace(/^by hand: /, '')).join('; ');
}

export function markArgs(key: string, description: string): string[] {
  return ['--description', description, '--labels', `${effectLabel}=${labelOf(key)}`];
}

export interface DeployPlan {
  /** Undefined for a first install. */
  current: Release | undefined;
  next: Release;
  diff: string[];
  /** The same chart and values are deployed already. */
  isSame: boolean;
  objects: number;
  drift: string[];
  facts: JsonObject;
}

/** Reads and a dry run only. */
export async function planDeploy(place: HelmPlace, input: DeployInput, chart: FetchedChart, digest: string): Promise<DeployPlan> {
  const current = await findRelease(place, input.release);
  if (current !== undefined) assertNotPending(place, current);
  const [{ next, isTried }, history, definitions] = await Promise.all([
    render(place, input, chart),
    current === undefined ? [] : readHistory(place, input.release),
    // They are made by a first install only; no upgrade touches them.
    current === undefined ? place.run(['show', 'crds', chart.file]) : '',
  ]);
  const [before, after] = [readManifest(current?.manifest ?? ''), readManifest(next.manifest ?? '')];
  const isSame = current !== undefined && current.info.status === 'deployed' && digestIn(current.info.description) === digest;
  const changes = manifestDiff(before, after);
  const drift = driftOf(current);
  const hooks = (next.hooks ?? []).filter(({ events }) => !(events ?? []).every((event) => event === 'test'));
  return {
    current,
    next,
    isSame,
    objects: after.size,
    drift,
    diff: [
      ...(isSame ? [] : [chartLine(input.release, history.at(-1), chart)]),
      ...[...readManifest(definitions).keys()].map((title) => `+ ${title}  (of crds/; helm leaves one that is there as it is)`),
      ...(isSame ? [`  ${input.release}: revision ${current.version} has the same chart and values; nothing is sent`] : changes),
      ...(!isSame && changes.length === 0 ? [`  the manifests are the same; it becomes revision ${(current?.version ?? 0) + 1}`] : []),
      ...(isTried ? [] : ['  not tried by the server: kinds of the chart are not there yet']),
      ...(isSame ? drift : drift.map((line) => `${line}, which is overwritten`)),
      ...(isSame ? [] : hooks.map(({ kind, name, events }) => `  hook ${kind} ${name} (${(events ?? []).join(', ')})`)),
    ],
    facts: factsOf(before, after, drift),
  };
}

/** What helm would send; tried by the server, unless the chart brings kinds that the server does not know yet. */
async function render(place: HelmPlace, input: DeployInput, chart: FetchedChart): Promise<{ next: Release; isTried: boolean }> {
  const dryRun = (how: string): Promise<string> => place.run([...deployArgs(input, chart), `--dry-run=${how}`, '--output', 'json']);
  try {
    return { next: readJson(await dryRun('server'), Release, 'upgrade --dry-run'), isTried: true };
  } catch (error) {
    if (!AppError.isInstance(error) || !/ensure CRDs are installed first/.test(error.message)) throw error;
    return { next: readJson(await dryRun('client'), Release, 'upgrade --dry-run'), isTried: false };
  }
}

/** `~ release web  chart web-1.0.0 -> web-1.1.0 (app 2.0 -> 2.1)`. */
function chartLine(release: string, from: Revision | undefined, { name, version, appVersion }: FetchedChart): string {
  const next = `${name}-${version}`;
  if (from === undefined) return `+ release ${release}  chart ${next}${appVersion === '' ? '' : ` (app ${cleanLine(appVersion)})`}`;
  const [chart, app] = [cleanLine(from.chart ?? ''), cleanLine(from.app_version ?? '')];
  const apps = app === appVersion ? app : `${app} -> ${cleanLine(appVersion)}`;
  return `~ release ${release}  chart ${chart === next ? next : `${chart} -> ${next}`}${apps === '' ? '' : ` (app ${apps})`}`;
}

/** In a reason; the diff names all. */
const mostNamed = 5;

function replicasOf(body: JsonObject | undefined): unknown {
  const spec = body?.['spec'];
  return typeof spec === 'object' && spec !== null && !Array.isArray(spec) ? spec['replicas'] : undefined;
}

function factsOf(before: Map<string, ManifestObject>, after: Map<string, ManifestObject>, drift: string[]): JsonObject {
  const removed = [...before.values()].filter(({ title }) => !after.has(title));
  return {
    objects: after.size,
    removed: removed.map(({ title }) => title).slice(0, mostNamed),
    stopped: [...after.values()]
      .filter(({ title, body }) => replicasOf(body) === 0 && before.has(title) && replicasOf(before.get(title)?.body) !== 0)
      .map(({ title }) => title)
      .slice(0, mostNamed),
    drift: drift.length,
  };
}

/** The chart is fetched anew when the step starts: it must be the one that was approved. */
export function assertSameChart(input: DeployInput & { digest?: string | undefined }, digest: string): void {
  if (input.digest === undefined || input.digest === digest) return;
  throw new AppError(`The chart or the values of ${input.release} are no longer those that the plan was made for`, {
    code: 'PLAN_STALE',
    hint: 'Nothing was changed. Ask again to get a new plan.',
    details: { changed: ['chart or values'] },
  });
}
