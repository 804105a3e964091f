/** Streams have no dry run, so that the server is asked whether it would let us. */
import { AppError } from '#kit';
import type { Cluster } from './cluster.ts';
import { remoteError } from './remote-errors.ts';
import { resourceOf } from './resources.ts';

/** Throws FORBIDDEN. Before 1.35 a WebSocket needs `get`, from then on `create`: with neither of them it cannot work anywhere. */
export async function assertMayOpen(
  cluster: Cluster,
  { namespace, pod, subresource }: { namespace: string; pod: string; subresource: 'exec' | 'portforward' },
  signal: AbortSignal,
): Promise<void> {
  const resource = resourceOf('Pod');
  const ask = (verb: string) =>
    cluster.mayI({ verb, resource, subresource, namespace, name: pod }, signal).catch((error: unknown) => {
      if (AppError.isInstance(error) && error.code !== 'AUTH_FAILED') return undefined;
      throw error;
    });
  const answers = await Promise.all([ask('create'), ask('get')]);
  if (answers.some((answer) => answer !== false)) return;
  throw remoteError(
    { status: 403, json: undefined, text: '' },
    { verb: 'create', resource, namespace, name: pod, subresource },
    cluster.asker(),
  );
}
