/** Held-open lists: what is there or what changed since, then what changes, with bookmarks. */
import type { ServerResponse } from 'node:http';
import type { JsonObject } from './json.ts';
import { groupVersionOf, type Kind, storageKey } from './kinds.ts';
import type { Change, ChangeType, ObjectStore } from './object-store.ts';
import { ApiError } from './status.ts';

export interface WatchOptions {
  kind: Kind;
  /** Everything that is there comes first where this is '' or '0'. */
  resourceVersion: string;
  bookmarks: boolean;
  /** Everything that is there, then a bookmark that says so: a list as a stream. */
  sendInitialEvents: boolean;
  timeoutSeconds: number;
  matches: (object: JsonObject) => boolean;
  /** How an object is sent: itself, as metadata, or as a table of one row, whose columns only the `first` one names. */
  present: (object: JsonObject, first: boolean) => JsonObject;
}

const bookmarkEveryMs = 10_000;

/** Answers 200 at once; a version that is too old is told in the stream, as the real server does. */
export function watch(store: ObjectStore, response: ServerResponse, options: WatchOptions): void {
  const { kind, matches, present } = options;
  response.writeHead(200, { 'cache-control': 'no-cache, private', 'content-type': 'application/json' });
  response.flushHeaders();
  let first = true;
  const send = (type: ChangeType, object: JsonObject): void => {
    response.write(`${JSON.stringify({ type, object: present(object, first) })}\n`);
    first = false;
  };
  const bookmark = (annotations?: JsonObject): void => {
    const metadata: JsonObject = {
      resourceVersion: String(store.version),
      creationTimestamp: null,
      ...(annotations === undefined ? {} : { annotations }),
    };
    response.write(`${JSON.stringify({ type: 'BOOKMARK', object: { kind: kind.kind, apiVersion: groupVersionOf(kind), metadata } })}\n`);
  };
  // An object that enters the selection is new to this watcher, one that leaves it is gone.
  const pass = (change: Change): void => {
    if (change.key !== storageKey(kind)) return;
    const was = change.before !== undefined && matches(change.before);
    const is = change.type !== 'DELETED' && matches(change.object);
    if (is) send(was ? 'MODIFIED' : 'ADDED', change.object);
    else if (was) send('DELETED', change.type === 'DELETED' ? change.object : withVersionOf(change));
  };
  if (!sendPast(store, options, send, pass, response)) return;
  if (options.sendInitialEvents) bookmark({ 'k8s.io/initial-events-end': 'true' });
  hold(store, response, options, pass, bookmark);
}

/** False where the watch is over, because its version is too old. */
function sendPast(
  store: ObjectStore,
  options: WatchOptions,
  send: (type: ChangeType, object: JsonObject) => void,
  pass: (change: Change) => void,
  response: ServerResponse,
): boolean {
  const { kind, resourceVersion, matches, sendInitialEvents } = options;
  if (sendInitialEvents || resourceVersion === '' || resourceVersion === '0') {
    for (const object of store.list(kind)) if (matches(object)) send('ADDED', object);
    return true;
  }
  const past = store.since(Number(resourceVersion));
  if (past === undefined) {
    const gone = new ApiError(410, 'Expired', `too old resource version: ${resourceVersion} (${store.oldest})`);
    response.end(`${JSON.stringify({ type: 'ERROR', object: gone.toStatus() })}\n`);
    return false;
  }
  for (const change of past) pass(change);
  return true;
}

function hold(
  store: ObjectStore,
  response: ServerResponse,
  options: WatchOptions,
  pass: (change: Change) => void,
  bookmark: () => void,
): void {
  const stop = store.listen(pass);
  const ticking = options.bookmarks ? setInterval(bookmark, bookmarkEveryMs) : undefined;
  const end = setTimeout(() => {
    if (options.bookmarks) bookmark();
    response.end();
  }, options.timeoutSeconds * 1000);
  response.on('close', () => {
    stop();
    clearInterval(ticking);
    clearTimeout(end);
  });
}

/** A deletion is told with the object as it last was, under the version of its change. */
function withVersionOf({ before, version }: Change): JsonObject {
  const metadata = before?.['metadata'];
  const shown = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : {};
  return { ...before, metadata: { ...shown, resourceVersion: String(version) } };
}
