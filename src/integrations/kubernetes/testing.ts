/** For the tests of this folder: clients with a kubeconfig of their own, and what a step's context is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Action, AppError, createHttp, type EnvironmentRule, type JsonObject, type Preview, type RunContext } from '#kit';
import { type SandboxKubernetes, type SandboxUser, startKubernetes } from '#sandbox';
import { connectKubernetes, type KubernetesClient } from './connect.ts';
import { progressOf } from './rollout.ts';
import { Workload } from './schema.ts';
import type { WorkloadKind } from './workloads.ts';

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

export interface TestCluster {
  sandbox: SandboxKubernetes;
  client: KubernetesClient;
  context: (options?: { key?: string; signal?: AbortSignal; now?: Date }) => TestContext;
  /** Makes an object as the sandbox's administrator. */
  create: (path: string, body: unknown) => Promise<void>;
  /** Changes an object as somebody else, with a strategic merge patch. */
  change: (path: string, body: unknown) => Promise<void>;
  /** Deletes as the sandbox's administrator; the path may have a query. */
  remove: (path: string) => Promise<void>;
  /** Names and keys of the changes that carry a key, in the order they came. */
  effects: () => string[];
  /** Requests since then that could have changed something: neither reads, nor dry runs, nor questions about oneself. */
  writesAfter: (mark: number) => string[];
  close: () => Promise<void>;
}

/** A sandbox whose first pods run, and a client of it. */
export async function testCluster(
  options: {
    user?: SandboxUser;
    environments?: EnvironmentRule[];
    waitFor?: [kind: string, namespace: string, name: string];
    /** False: without metrics-server. */
    metrics?: boolean;
    /** Ids of the sandbox's broken workloads. */
    broken?: string[];
  } = {},
): Promise<TestCluster> {
  const sandbox = await startKubernetes({
    podStartMs: 5,
    podEndMs: 5,
    metrics: options.metrics !== false,
    broken: options.broken ?? [],
  });
  const dir = mkdtempSync(join(tmpdir(), 'devos-kube-'));
  const path = join(dir, 'config');
  writeFileSync(path, sandbox.kubeconfig(options.user ?? 'admin'));
  const client = await connectKubernetes({ env: { KUBECONFIG: path }, cwd: dir, environments: options.environments ?? [] });
  const http = createHttp({ baseUrl: sandbox.url, tls: { ca: sandbox.ca }, headers: { authorization: `Bearer ${sandbox.tokens.admin}` } });
  const [kind, namespace, name] = options.waitFor ?? ['Deployment', 'shop', 'web-app'];
  await until(() => isRolledOut(sandbox.find(kind, namespace, name)), `${kind} ${name} to run`);
  return {
    sandbox,
    client,
    context: (more) => contextFor(client, more),
    async create(at, body) {
      const answer = await http.send({ method: 'POST', path: at, body, signal: AbortSignal.timeout(5000) });
      if (answer.status !== 201) throw new Error(`${at}: ${answer.status} ${answer.text}`);
    },
    async remove(at) {
      const [path = '', search = ''] = at.split('?');
      const query = Object.fromEntries(new URLSearchParams(search));
      const answer = await http.send({ method: 'DELETE', path, query, signal: AbortSignal.timeout(5000) });
      if (answer.status !== 200) throw new Error(`${at}: ${answer.status} ${answer.text}`);
    },
    async change(at, body) {
      const headers = { 'content-type': 'application/strategic-merge-patch+json' };
      const answer = await http.send({ method: 'PATCH', path: at, body, headers, signal: AbortSignal.timeout(5000) });
      if (answer.status !== 200) throw new Error(`${at}: ${answer.status} ${answer.text}`);
    },
    effects: () => sandbox.effects.flatMap(({ name, key }) => (key === null ? [] : [`${name} ${key}`])),
    writesAfter: (mark) =>
      sandbox.requests
        .slice(mark)
        .flatMap(({ method, path: at, dryRun }) =>
          method === 'GET' || dryRun || /selfsubject(?:access)?reviews/.test(at) ? [] : [`${method} ${at}`],
        ),
    async close() {
      await client.close();
      await http.close();
      await sandbox.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function isRolledOut(object: JsonObject | undefined): boolean {
  const workload = Workload.safeParse(object);
  return workload.success && progressOf(kindOf(object), workload.data).done;
}

function kindOf(object: JsonObject | undefined): WorkloadKind {
  const kinds: WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];
  return kinds.find((kind) => kind === object?.['kind']) ?? 'Deployment';
}

/** Looks again and again, for at most ten seconds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Plans and runs an action as the engine would: the input of the preview is what runs. */
export async function planAndRun<Input, Output>(
  action: Action<KubernetesClient, Input, Output>,
  input: JsonObject,
  context: TestContext,
): Promise<{ preview: Preview; bound: Input; output: Output }> {
  const preview = await action.preview(action.input.parse(input), context);
  const bound = action.input.parse(preview.input);
  return { preview, bound, output: await action.run(bound, context) };
}
