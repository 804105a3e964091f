/** A session lock that only one process holds: whoever runs plans on this database. */
import pg from 'pg';
import { AppError } from '#kit/errors';

export interface Lease {
  release: () => Promise<void>;
}

const tryLock = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS ok';
/** The server notices the end of a killed process a moment later. */
const patienceMs = 5000;
const pollMs = 50;

/**
 * Needs a connection of its own: a pooled one could be handed to somebody else, and the lock with it.
 * `onLost` is called when the connection ends unasked; the process must then end at once, since another may already have taken over.
 * Throws DAEMON_UNAVAILABLE where another process keeps the lock.
 */
export async function takeLease({ url, name, onLost }: { url: string; name: string; onLost: () => void }): Promise<Lease> {
  const client = new pg.Client({ connectionString: url, keepAlive: true, application_name: `devos-lease:${name}` });
  let released = false;
  const lost = () => {
    if (!released) onLost();
  };
  await client.connect();
  client.on('error', lost);
  client.on('end', lost);
  for (const end = Date.now() + patienceMs; ;) {
    const { rows } = await client.query<{ ok: boolean }>(tryLock, [`devos-executor:${name}`]);
    if (rows[0]?.ok === true) break;
    if (Date.now() > end) {
      released = true;
      await client.end();
      throw new AppError('Another daemon works on this database', {
        code: 'DAEMON_UNAVAILABLE',
        hint: 'Use it, or end it with: devos daemon stop',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return {
    async release() {
      released = true;
      await client.end();
    },
  };
}
