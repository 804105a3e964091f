/** What controllers tell people. */
import { randomUUID } from 'node:crypto';
import { type JsonObject, number, text } from './json.ts';
import { kindNamed } from './kinds.ts';
import type { ObjectStore } from './object-store.ts';

const seconds = () => `${new Date().toISOString().slice(0, 19)}Z`;

/** The same message about the same object is counted instead of repeated. */
export function writeEvent(
  store: ObjectStore,
  about: JsonObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  component: string,
): void {
  const kind = kindNamed('Event');
  const namespace = text(about, 'metadata', 'namespace') || 'default';
  const name = text(about, 'metadata', 'name');
  const uid = text(about, 'metadata', 'uid');
  const known = store
    .list(kind, namespace)
    .find(
      (event) => text(event, 'involvedObject', 'uid') === uid && text(event, 'reason') === reason && text(event, 'message') === message,
    );
  if (known !== undefined) {
    store.save(kind, { ...known, count: number(known, 1, 'count') + 1, lastTimestamp: seconds() });
    return;
  }
  store.save(kind, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name}.${randomUUID().replaceAll('-', '').slice(0, 16)}`,
      namespace,
      uid: randomUUID(),
      creationTimestamp: seconds(),
    },
    involvedObject: {
      kind: text(about, 'kind'),
      namespace,
      name,
      uid,
      apiVersion: text(about, 'apiVersion'),
      resourceVersion: text(about, 'metadata', 'resourceVersion'),
    },
    reason,
    message,
    source: { component },
    firstTimestamp: seconds(),
    lastTimestamp: seconds(),
    count: 1,
    type,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: '',
  });
}
