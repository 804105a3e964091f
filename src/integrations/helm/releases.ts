/** What helm tells of releases. */
import { AppError, cleanLine } from '#kit';
import { z } from 'zod';
import type { HelmPlace } from './client.ts';
import { ListedRelease, Metadata, readJson, Release, Revision } from './schema.ts';

const isMissing = (error: unknown): boolean => AppError.isInstance(error) && error.code === 'NOT_FOUND';

/** Undefined where there is none of that name. */
export async function findRelease(place: HelmPlace, release: string, revision?: number): Promise<Release | undefined> {
  const exact = revision === undefined ? [] : ['--revision', String(revision)];
  try {
    return readJson(await place.run(['status', release, ...exact, '--output', 'json']), Release, 'status');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Throws NOT_FOUND with the releases that there are. */
export async function readRelease(place: HelmPlace, release: string): Promise<Release> {
  const found = await findRelease(place, release);
  if (found !== undefined) return found;
  const names = (await listReleases(place, [])).map(({ name }) => name);
  throw new AppError(`There is no release ${release} in the namespace ${place.namespace} of the cluster ${place.cluster}`, {
    code: 'NOT_FOUND',
    hint:
      names.length === 0
        ? 'Look in all namespaces: devos "list the helm releases in all namespaces"'
        : `There are: ${names.slice(0, 12).join(', ')}`,
    details: { release, namespace: place.namespace },
  });
}

export async function listReleases(place: HelmPlace, flags: readonly string[]): Promise<ListedRelease[]> {
  return readJson(await place.run(['list', ...flags, '--max', '1000', '--output', 'json']), z.array(ListedRelease), 'list');
}

/** Oldest first; empty where there is no such release. */
export async function readHistory(place: HelmPlace, release: string): Promise<Revision[]> {
  try {
    const found = readJson(await place.run(['history', release, '--max', '256', '--output', 'json']), z.array(Revision), 'history');
    return found.toSorted((left, right) => left.revision - right.revision);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export async function readManifestText(place: HelmPlace, release: string, revision: number): Promise<string> {
  return place.run(['get', 'manifest', release, '--revision', String(revision)]);
}

/** The label that a release carries for the change that made it; labels are kept where a description is overwritten. */
export const effectLabel = 'devos-effect';

export function labelOf(key: string): string {
  return key.replaceAll(/[^\w.-]/g, '_');
}

export async function carriesEffect(place: HelmPlace, release: string, revision: number, key: string): Promise<boolean> {
  const text = await place.run(['get', 'metadata', release, '--revision', String(revision), '--output', 'json']);
  return readJson(text, Metadata, 'get metadata').labels?.[effectLabel] === labelOf(key);
}

/** `DevOS R-1/1 sha256:…`: what was asked for, for whoever asks again. */
export function describeDeploy(key: string, digest: string): string {
  return `DevOS ${key} sha256:${digest}`;
}

export function digestIn(description: string | null | undefined): string | undefined {
  return /^DevOS \S+ sha256:([0-9a-f]{64})$/.exec(description ?? '')?.[1];
}

export function isPending(status: string): boolean {
  return status.startsWith('pending') || status === 'uninstalling';
}

/** Helm would refuse it anyway, but later and in other words. */
export function assertNotPending(place: HelmPlace, { name, info, version }: Release): void {
  if (!isPending(info.status)) return;
  throw new AppError(
    `The release ${name} is ${cleanLine(info.status)} (revision ${version}): another helm works on it, or was broken off`,
    {
      code: 'CONFLICT',
      hint: `Wait until it has ended. Where it was broken off: helm rollback ${name} ${place.flags.join(' ')}`,
      details: { unclear: false },
    },
  );
}
