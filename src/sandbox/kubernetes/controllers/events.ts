/** What controllers tell people. */
import { randomUUID } from 'node:crypto';
import { type JsonObject, number, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { wholeSeconds } from '../operations.ts';
import { nameOf, namespaceOf, uidOf } from './shared.ts';

export interface Telling {
  type?: 'Normal' | 'Warning';
  reason: string;
  message: string;
  component: string;
  host?: string;
  /** Of tellers that use the newer kind of event, which has no counts. */
  action?: string;
  /** Of the object, such as `spec.containers{web-app}`. */
  fieldPath?: string;
}

/** Older ones are forgotten, as the real server forgets after an hour. */
const mostEvents = 1500;

/** The same message about the same object is counted instead of repeated. */
export function tell(
  store: ObjectStore,
  about: JsonObject,
  { type = 'Normal', reason, message, component, host, fieldPath, action }: Telling,
): void {
  if (!store.keepsEvents) return;
  const kind = kindNamed('Event');
  const now = wholeSeconds(store.clock());
  const known = store.about(uidOf(about)).find((event) => text(event, 'reason') === reason && text(event, 'message') === message);
  if (known !== undefined && action === undefined) {
    store.save(kind, { ...known, count: number(known, 1, 'count') + 1, lastTimestamp: now });
    return;
  }
  const namespace = namespaceOf(about) || 'default';
  const involvedObject: JsonObject = {
    kind: text(about, 'kind'),
    ...(namespaceOf(about) === '' ? {} : { namespace }),
    name: nameOf(about),
    uid: uidOf(about),
    apiVersion: text(about, 'apiVersion'),
    resourceVersion: text(about, 'metadata', 'resourceVersion'),
    ...(fieldPath === undefined ? {} : { fieldPath }),
  };
  store.save(kind, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${nameOf(about)}.${store.nextMoment()}`,
      namespace,
      uid: randomUUID(),
      creationTimestamp: now,
    },
    involvedObject,
    reason,
    message,
    type,
    ...(action === undefined ? counted(component, host, now) : noted(component, action, store.clock())),
  });
  forgetOld(store);
}

function counted(component: string, host: string | undefined, now: string): JsonObject {
  const source: JsonObject = { component, ...(host === undefined ? {} : { host }) };
  return {
    source,
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: host ?? '',
  };
}

function noted(component: string, action: string, now: Date): JsonObject {
  const eventTime = `${now.toISOString().slice(0, 23)}000Z`;
  return {
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime,
    action,
    reportingComponent: component,
    reportingInstance: `${component}-sandbox`,
  };
}

function forgetOld(store: ObjectStore): void {
  const kind = kindNamed('Event');
  const all = store.list(kind);
  if (all.length <= mostEvents) return;
  const last = (event: JsonObject): number => Number(text(event, 'metadata', 'resourceVersion'));
  for (const event of all.toSorted((left, right) => last(left) - last(right)).slice(0, mostEvents / 5))
    store.remove(kind, namespaceOf(event), nameOf(event));
}
