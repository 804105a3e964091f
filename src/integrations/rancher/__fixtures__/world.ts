/** A simulated Rancher over its clusters, and a client of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Action, AppError, type ConnectOptions, type JsonObject, type Preview, type RunContext } from '#kit';
import { type SandboxKubernetes, type SandboxRancher, startKubernetes, startRancher } from '#sandbox';
import type { RancherClient } from '../client.ts';
import { rancher } from '../index.ts';

export interface World {
  site: SandboxRancher;
  us: SandboxKubernetes;
  dir: string;
  client: RancherClient;
  connect: (token: string) => Promise<RancherClient>;
  context: (key?: string) => RunContext<RancherClient>;
  close: () => Promise<void>;
}

export async function startWorld(): Promise<World> {
  const eu = await startKubernetes({ seed: 'branch', podStartMs: 5 });
  const us = await startKubernetes({ seed: 'branch', podStartMs: 5 });
  const site = await startRancher({ eu, us });
  const dir = mkdtempSync(join(tmpdir(), 'devos-rancher-'));
  const ca = join(dir, 'ca.pem');
  writeFileSync(ca, site.ca);
  const open: (() => Promise<void>)[] = [];
  async function connect(token: string): Promise<RancherClient> {
    const options: ConnectOptions = {
      config: { url: site.url, token: { env: 'TOKEN' }, ca },
      environments: [],
      env: { TOKEN: token },
      cwd: dir,
      clustersOf: () => Promise.resolve(undefined),
    };
    const { client, close } = await rancher.connect(options);
    open.push(close);
    return client;
  }
  const client = await connect(site.tokens.admin);
  return {
    site,
    us,
    dir,
    client,
    connect,
    context: (key = 'R-test/1') => ({
      client,
      signal: AbortSignal.timeout(20_000),
      clock: () => new Date(),
      cwd: dir,
      key,
      progress: () => undefined,
      output: () => undefined,
    }),
    async close() {
      await Promise.all(open.map((one) => one()));
      await site.close();
      await Promise.all([eu.close(), us.close()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
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

/** As the engine would: the input of the preview is what runs. */
export async function planAndRun<Input, Output>(
  action: Action<RancherClient, Input, Output>,
  input: JsonObject,
  context: RunContext<RancherClient>,
): Promise<{ preview: Preview; bound: Input; output: Output }> {
  const preview = await action.preview(action.input.parse(input), context);
  const bound = action.input.parse(preview.input);
  return { preview, bound, output: await action.run(bound, context) };
}
