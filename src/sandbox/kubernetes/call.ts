/** One request against the stored objects. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { User } from './access.ts';
import type { JsonObject } from './json.ts';
import type { ObjectStore } from './object-store.ts';
import type { Route } from './route.ts';

export interface Call {
  store: ObjectStore;
  route: Route;
  user: User;
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  /** Told once a write has been made, before it is answered. */
  wrote: (write: Wrote) => void;
}

export interface Wrote {
  verb: string;
  route: Route;
  object: JsonObject;
  before: JsonObject | undefined;
}
