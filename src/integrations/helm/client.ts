/** What actions get: helm, pointed at one cluster and namespace for the length of a call. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, type ClusterAccess, type ConnectOptions, type Environment, environmentOf, type EnvironmentRule } from '#kit';
import { HelmConfig } from './config.ts';
import { findHelm, type HelmProgram, type HelmVersion } from './program.ts';

export interface PlaceInput {
  namespace?: string | undefined;
  cluster?: string | undefined;
  environment?: string | undefined;
}

/** Where a release is, worked out once. */
export interface HelmPlace {
  cluster: string;
  namespace: string;
  environment: Environment | undefined;
  /** `cluster kube-eu1, namespace shop`. */
  where: string;
  /** The place as inputs, so that a plan stays where it was made for. */
  resolved: { namespace: string; cluster: string };
  /** `-n shop --kube-context kube-eu1`, for the reader. */
  flags: string[];
  /** Runs helm there; `-n` is added. */
  run: (args: readonly string[], options?: { timeoutMs?: number; write?: boolean }) => Promise<string>;
}

export interface HelmClient {
  config: HelmConfig;
  program: HelmProgram;
  version: (signal: AbortSignal) => Promise<HelmVersion>;
  /** Home folder, for `~/`. */
  home: string;
  /** Connects, and gives the place to `work`; the kubeconfig that helm reads is removed afterwards. */
  at: <T>(input: PlaceInput, options: { cwd: string; signal: AbortSignal }, work: (place: HelmPlace) => Promise<T>) => Promise<T>;
  /** Of all namespaces of the current cluster. */
  close: () => Promise<void>;
}

export async function connectHelm(options: ConnectOptions): Promise<HelmClient> {
  const config = readConfig(options);
  const program = await findHelm({ program: config.program, env: options.env });
  return {
    config,
    program,
    version: (signal) => program.version(signal),
    home: options.env['HOME'] ?? '/',
    async at(input, { cwd, signal }, work) {
      const rule = ruleOf(options.environments, input.environment);
      const access = await openCluster(options, input.cluster ?? onlyOf(rule?.clusters), signal);
      const namespace =
        input.namespace ?? onlyOf(rule?.namespaces) ?? (rule === undefined ? input.environment : undefined) ?? access.namespace;
      const folder = await mkdtemp(join(tmpdir(), 'devos-helm-'));
      try {
        const kubeconfig = join(folder, 'config');
        await writeFile(kubeconfig, access.kubeconfig.reveal(), { mode: 0o600 });
        return await work({
          cluster: access.name,
          namespace,
          environment: environmentOf(options.environments, {
            clusters: [access.name, access.cluster, access.name.replace(/^rancher\//, '')],
            namespace,
          }),
          where: `cluster ${access.name}, namespace ${namespace}`,
          resolved: { namespace, cluster: access.name },
          flags: ['-n', namespace, '--kube-context', access.name],
          run: (args, more = {}) => program.run([...args, '--namespace', namespace], { kubeconfig, cwd, signal, ...more }),
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    close: () => Promise.resolve(),
  };
}

function readConfig({ config }: ConnectOptions): HelmConfig {
  const parsed = HelmConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError(`connections.helm.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`, {
    code: 'CONFIG_INVALID',
    hint: 'For example: connections: { helm: { charts: { user-service: { repository: "https://charts.example.com", chart: user-service } } } }',
  });
}

async function openCluster({ clustersOf }: ConnectOptions, cluster: string | undefined, signal: AbortSignal): Promise<ClusterAccess> {
  const source = await clustersOf('kubernetes');
  if (source !== undefined) return source.open(cluster, signal);
  throw new AppError('No cluster is connected', {
    code: 'CONNECTION_MISSING',
    hint: 'Name a kubeconfig: export KUBECONFIG=/path/to/kubeconfig',
  });
}

function ruleOf(rules: readonly EnvironmentRule[], environment: string | undefined): EnvironmentRule | undefined {
  return environment === undefined ? undefined : rules.find(({ name }) => name.toLowerCase() === environment.toLowerCase());
}

/** A rule that names several, or a pattern, does not say which. */
function onlyOf(names: readonly string[] | undefined): string | undefined {
  const [only, second] = names ?? [];
  return only === undefined || second !== undefined || only.includes('*') ? undefined : only;
}
