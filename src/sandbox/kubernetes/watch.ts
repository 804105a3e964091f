/** Held-open lists: what changed since, then what changes, with bookmarks. */
import type { ServerResponse } from 'node:http';
import type { JsonObject } from './json.ts';
import { groupVersionOf, type Kind, storageKey } from './kinds.ts';
import type { Change, ObjectStore } from './object-store.ts';
import { ApiError } from './status.ts';

export interface WatchOptions {
  kind: Kind;
  resourceVersion: string;
  bookmarks: boolean;
  timeoutSeconds: number;
  matches: (object: JsonObject) => boolean;
  /** How an object is sent: itself, as metadata, or as a one-row table. */
  present: (object: JsonObject) => JsonObject;
}

const bookmarkEveryMs = 2000;

export function watch(store: ObjectStore, response: ServerResponse, options: WatchOptions): void {
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  const send = (type: string, object: JsonObject): void => void response.write(`${JSON.stringify({ type, object })}\n`);
  const version = Number(options.resourceVersion || '0');
  const past = version === 0 ? [] : store.since(version);
  if (past === undefined) {
    const gone = new ApiError(410, 'Expired', `too old resource version: ${version} (${store.version})`);
    send('ERROR', gone.toStatus());
    response.end();
    return;
  }
  if (version === 0) for (const object of store.list(options.kind)) if (options.matches(object)) send('ADDED', options.present(object));
  // An object that leaves the selection is sent as deleted.
  const known = new Set<string>();
  const pass = (change: Change): void => {
    if (change.key !== storageKey(options.kind)) return;
    const uid = JSON.stringify((change.object['metadata'] as JsonObject | undefined)?.['uid'] ?? '');
    if (options.matches(change.object)) {
      known.add(uid);
      send(change.type, options.present(change.object));
    } else if (known.delete(uid)) send('DELETED', options.present(change.object));
  };
  for (const change of past) pass(change);
  const stop = store.listen(pass);
  const bookmark = (): void => {
    if (options.bookmarks)
      send('BOOKMARK', {
        kind: options.kind.kind,
        apiVersion: groupVersionOf(options.kind),
        metadata: { resourceVersion: String(store.version), creationTimestamp: null },
      });
  };
  const ticking = setInterval(bookmark, bookmarkEveryMs);
  const end = setTimeout(() => response.end(), options.timeoutSeconds * 1000);
  response.on('close', () => {
    stop();
    clearInterval(ticking);
    clearTimeout(end);
  });
}
