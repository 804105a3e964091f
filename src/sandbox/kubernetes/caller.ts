/** Who sent a request: by token or client certificate, perhaps in the name of somebody else. */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { authenticate, impersonate, type Tokens, type User } from './access.ts';

/** Throws 401, and 403 where somebody may not be impersonated. */
export function callerOf(tokens: Tokens, request: IncomingMessage): User {
  const { headers } = request;
  const name = headers['impersonate-user'];
  const groups = headers['impersonate-group'];
  return impersonate(identify(tokens, request), Array.isArray(name) ? name[0] : name, groups === undefined ? [] : [groups].flat());
}

function identify(tokens: Tokens, request: IncomingMessage): User {
  // Only the https front is made with this handler, and it asks for client certificates.
  const socket = request.socket as TLSSocket;
  const certificate = socket.authorized ? socket.getPeerCertificate() : undefined;
  if (request.headers.authorization === undefined && certificate?.subject?.CN !== undefined) {
    const organizations: unknown = certificate.subject.O;
    const groups = Array.isArray(organizations) ? organizations.map(String) : [String(organizations ?? '')];
    return { name: String(certificate.subject.CN), groups: [...groups, 'system:authenticated'] };
  }
  return authenticate(request.headers.authorization, tokens);
}
