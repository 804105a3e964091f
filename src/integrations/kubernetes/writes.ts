/** Writes of one cluster's API, and their dry runs. */
import type { HttpResponse, JsonObject } from '#kit';
import type { Cluster, Removal } from './cluster.ts';
import { pathOf } from './paths.ts';
import { type About, remoteError, unreadable } from './remote-errors.ts';
import { resourceOf } from './resources.ts';
import { isJsonObject } from './schema.ts';
import type { Session, SessionRequest } from './session.ts';

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
};
/** As whom the server keeps our fields. */
export const fieldManager = 'devos';

export function createWrites(session: Session): Pick<Cluster, 'patch' | 'create' | 'apply' | 'remove' | 'evict'> {
  return {
    patch(resource, namespace, name, { type, body, dryRun = false }, signal) {
      const request: SessionRequest = {
        method: 'PATCH',
        path: pathOf(resource, namespace, name),
        query: { fieldManager, fieldValidation: 'Strict', ...dry(dryRun) },
        headers: { 'content-type': patchTypes[type] },
        body: JSON.stringify(body),
      };
      return write(session, { verb: 'patch', resource, namespace, name }, request, signal);
    },
    create(resource, namespace, body, { dryRun = false }, signal) {
      const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
      const name = typeof metadata['name'] === 'string' ? metadata['name'] : undefined;
      const request: SessionRequest = {
        method: 'POST',
        path: pathOf(resource, namespace),
        query: { fieldManager, fieldValidation: 'Strict', ...dry(dryRun) },
        body,
      };
      return write(session, { verb: 'create', resource, namespace, name }, request, signal);
    },
    apply(resource, namespace, name, body, { dryRun = false, force = false }, signal) {
      const request: SessionRequest = {
        method: 'PATCH',
        path: pathOf(resource, namespace, name),
        query: { fieldManager, fieldValidation: 'Strict', force, ...dry(dryRun) },
        headers: { 'content-type': 'application/apply-patch+yaml' },
        // JSON is YAML.
        body: JSON.stringify(body),
      };
      return write(session, { verb: 'patch', resource, namespace, name }, request, signal);
    },
    async remove(resource, namespace, name, removal, signal) {
      const { dryRun = false } = removal;
      const request: SessionRequest = {
        method: 'DELETE',
        path: pathOf(resource, namespace, name),
        query: dry(dryRun),
        body: deleteOptions(removal),
      };
      return isDone(session, { verb: 'delete', resource, namespace, name }, await session.send(request, signal));
    },
    async evict(namespace, pod, removal, signal) {
      const resource = resourceOf('Pod');
      const request: SessionRequest = {
        method: 'POST',
        path: `${pathOf(resource, namespace, pod)}/eviction`,
        // The server says so for a budget that would be broken; only the body tells it from a rate limit.
        answers: [429],
        query: dry(removal.dryRun === true),
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: pod, namespace },
          deleteOptions: { ...deleteOptions(removal), ...(removal.dryRun === true ? { dryRun: ['All'] } : {}) },
        },
      };
      const about: About = { verb: 'create', resource, namespace, name: pod, subresource: 'eviction' };
      return isDone(session, about, await session.send(request, signal));
    },
  };
}

const dry = (dryRun: boolean) => (dryRun ? { dryRun: 'All' } : {});

async function write(session: Session, about: About, request: SessionRequest, signal: AbortSignal): Promise<JsonObject> {
  const answer = await session.send(request, signal);
  if (!isSuccess(answer)) throw remoteError(answer, about, session.asker());
  // Something stood in between: the change may have been made, so the outcome is unclear.
  if (!isJsonObject(answer.json) || !isJsonObject(answer.json['metadata'])) throw unreadable(about, session.asker());
  return answer.json;
}

function isDone(session: Session, about: About, answer: HttpResponse): boolean {
  if (answer.status === 404) return false;
  if (!isSuccess(answer)) throw remoteError(answer, about, session.asker());
  if (!isJsonObject(answer.json)) throw unreadable(about, session.asker());
  return true;
}

const isSuccess = ({ status }: HttpResponse): boolean => status >= 200 && status <= 299;

function deleteOptions({ uid, propagation = 'Background', graceSeconds }: Removal): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: propagation,
    ...(uid === undefined ? {} : { preconditions: { uid } }),
    ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
  };
}
