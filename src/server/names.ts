/** Live names of the connected systems, kept for a while, so that understanding a sentence waits for nobody. */
import type { LiveName } from '#kit';
import { createNames, type Names } from '#inventory';
import type { Config } from './config.ts';
import type { ConnectionPool } from './connections.ts';
import { readCatalogue } from './read-catalogue.ts';

type Place = { cwd: string; env: Record<string, string> };

export interface NameSource {
  /** `fresh` reads again whatever the age. The names of a system that does not answer are taken as given: planning then meets the real error. */
  read: (place: Place, options: { fresh: boolean }) => Promise<Names>;
}

interface Kept {
  at: number;
  names: Names;
  refreshing: boolean;
}

export interface NameSourceOptions {
  pool: ConnectionPool;
  loadConfig: (place: Place) => Promise<Config>;
  clock: () => Date;
  /** Past this age names are still used, and read again behind the request. */
  staleMs: number;
  /** Past this age they are read again before the request. */
  expiredMs: number;
  timeoutMs: number;
}

export function createNameSource(options: NameSourceOptions): NameSource {
  const kept = new Map<string, Kept>();

  async function readNow(place: Place, key: string): Promise<Names> {
    const config = await options.loadConfig(place);
    const signal = AbortSignal.timeout(options.timeoutMs);
    // Connecting may run a sign-in program, which does not see the signal.
    const late = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
    const readAt = options.clock();
    const answers = await Promise.allSettled(
      options.pool.integrations.map((integration) => Promise.race([options.pool.names(integration, place, signal), late])),
    );
    const names: LiveName[] = [];
    const defaults: { cluster?: string; namespace?: string } = {};
    for (const answer of answers) {
      if (answer.status === 'rejected' || answer.value === undefined) continue;
      names.push(...answer.value.names);
      Object.assign(defaults, answer.value.defaults);
    }
    const services = await readCatalogue(config.catalogue, place.cwd);
    const made = createNames({ names, defaults, environments: config.environments, services, readAt });
    kept.delete(key);
    kept.set(key, { at: readAt.getTime(), names: made, refreshing: false });
    if (kept.size > 32) for (const oldest of kept.keys()) if (kept.size > 32) kept.delete(oldest);
    return made;
  }

  return {
    async read(place, { fresh }) {
      const key = JSON.stringify([place.cwd, place.env]);
      const known = kept.get(key);
      const ageMs = known === undefined ? Infinity : options.clock().getTime() - known.at;
      if (known === undefined || fresh || ageMs > options.expiredMs) return readNow(place, key);
      if (ageMs > options.staleMs && !known.refreshing) {
        known.refreshing = true;
        void readNow(place, key).catch(() => {
          known.refreshing = false;
        });
      }
      return known.names;
    },
  };
}
