/** `/v3`: clusters, nodes, projects, and who asks. */
import type { Json, JsonObject } from '../kubernetes/json.ts';
import { type Answer, collection, forbidden, notFound, pageOf, refusal } from './answers.ts';
import { issueToken, note, projectId, type RancherCluster, type RancherProject, type RancherState } from './state.ts';
import { clusterView, nodeViews, projectView } from './views.ts';

export interface NormanCall {
  state: RancherState;
  method: string;
  /** Below `/v3/`. */
  parts: string[];
  url: URL;
  body: unknown;
  base: string;
  ca: string;
  user: RancherUser;
}

export interface RancherUser {
  id: string;
  name: string;
  /** May read, and nothing else. */
  readOnly: boolean;
}

export function answerNorman(call: NormanCall): Answer {
  const { method, parts, user } = call;
  const [type = '', id] = parts;
  if (method !== 'GET' && user.readOnly) return forbidden(`${user.name} cannot ${method.toLowerCase()} ${type}`);
  switch (type) {
    case 'clusters':
      return clusters(call, id);
    case 'nodes':
      return nodes(call);
    case 'projects':
      return id === undefined ? projects(call) : project(call, id);
    case 'users':
      return collection(
        'user',
        [{ id: user.id, json: { id: user.id, type: 'user', username: user.name, name: user.name, me: true } }],
        pageOf(call.url.searchParams),
        call.url,
      );
    default:
      return notFound(type);
  }
}

const matches = (query: URLSearchParams, name: string, value: string): boolean => !query.has(name) || query.get(name) === value;

function clusters(call: NormanCall, id: string | undefined): Answer {
  const { state, url, base, method } = call;
  if (id === undefined) {
    const found = state.clusters.filter(({ name }) => matches(url.searchParams, 'name', name));
    return collection(
      'cluster',
      found.map((one) => ({ id: one.id, json: clusterView(one, base) })),
      pageOf(url.searchParams),
      url,
    );
  }
  const cluster = state.clusters.find((one) => one.id === id);
  if (cluster === undefined) return notFound(`clusters.management.cattle.io "${id}"`);
  if (method === 'GET') return { status: 200, json: clusterView(cluster, base) };
  if (method === 'POST' && url.searchParams.get('action') === 'generateKubeconfig') return kubeconfig(call, cluster);
  return refusal(405, 'MethodNotAllowed', `Method ${method} not supported`);
}

function kubeconfig({ state, base, ca }: NormanCall, cluster: RancherCluster): Answer {
  const token = issueToken(state, cluster);
  const config = `apiVersion: v1
kind: Config
clusters:
- name: "${cluster.name}"
  cluster:
    server: "${base}/k8s/clusters/${cluster.id}"
    certificate-authority-data: "${Buffer.from(ca).toString('base64')}"
users:
- name: "${cluster.name}"
  user:
    token: "${token}"
contexts:
- name: "${cluster.name}"
  context:
    user: "${cluster.name}"
    cluster: "${cluster.name}"
current-context: "${cluster.name}"
`;
  return { status: 200, json: { baseType: 'generateKubeConfigOutput', type: 'generateKubeConfigOutput', config } };
}

function nodes({ state, url }: NormanCall): Answer {
  const found = state.clusters.filter(({ id }) => matches(url.searchParams, 'clusterId', id)).flatMap(nodeViews);
  return collection(
    'node',
    found.map((json) => ({ id: String(json['id']), json })),
    pageOf(url.searchParams),
    url,
  );
}

function projects(call: NormanCall): Answer {
  const { state, url, base, method } = call;
  if (method === 'POST') return createProject(call);
  const found = state.projects.filter(
    ({ clusterId, name }) => matches(url.searchParams, 'clusterId', clusterId) && matches(url.searchParams, 'name', name),
  );
  return collection(
    'project',
    found.map((one) => ({ id: one.id, json: projectView(one, base) })),
    pageOf(url.searchParams),
    url,
  );
}

const field = (body: JsonObject, name: string): string => (typeof body[name] === 'string' ? body[name] : '');

function createProject({ state, base, body }: NormanCall): Answer {
  const fields = objectOf(body);
  const [clusterId, name] = [field(fields, 'clusterId'), field(fields, 'name')];
  if (name === '') return refusal(422, 'MissingRequired', 'Missing required name');
  const cluster = state.clusters.find(({ id }) => id === clusterId);
  if (cluster === undefined) return refusal(422, 'InvalidReference', `Invalid reference clusterId: ${clusterId}`);
  const made: RancherProject = {
    id: projectId(clusterId),
    clusterId,
    name,
    description: field(fields, 'description'),
    annotations: stringsOf(fields['annotations']),
    resourceQuota: fields['resourceQuota'] === undefined ? null : objectOf(fields['resourceQuota']),
    created: state.clock().toISOString(),
  };
  state.projects.push(made);
  note(state, 'create', made);
  return { status: 201, json: projectView(made, base) };
}

function project({ state, base, method, body }: NormanCall, id: string): Answer {
  const found = state.projects.find((one) => one.id === id);
  if (found === undefined) return notFound(`projects.management.cattle.io "${id}"`);
  switch (method) {
    case 'GET':
      return { status: 200, json: projectView(found, base) };
    case 'PUT': {
      const fields = objectOf(body);
      if (typeof fields['name'] === 'string') found.name = fields['name'];
      if (typeof fields['description'] === 'string') found.description = fields['description'];
      if (fields['annotations'] !== undefined) found.annotations = stringsOf(fields['annotations']);
      note(state, 'update', found);
      return { status: 200, json: projectView(found, base) };
    }
    case 'DELETE':
      state.projects.splice(state.projects.indexOf(found), 1);
      note(state, 'delete', found);
      return { status: 204 };
    default:
      return refusal(405, 'MethodNotAllowed', `Method ${method} not supported`);
  }
}

function objectOf(value: unknown): JsonObject {
  // It came through JSON.parse.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function stringsOf(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, inner]) => [key, String(inner)]));
}
