/** Which verb a request is, whether its user may, and who does it. */
import { authorize } from './access.ts';
import type { Call } from './call.ts';
import { getMany, getOne, isWatch } from './read-objects.ts';
import type { Route } from './route.ts';
import { ApiError, badRequest, unknownResource } from './status.ts';
import { changeOne, createOne, deleteMany, deleteOne, notAllowed } from './write-objects.ts';

export async function handle(call: Call): Promise<void> {
  const { route, request, user, query, store } = call;
  if (route.kind.kind === 'Pod' && notServed.includes(route.subresource)) throw notStreamed(route.subresource);
  if (route.subresource !== '' && !route.kind.subresources.includes(route.subresource)) throw unknownResource();
  const verb = verbOf(request.method ?? 'GET', route, query);
  authorize(store, user, verb, route);
  if (streams.includes(route.subresource)) throw badRequest('Upgrade request required');
  switch (verb) {
    case 'get':
      return getOne(call);
    case 'list':
    case 'watch':
      return getMany(call);
    case 'create':
      return createOne(call);
    case 'update':
    case 'patch':
      return changeOne(call);
    case 'delete':
      return deleteOne(call);
    default:
      return deleteMany(call);
  }
}

/** They upgrade the connection; see `streams/`. */
const streams = ['exec', 'portforward'];
const notServed = ['attach', 'proxy'];

/** Also for the older SPDY, and for kubectl's tunnel of it through a WebSocket. */
export function notStreamed(what: string): ApiError {
  const message = `unable to upgrade connection: simulated kubelet: not served: /${what}`;
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

/** Some subresources know one method only. */
const onlyMethods: Record<string, string> = { log: 'GET', eviction: 'POST', binding: 'POST' };

function verbOf(method: string, { name, subresource }: Route, query: URLSearchParams): string {
  if (method !== (onlyMethods[subresource] ?? method)) throw notAllowed();
  if (streams.includes(subresource) && method !== 'GET' && method !== 'POST') throw notAllowed();
  switch (method) {
    case 'GET':
      if (name !== '') return 'get';
      return isWatch(query) ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      if (name === '') throw notAllowed();
      return 'update';
    case 'PATCH':
      if (name === '') throw notAllowed();
      return 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    default:
      throw notAllowed();
  }
}
