/** Makes one request go wrong as its fault says. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';
import { ApiError, unauthorized } from './status.ts';

/** True where the request is over without an answer; throws where it is refused; false where it goes on. */
export function failBefore(fault: Fault, request: IncomingMessage): boolean {
  switch (fault.kind) {
    case 'hang':
      return true;
    case 'cut':
      request.socket.destroy();
      return true;
    case 'limited': {
      const seconds = fault.retryAfterSeconds ?? 1;
      throw new ApiError(
        429,
        'TooManyRequests',
        'too many requests, please try again later',
        { retryAfterSeconds: seconds },
        { 'retry-after': String(seconds) },
      );
    }
    case 'unavailable':
      throw new ApiError(503, 'ServiceUnavailable', 'apiserver is shutting down');
    case 'error':
      throw new ApiError(500, 'InternalError', 'Internal error occurred: etcdserver: request timed out');
    case 'unauthorized':
      throw unauthorized();
    case 'forbidden':
      throw new ApiError(403, 'Forbidden', 'forbidden: an admission webhook denied the request');
    case 'conflict':
      throw new ApiError(
        409,
        'Conflict',
        'Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and try again',
      );
    default:
      return false;
  }
}

/** A response whose work is done, but whose answer is lost or spoilt. */
export function failAfter({ kind }: Fault, response: ServerResponse, request: IncomingMessage): ServerResponse {
  const end = response.end.bind(response);
  const fail = (): ServerResponse => {
    if (kind === 'cut-after') request.socket.destroy();
    else if (kind !== 'hang-after') end(kind === 'wrong-json' ? '<html>gateway</html>' : 'Internal Server Error');
    return response;
  };
  const writeHead = (): ServerResponse => {
    if (kind === 'hang-after' || kind === 'cut-after') return response;
    return response.writeHead(kind === 'wrong-json' ? 200 : 500, {
      'content-type': kind === 'wrong-json' ? 'application/json' : 'text/plain',
    });
  };
  return new Proxy(response, {
    get(target, name) {
      if (name === 'end') return fail;
      if (name === 'writeHead') return writeHead;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
