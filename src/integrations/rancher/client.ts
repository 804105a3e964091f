/** The only file that knows Rancher's addresses, headers and paging. */
import { AppError, type ClusterSource, type EnvironmentRule, type Http, type HttpRequest, type JsonObject, type Secret } from '#kit';
import { z } from 'zod';
import { type ClusterState, fromNorman, fromSteve } from './cluster-state.ts';
import { createSource } from './source.ts';
import { type About, remoteError, unreadable } from './remote-errors.ts';
import {
  KubeList,
  KubeObject,
  Kubeconfig,
  NormanCluster,
  NormanPage,
  Project,
  RancherNode,
  SteveCluster,
  StevePage,
  User,
} from './schema.ts';

export interface RancherClient {
  host: string;
  url: string;
  token: Secret;
  ca: string | undefined;
  environments: EnvironmentRule[];
  me: (signal: AbortSignal) => Promise<string>;
  clusters: (signal: AbortSignal) => Promise<ClusterState[]>;
  /** By name or id. Throws NOT_FOUND naming what there is, AMBIGUOUS. */
  cluster: (wanted: string, signal: AbortSignal) => Promise<ClusterState>;
  nodes: (clusterId: string, signal: AbortSignal) => Promise<RancherNode[]>;
  projects: (clusterId: string | undefined, signal: AbortSignal) => Promise<Project[]>;
  findProject: (id: string, signal: AbortSignal) => Promise<Project | undefined>;
  createProject: (body: JsonObject, signal: AbortSignal) => Promise<Project>;
  deleteProject: (id: string, signal: AbortSignal) => Promise<void>;
  /** Makes a token. The text holds it. */
  generateKubeconfig: (clusterId: string, signal: AbortSignal) => Promise<string>;
  namespaces: NamespaceCalls;
  /** The clusters for those that work on them. */
  source: ClusterSource;
  close: () => Promise<void>;
}

/** Of a cluster, through Rancher's proxy. */
export interface NamespaceCalls {
  find: (clusterId: string, name: string, signal: AbortSignal) => Promise<KubeObject | undefined>;
  list: (clusterId: string, signal: AbortSignal) => Promise<KubeObject[]>;
  create: (clusterId: string, body: JsonObject, options: { dryRun: boolean }, signal: AbortSignal) => Promise<KubeObject>;
}

export interface ClientOptions {
  url: string;
  token: Secret;
  ca: string | undefined;
  environments: EnvironmentRule[];
}

const pageSize = 200;
/** More than any Rancher is made for. */
const maxPages = 50;

