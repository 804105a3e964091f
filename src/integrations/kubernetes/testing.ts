/** For the tests of this folder: clients with a kubeconfig of their own, and what a step's context is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, type EnvironmentRule, type RunContext } from '#kit';
import { connectKubernetes, type KubernetesClient } from './connect.ts';

export interface TestClient {
  client: KubernetesClient;
  close: () => Promise<void>;
}

export interface TestClientOptions {
  url: string;
  /** The `user` of the kubeconfig, as YAML. */
  user?: string;
  namespace?: string;
  environments?: EnvironmentRule[];
  /** More of the `cluster` entry, as YAML after a comma. */
  cluster?: string;
  timeoutMs?: number;
}

export async function testClient({
  url,
  user = '{ token: t0ken }',
  namespace = 'shop',
  environments = [],
  cluster = '',
  timeoutMs = 5000,
}: TestClientOptions): Promise<TestClient> {
  const dir = mkdtempSync(join(tmpdir(), 'devos-kube-'));
  const path = join(dir, 'config');
  writeFileSync(
    path,
    `current-context: dev
clusters: [{ name: dev-cluster, cluster: { server: '${url}'${cluster} } }]
users: [{ name: dana, user: ${user} }]
contexts: [{ name: dev, context: { cluster: dev-cluster, user: dana, namespace: ${namespace} } }]
`,
  );
  const client = await connectKubernetes({ env: { KUBECONFIG: path, PATH: process.env['PATH'] }, cwd: dir, environments, timeoutMs });
  return {
    client,
    async close() {
      await client.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export interface TestContext extends RunContext<KubernetesClient> {
  said: string[];
  written: string[];
}

export function contextFor(client: KubernetesClient, options: { key?: string; signal?: AbortSignal; now?: Date } = {}): TestContext {
  const said: string[] = [];
  const written: string[] = [];
  return {
    client,
    signal: options.signal ?? AbortSignal.timeout(20_000),
    clock: () => options.now ?? new Date(),
    cwd: '/',
    key: options.key ?? 'R-test/1',
    progress: (text) => void said.push(text),
    output: (text) => void written.push(text),
    said,
    written,
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
