/** The simulated company: two Kubernetes clusters, Rancher, a chart repository and Jira on loopback, with their kubeconfigs, and a control port for tests and the demo. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Control, startControl } from './control.ts';
import { type SandboxCharts, startCharts } from './helm/index.ts';
import { startJira, type SandboxJira } from './jira/index.ts';
import { type SandboxKubernetes, type SandboxUser, startKubernetes } from './kubernetes/index.ts';
import { type SandboxRancher, startRancher } from './rancher/index.ts';
import type { SavedCluster } from './kubernetes/start-kubernetes.ts';

export interface SandboxOptions {
  /** Kubeconfigs and state are kept here; without it nothing is written. */
  dir?: string;
  /** Free ones unless given. */
  ports?: { kubernetes?: number; jira?: number };
  podStartMs?: number;
}

export interface Sandbox {
  kubernetes: SandboxKubernetes;
  /** The smaller cluster, which is reached through Rancher only. */
  branch: SandboxKubernetes;
  rancher: SandboxRancher;
  jira: SandboxJira;
  charts: SandboxCharts;
  control: Control;
  /** Paths; empty without `dir`. */
  kubeconfigs: Partial<Record<SandboxUser, string>>;
  close: () => Promise<void>;
}

const users: SandboxUser[] = ['admin', 'viewer', 'expired', 'anonymous', 'certificate'];

/** Throws PORT_UNAVAILABLE where a port is taken; then nothing is left running. */
export async function startSandbox({ dir, ports = {}, podStartMs }: SandboxOptions = {}): Promise<Sandbox> {
  const saved = dir === undefined ? undefined : await readSaved(dir);
  const kubernetes = await startKubernetes({
    ...(ports.kubernetes === undefined ? {} : { port: ports.kubernetes }),
    ...(saved === undefined ? {} : { saved }),
    ...(podStartMs === undefined ? {} : { podStartMs }),
  });
  const jira = await startJira(ports.jira === undefined ? {} : { port: ports.jira }).catch(async (error: unknown) => {
    await kubernetes.close();
    throw error;
  });
  const branch = await startKubernetes({ seed: 'branch', ...(podStartMs === undefined ? {} : { podStartMs }) });
  const rancher = await startRancher({ eu: kubernetes, us: branch });
  const charts = await startCharts();
  const control = await startControl({ kubernetes, branch, rancher, jira, charts });
  const keeper = dir === undefined ? undefined : keepState(dir, kubernetes);
  const kubeconfigs = dir === undefined ? {} : await writeKubeconfigs(dir, kubernetes);
  return {
    kubernetes,
    branch,
    rancher,
    jira,
    charts,
    control,
    kubeconfigs,
    async close() {
      await keeper?.stop();
      await rancher.close();
      await Promise.all([kubernetes.close(), branch.close(), jira.close(), charts.close(), control.close()]);
    },
  };
}

async function writeKubeconfigs(dir: string, kubernetes: SandboxKubernetes): Promise<Partial<Record<SandboxUser, string>>> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const paths: Partial<Record<SandboxUser, string>> = {};
  for (const user of users) {
    const path = join(dir, user === 'admin' ? 'kubeconfig' : `kubeconfig-${user}`);
    await writeFile(path, kubernetes.kubeconfig(user), { mode: 0o600 });
    paths[user] = path;
  }
  return paths;
}

const stateFile = 'kubernetes.json';
/** A burst of changes is written once. */
const saveAfterMs = 500;

interface Keeper {
  /** Writes what is left to write. */
  stop: () => Promise<void>;
}

/** Writes the state soon after it changed, so that a killed sandbox goes on where it was. */
function keepState(dir: string, kubernetes: SandboxKubernetes): Keeper {
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  const write = (): void => {
    timer = undefined;
    // One after the other: they share a file. A full disk must not end the company.
    writing = writing.then(() => save(dir, kubernetes.save())).catch(() => undefined);
  };
  const later = (): void => {
    timer ??= setTimeout(write, saveAfterMs).unref();
  };
  const forget = kubernetes.onChange(later);
  later();
  return {
    async stop() {
      forget();
      clearTimeout(timer);
      write();
      await writing;
    },
  };
}

async function readSaved(dir: string): Promise<SavedCluster | undefined> {
  try {
    // Written by `save` below, in a folder that only we can write to.
    return JSON.parse(await readFile(join(dir, stateFile), 'utf8')) as SavedCluster;
  } catch {
    return undefined; // nothing was kept, or not readably: the company starts anew
  }
}

async function save(dir: string, saved: SavedCluster): Promise<void> {
  const path = join(dir, stateFile);
  await writeFile(`${path}.new`, JSON.stringify(saved), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