export function createClient(http: Http, { url, token, ca, environments }: ClientOptions): RancherClient {
  const { host } = new URL(url);
  let me: Promise<string> | undefined;

  const about = (deed: string, write = false): About => ({ host, deed, write });

  async function ask<T>(request: HttpRequest, schema: z.ZodType<T>, what: About): Promise<T | undefined> {
    const answer = await http.send(request);
    if (answer.status === 404 && request.method === 'GET') return undefined;
    if (answer.status < 200 || answer.status > 299) throw remoteError(answer, what);
    const parsed = schema.safeParse(answer.json);
    if (!parsed.success) throw unreadable(what);
    return parsed.data;
  }

  async function need<T>(request: HttpRequest, schema: z.ZodType<T>, what: About): Promise<T> {
    const found = await ask(request, schema, what);
    if (found === undefined) throw remoteError({ status: 404, json: undefined, text: '' }, what);
    return found;
  }

  /** Undefined where this Rancher has no such path. */
  async function readAll<T>(
    path: string,
    query: Record<string, string>,
    schema: z.ZodType<T>,
    deed: string,
    signal: AbortSignal,
  ): Promise<T[] | undefined> {
    const found: T[] = [];
    let marker: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const asked: Record<string, string | number | undefined> = { ...query, limit: pageSize, marker };
      const one = await ask({ method: 'GET', path, query: asked, signal }, NormanPage, about(deed));
      if (one === undefined) return undefined;
      const items = z.array(schema).safeParse(one.data);
      if (!items.success) throw unreadable(about(deed));
      found.push(...items.data);
      const next = one.pagination?.next;
      // The link may name another host than the one we trust: only its marker is taken.
      marker =
        next === null || next === undefined || !URL.canParse(next) ? undefined : (new URL(next).searchParams.get('marker') ?? undefined);
      if (marker === undefined) return found;
    }
    return found;
  }

  async function readSteve(signal: AbortSignal): Promise<ClusterState[]> {
    const found: ClusterState[] = [];
    let token: string | undefined;
    do {
      const query: Record<string, string | number | undefined> = { limit: pageSize, continue: token };
      const one = await need(
        { method: 'GET', path: '/v1/management.cattle.io.clusters', query, signal },
        StevePage,
        about('read the clusters'),
      );
      const items = z.array(SteveCluster).safeParse(one.data);
      if (!items.success) throw unreadable(about('read the clusters'));
      found.push(...items.data.map(fromSteve));
      token = one.continue || undefined;
    } while (token !== undefined);
    return found;
  }

  async function clusters(signal: AbortSignal): Promise<ClusterState[]> {
    const found = await readAll('/v3/clusters', {}, NormanCluster, 'read the clusters', signal);
    return found === undefined ? readSteve(signal) : found.map(fromNorman);
  }

  return {
    host,
    url,
    token,
    ca,
    environments,
    me(signal) {
      me ??= readAll('/v3/users', { me: 'true' }, User, 'see who you are', signal).then(
        (users) => users?.[0]?.username ?? users?.[0]?.id ?? 'unknown',
      );
      me.catch(() => (me = undefined));
      return me;
    },
    clusters,
    source: createSource({ host, url, token, ca, clusters }),
    cluster: async (wanted, signal) => chooseCluster(await clusters(signal), wanted, host),
    nodes: async (clusterId, signal) => (await readAll('/v3/nodes', { clusterId }, RancherNode, 'read the nodes', signal)) ?? [],
    projects: async (clusterId, signal) =>
      (await readAll('/v3/projects', clusterId === undefined ? {} : { clusterId }, Project, 'read the projects', signal)) ?? [],
    findProject: (id, signal) =>
      ask({ method: 'GET', path: `/v3/projects/${encodeURIComponent(id)}`, signal }, Project, about('read the project')),
    createProject: (body, signal) =>
      need(
        { method: 'POST', path: '/v3/projects', body: { type: 'project', ...body }, signal },
        Project,
        about('create the project', true),
      ),
    async deleteProject(id, signal) {
      const answer = await http.send({ method: 'DELETE', path: `/v3/projects/${encodeURIComponent(id)}`, signal });
      if (answer.status !== 404 && (answer.status < 200 || answer.status > 299))
        throw remoteError(answer, about('delete the project', true));
    },
    async generateKubeconfig(clusterId, signal) {
      const path = `/v3/clusters/${encodeURIComponent(clusterId)}`;
      const request: HttpRequest = { method: 'POST', path, query: { action: 'generateKubeconfig' }, body: {}, signal };
      return (await need(request, Kubeconfig, about('make a kubeconfig', true))).config;
    },
    namespaces: {
      find: (clusterId, name, signal) =>
        ask({ method: 'GET', path: namespacePath(clusterId, name), signal }, KubeObject, about(`read the namespace ${name}`)),
      async list(clusterId, signal) {
        const found = await need(
          { method: 'GET', path: namespacePath(clusterId), query: { limit: 500 }, signal },
          KubeList,
          about('read the namespaces'),
        );
        return found.items.flatMap((item) => {
          const parsed = KubeObject.safeParse(item);
          return parsed.success ? [parsed.data] : [];
        });
      },
      create: (clusterId, body, { dryRun }, signal) => {
        const query = { fieldManager: 'devos', fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) };
        return need(
          { method: 'POST', path: namespacePath(clusterId), query, body, signal },
          KubeObject,
          about('create the namespace', !dryRun),
        );
      },
    },
    close: () => http.close(),
  };
}

function namespacePath(clusterId: string, name?: string): string {
  return `/k8s/clusters/${encodeURIComponent(clusterId)}/api/v1/namespaces${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

function chooseCluster(all: ClusterState[], wanted: string, host: string): ClusterState {
  const bare = wanted.replace(/^rancher\//, '');
  const found = all.filter(({ id, name }) => id === bare || name.toLowerCase() === bare.toLowerCase());
  const [only, second] = found;
  const names = (found.length > 1 ? found.map(({ id }) => id) : all.map(({ name }) => name)).slice(0, 20);
  if (only !== undefined && second === undefined) return only;
  throw new AppError(second === undefined ? `${host} has no cluster ${wanted}` : `Several clusters of ${host} are called ${wanted}`, {
    code: second === undefined ? 'NOT_FOUND' : 'AMBIGUOUS',
    hint: names.length === 0 ? 'You can see no cluster there: ask an administrator.' : `There are: ${names.join(', ')}`,
    details: { options: names },
  });
}
