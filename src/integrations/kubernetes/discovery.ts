/** Which kinds a cluster has, custom ones included. Asked only for kinds that are not stable ones. */
import { AppError } from '#kit';
import type { z } from 'zod';
import type { Asker } from './remote-errors.ts';
import type { Resource } from './resources.ts';
import { ApiGroupList, ApiResourceList } from './schema.ts';

type Read = <T>(path: string, schema: z.ZodType<T>) => Promise<T>;

/** By kind, plural, singular, short name or `plural.group`, whatever its case. Throws NOT_FOUND, AMBIGUOUS. */
export async function findResource(wanted: string, read: Read, asker: Asker): Promise<Resource> {
  const all = await allResources(read);
  const found = all.filter((resource) => isCalled(resource, wanted.toLowerCase()));
  const [first, ...others] = found;
  const context = asker.target.context;
  if (first === undefined)
    throw new AppError(`The cluster ${context} has no kind ${wanted}`, {
      code: 'NOT_FOUND',
      hint: nearHint(all, wanted) ?? `See what it has: kubectl api-resources --context ${context}`,
      details: { kind: wanted },
    });
  const groups = [...new Set(others.filter((other) => other.group !== first.group).map((other) => other.group))];
  if (groups.length > 0)
    throw new AppError(`Several kinds of the cluster ${context} are called ${wanted}`, {
      code: 'AMBIGUOUS',
      hint: `It is in the groups ${[first.group, ...groups].join(', ')}; use kubectl get ${first.plural}.${first.group} for now`,
      details: { kind: wanted, groups: [first.group, ...groups] },
    });
  return first;
}

function isCalled({ kind, plural, singular, shortNames = [], group }: Resource, wanted: string): boolean {
  return [kind.toLowerCase(), plural, singular, ...shortNames, `${plural}.${group}`].includes(wanted);
}

function nearHint(all: Resource[], wanted: string): string | undefined {
  const start = wanted.toLowerCase().slice(0, 4);
  const near = [...new Set(all.map((resource) => resource.kind))].filter((kind) => kind.toLowerCase().startsWith(start)).slice(0, 5);
  return near.length === 0 ? undefined : `Did you mean ${near.join(', ')}?`;
}

/** The core group first, then the others in the server's order, each in the version that it prefers. */
async function allResources(read: Read): Promise<Resource[]> {
  const groups = await read('/apis', ApiGroupList);
  const versions = groups.groups.flatMap((group) => group.preferredVersion?.groupVersion ?? group.versions[0]?.groupVersion ?? []);
  const paths = ['/api/v1', ...versions.map((version) => `/apis/${version}`)];
  // A group whose own server is away must not hide all the others.
  const lists = await Promise.allSettled(paths.map((path) => read(path, ApiResourceList)));
  const first = lists[0];
  if (first?.status === 'rejected') throw first.reason;
  return lists.flatMap((list) => (list.status === 'fulfilled' ? resourcesOf(list.value) : []));
}

function resourcesOf({ groupVersion, resources }: z.infer<typeof ApiResourceList>): Resource[] {
  const slash = groupVersion.indexOf('/');
  const group = slash < 0 ? '' : groupVersion.slice(0, slash);
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, singularName, namespaced, kind, shortNames }) => ({
      group,
      version: groupVersion.slice(slash + 1),
      kind,
      plural: name,
      namespaced,
      ...(singularName ? { singular: singularName } : {}),
      ...(shortNames ? { shortNames } : {}),
    }));
}
