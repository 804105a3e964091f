/** The helm integration with the real helm, on a simulated cluster. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Action, AppError, type EnvironmentRule, type JsonObject, type Preview, type RunContext } from '#kit';
import { integrations } from '#integrations';
import { type SandboxKubernetes, startKubernetes } from '#sandbox';
import type { HelmClient } from '../../src/integrations/helm/client.ts';
import { helm } from '../../src/integrations/helm/index.ts';

export interface HelmWorld {
  sandbox: SandboxKubernetes;
  dir: string;
  client: HelmClient;
  /** For helm itself. */
  env: Record<string, string | undefined>;
  context: (key?: string) => RunContext<HelmClient> & { said: string[] };
  /** Writes since then that stored something; releases are kept in Secrets. */
  writesAfter: (mark: number) => string[];
  close: () => Promise<void>;
}

export async function startHelmWorld(
  program: string,
  options: { config?: JsonObject; environments?: EnvironmentRule[] } = {},
): Promise<HelmWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'devos-helm-'));
  const sandbox = await startKubernetes({ podStartMs: 5, podEndMs: 5 });
  await writeFile(join(dir, 'kubeconfig'), sandbox.kubeconfig('admin'));
  const env = {
    KUBECONFIG: join(dir, 'kubeconfig'),
    HOME: dir,
    PATH: process.env['PATH'],
    HELM_CACHE_HOME: join(dir, 'cache'),
    HELM_CONFIG_HOME: join(dir, 'config'),
    HELM_DATA_HOME: join(dir, 'data'),
  };
  const kubernetes = integrations.find(({ id }) => id === 'kubernetes');
  if (kubernetes?.clusters === undefined) throw new Error('kubernetes offers no clusters');
  const base = { environments: options.environments ?? [], env, cwd: dir, clustersOf: () => Promise.resolve(undefined) };
  const clusters = await kubernetes.connect({ ...base, config: {} });
  const source = kubernetes.clusters(clusters.client);
  const config = { program, timeout: '20s', ...options.config };
  const connected = await helm.connect({
    ...base,
    config,
    clustersOf: (system) => Promise.resolve(system === 'kubernetes' ? source : undefined),
  });
  return {
    sandbox,
    dir,
    client: connected.client,
    env,
    context(key = 'R-test/1') {
      const said: string[] = [];
      return {
        client: connected.client,
        signal: AbortSignal.timeout(60_000),
        clock: () => new Date(),
        cwd: dir,
        key,
        said,
        progress: (text) => void said.push(text),
        output: () => undefined,
      };
    },
    writesAfter: (mark) =>
      sandbox.requests
        .slice(mark)
        .flatMap(({ method, path, dryRun }) => (method === 'GET' || dryRun ? [] : [`${method} ${path.split('?')[0] ?? ''}`])),
    async close() {
      await connected.close();
      await clusters.close();
      await sandbox.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** As the engine would: the input of the preview is what runs. */
export async function planAndRun<Input, Output>(
  action: Action<HelmClient, Input, Output>,
  input: JsonObject,
  context: RunContext<HelmClient>,
): Promise<{ preview: Preview; bound: Input; output: Output }> {
  const preview = await action.preview(action.input.parse(input), context);
  const bound = action.input.parse(preview.input);
  return { preview, bound, output: await action.run(bound, context) };
}

/** What a promise fails with; throws where it does not, or with something that has no code. */
export async function failure(work: Promise<unknown>): Promise<AppError> {
  const thrown = await work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (!AppError.isInstance(thrown)) throw thrown;
  return thrown;
}
