/** A request's path as the API reads it. */
import { type Kind, groupVersionOf } from './kinds.ts';

export interface Route {
  kind: Kind;
  /** '' at the cluster scope or over all namespaces. */
  namespace: string;
  name: string;
  subresource: string;
}

/** `/api/v1/namespaces/shop/pods/x/log`, `/apis/apps/v1/deployments`; undefined where no resource is served there. */
export function parseRoute(path: string, kinds: readonly Kind[]): Route | undefined {
  const found = /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))\/(.+)$/.exec(path);
  if (found === null) return undefined;
  const groupVersion = found[1] ?? found[2] ?? '';
  const parts = (found[3] ?? '').split('/').map(decodeURIComponent);
  const kindOf = (plural: string | undefined) => kinds.find((kind) => kind.plural === plural && groupVersionOf(kind) === groupVersion);
  const [first, second = '', third, fourth = '', fifth = ''] = parts;
  const inner = first === 'namespaces' && third !== undefined ? kindOf(third) : undefined;
  if (inner?.namespaced === true && parts.length <= 5) return { kind: inner, namespace: second, name: fourth, subresource: fifth };
  const kind = kindOf(first);
  if (kind === undefined || parts.length > 3) return undefined;
  return { kind, namespace: '', name: second, subresource: third ?? '' };
}
