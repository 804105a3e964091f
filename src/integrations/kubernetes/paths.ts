/** Paths of the API. */
import type { Resource } from './resources.ts';

export function pathOf(resource: Resource | undefined, namespace?: string, name?: string): string {
  if (resource === undefined) return '/';
  const base = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const place = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${base}${place}/${resource.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}
