/** `/v1`: Rancher's own Kubernetes types. What lies in a cluster is asked through `/k8s/clusters/{id}`. */
import { type Answer, notFound, refusal } from './answers.ts';
import type { RancherState } from './state.ts';
import { steveCluster } from './views.ts';

const clusters = 'management.cattle.io.clusters';

/** `filter=metadata.name=foo` only. */
export function answerSteve(state: RancherState, method: string, [type = '', id]: string[], url: URL): Answer {
  if (method !== 'GET') return refusal(405, 'MethodNotAllowed', `Method ${method} not supported`);
  if (type !== clusters) return notFound(type);
  if (id !== undefined) {
    const found = state.clusters.find((one) => one.id === id);
    return found === undefined ? notFound(`${clusters} "${id}"`) : { status: 200, json: steveCluster(found) };
  }
  const name = /^metadata\.name=(.+)$/.exec(url.searchParams.get('filter') ?? '')?.[1];
  const limit = Number(url.searchParams.get('limit') ?? 1000);
  const start = Number(url.searchParams.get('continue') ?? 0);
  const all = state.clusters.filter((one) => name === undefined || one.id === name);
  const more = all.length > start + limit;
  return {
    status: 200,
    json: {
      type: 'collection',
      resourceType: 'management.cattle.io.cluster',
      revision: '1',
      count: all.length,
      ...(more ? { continue: String(start + limit) } : {}),
      data: all.slice(start, start + limit).map(steveCluster),
    },
  };
}
