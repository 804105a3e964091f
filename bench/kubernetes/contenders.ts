/** Who is measured, and how each does the operations. */
import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { childrenOf, cpuSeconds, peakMegabytes } from './processes.ts';
import { z } from 'zod';
import type { McpClient } from './mcp-client.ts';

/** `ready`: scale, and wait until all pods are ready, as DevOS always does. */
export const operations = ['list', 'describe', 'logs', 'scale', 'ready'] as const;
export type Operation = (typeof operations)[number];
type Env = Record<string, string | undefined>;

export interface Work {
  namespace: string;
  pod: string;
  deployment: string;
  /** Differs from turn to turn, so that each scale changes something. */
  replicas: number;
}

export interface Contender {
  name: string;
  /** What it is: a whole process for each call, or a call to a server that runs. */
  how: 'process' | 'server';
  /** Does it and gives what was printed; throws where it fails. Absent where it cannot. */
  run: Partial<Record<Operation, (work: Work) => Promise<string>>>;
  /** Seconds of CPU so far, of everything that works for it. */
  cpu: () => number;
  /** Most memory of its server; of a process for each call, of the largest call measured by `peakOf`. */
  memory: () => number;
}

interface Spawned {
  text: string;
  peak: number;
}

/** `watch` looks at the memory while it runs, which costs time: only in runs that are not timed. */
export function runProcess(command: string, args: string[], env: Env, { watch = false } = {}): Promise<Spawned> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [text, said, peak] = ['', '', 0];
    const timer = watch ? setInterval(() => (peak = Math.max(peak, peakMegabytes(child.pid ?? 0))), 4) : undefined;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    child.once('error', reject).once('close', (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ text, peak });
      else reject(new Error(`${command} ${args.join(' ')} exited with ${String(code)}: ${said.slice(0, 500)}${text.slice(0, 500)}`));
    });
  });
}

/** What one process of kubectl does; `ready` takes two. */
type Single = Exclude<Operation, 'ready'>;

const kubectlArgs: Record<Single, (work: Work) => string[]> = {
  list: ({ namespace }) => ['get', 'pods', '-n', namespace],
  describe: ({ namespace, pod }) => ['describe', 'pod', pod, '-n', namespace],
  logs: ({ namespace, pod }) => ['logs', pod, '-n', namespace, '--tail', '100'],
  scale: ({ namespace, deployment, replicas }) => ['scale', 'deployment', deployment, '-n', namespace, `--replicas=${replicas}`],
};

const devosArgs: Record<Single, (work: Work) => string[]> = {
  list: ({ namespace }) => ['run', 'kubernetes.resources.list', '--kind', 'Pod', '--namespace', namespace],
  describe: ({ namespace, pod }) => ['run', 'kubernetes.resource.describe', '--kind', 'Pod', '--name', pod, '--namespace', namespace],
  logs: ({ namespace, pod }) => ['run', 'kubernetes.logs.get', '--name', pod, '--tail', '100', '--namespace', namespace],
  scale: ({ namespace, deployment, replicas }) => [
    'run',
    'kubernetes.deployment.scale',
    '--name',
    deployment,
    '--replicas',
    String(replicas),
    '--namespace',
    namespace,
    '--yes',
  ],
};

export const singles = operations.filter((one): one is Single => one !== 'ready');

/** CPU of processes that were started for a call and have ended is counted by the one that started them: this one. */
const ownChildren = (): number => cpuSeconds(process.pid) - process.cpuUsage().user / 1e6 - process.cpuUsage().system / 1e6;

function processContender(
  name: string,
  command: string,
  args: Record<Single, (work: Work) => string[]>,
  env: Env,
  servers: () => number[],
): Contender {
  const run = Object.fromEntries(singles.map((one) => [one, async (work: Work) => (await runProcess(command, args[one](work), env)).text]));
  return {
    name,
    how: 'process',
    run,
    cpu: () => ownChildren() + servers().reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    memory: () => 0,
  };
}

export function kubectlContender(kubectl: string, env: Env): Contender {
  const contender = processContender('kubectl', kubectl, kubectlArgs, env, () => []);
  async function ready(work: Work): Promise<string> {
    await runProcess(kubectl, kubectlArgs.scale(work), env);
    const { deployment, namespace } = work;
    return (await runProcess(kubectl, ['rollout', 'status', `deployment/${deployment}`, '-n', namespace, '--timeout=60s'], env)).text;
  }
  return { ...contender, run: { ...contender.run, ready } };
}

/** Its change always waits until all is ready. */
export function devosContender(devos: string, env: Env, daemon: () => number[]): Contender {
  const contender = processContender('devos', devos, devosArgs, env, daemon);
  const ready = async (work: Work): Promise<string> => (await runProcess(devos, devosArgs.scale(work), env)).text;
  return { ...contender, run: { ...contender.run, ready } };
}

/** The largest memory of one call of each program, in a run of its own. */
export async function peakOf(command: string, args: string[], env: Env): Promise<number> {
  return (await runProcess(command, args, env, { watch: true })).peak;
}
export { devosArgs, kubectlArgs };

/** The daemon asked over its socket, as an MCP server is over its pipes: no process for each call. */
export function daemonContender(socket: string, env: Record<string, string>, cwd: string, daemon: () => number[]): Contender {
  const ask = (action: string, input: object): Promise<string> =>
    post(socket, '/v1/do', { call: { action, input }, origin: { cwd, env, via: 'http' }, output: 'table' });
  async function scale({ namespace, deployment, replicas }: Work): Promise<string> {
    const { id, hash } = planIn(await ask('kubernetes.deployment.scale', { name: deployment, replicas, namespace }));
    const run = Run.parse(JSON.parse(await post(socket, `/v1/plans/${id}/approve`, { hash, origin: { cwd, env, via: 'http' } })));
    return get(socket, `/v1/runs/${run.id}/events`);
  }
  return {
    name: 'devos daemon',
    how: 'server',
    run: {
      list: ({ namespace }) => ask('kubernetes.resources.list', { kind: 'Pod', namespace }),
      describe: ({ namespace, pod }) => ask('kubernetes.resource.describe', { kind: 'Pod', name: pod, namespace }),
      logs: ({ namespace, pod }) => ask('kubernetes.logs.get', { name: pod, tail: 100, namespace }),
      scale,
      ready: scale,
    },
    cpu: () => daemon().reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    memory: () => Math.max(...daemon().map(peakMegabytes)),
  };
}

const Run = z.object({ id: z.string() });
const PlanFrame = z.object({ result: z.object({ plan: z.object({ id: z.string(), hash: z.string() }) }) });

function planIn(frames: string): { id: string; hash: string } {
  return PlanFrame.parse(JSON.parse(frames.trim().split('\n').at(-1) ?? '')).result.plan;
}

const post = (socket: string, path: string, body: object): Promise<string> => send(socket, 'POST', path, body);
/** Held open until the run ended. */
const get = (socket: string, path: string): Promise<string> => send(socket, 'GET', path);

function send(socketPath: string, method: string, path: string, body?: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request({ socketPath, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200 && !text.includes('"type":"error"')) resolve(text);
        else reject(new Error(`${path}: ${response.statusCode ?? 0} ${text.slice(0, 500)}`));
      });
    });
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

export function goContender(client: McpClient): Contender {
  const scale = ({ namespace, deployment, replicas }: Work): Promise<string> =>
    client.callTool('resources_scale', { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: deployment, scale: replicas });
  /** It has no tool that waits: it is asked again and again. */
  async function ready(work: Work): Promise<string> {
    await scale(work);
    const wanted = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: work.namespace, name: work.deployment };
    for (;;) {
      const text = await client.callTool('resources_get', wanted);
      const count = (field: string): number => Number(new RegExp(`\\b${field}: (\\d+)`).exec(text)?.[1] ?? 0);
      const isSeen = count('observedGeneration') >= count('generation');
      if (isSeen && ['readyReplicas', 'updatedReplicas'].every((field) => count(field) === work.replicas)) return text;
    }
  }
  return {
    name: 'kubernetes-mcp-server',
    how: 'server',
    run: {
      list: ({ namespace }) => client.callTool('pods_list_in_namespace', { namespace }),
      // It has no describe: this is the object alone, without its events.
      describe: ({ namespace, pod }) => client.callTool('pods_get', { namespace, name: pod }),
      logs: ({ namespace, pod }) => client.callTool('pods_log', { namespace, name: pod, tail: 100 }),
      scale,
      ready,
    },
    cpu: () => cpuSeconds(client.pid),
    memory: () => peakMegabytes(client.pid),
  };
}

export function nodeContender(client: McpClient): Contender {
  const scale = ({ namespace, deployment, replicas }: Work): Promise<string> =>
    client.callTool('kubectl_scale', { name: deployment, namespace, replicas, resourceType: 'deployment' });
  return {
    name: 'mcp-server-kubernetes',
    how: 'server',
    run: {
      list: ({ namespace }) => client.callTool('kubectl_get', { resourceType: 'pods', namespace }),
      describe: ({ namespace, pod }) => client.callTool('kubectl_describe', { resourceType: 'pod', name: pod, namespace }),
      logs: ({ namespace, pod }) => client.callTool('kubectl_logs', { resourceType: 'pod', name: pod, namespace, tail: 100 }),
      scale,
      async ready(work) {
        await scale(work);
        const { deployment: name, namespace } = work;
        return client.callTool('kubectl_rollout', { subCommand: 'status', resourceType: 'deployment', name, namespace, watch: true });
      },
    },
    cpu: () => [client.pid, ...childrenOf(client.pid)].reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    memory: () => peakMegabytes(client.pid),
  };
}
