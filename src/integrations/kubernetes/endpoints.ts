/** Which pods a service reaches, and waiting until it reaches one. */
import type { VerifyResult } from '#kit';
import { z } from 'zod';
import { pause } from './changes.ts';
import type { Cluster } from './cluster.ts';
import { valueAt } from './objects.ts';
import { isReady, parsePods, podsOf, troubleOf, troubleText } from './pods.ts';
import { resourceOf } from './resources.ts';
import { isJsonObject, type Pod } from './schema.ts';
import { isTimeout } from './wait-for-rollout.ts';
import { counted } from './words.ts';
import type { FoundWorkload } from './workloads.ts';

const Slice = z.looseObject({
  endpoints: z.array(z.looseObject({ conditions: z.looseObject({ ready: z.boolean().nullish() }).nullish() })).nullish(),
});

export interface ServiceRef {
  name: string;
  namespace: string;
  type: string;
}

/** How many pods of it could answer now. */
export async function readReady(cluster: Cluster, workload: FoundWorkload, signal: AbortSignal): Promise<number> {
  return (await podsOf(cluster, workload, signal)).filter(isReady).length;
}

/** Not ok where nothing answers behind it, with the reason. */
export async function waitForEndpoints(
  cluster: Cluster,
  { name, namespace, type }: ServiceRef,
  { signal, progress, everyMs = 1000 }: { signal: AbortSignal; progress: (text: string) => void; everyMs?: number },
): Promise<VerifyResult> {
  let last = 'nothing was read back';
  while (!signal.aborted) {
    const state = await readState(cluster, { name, namespace, type }, signal).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      throw error;
    });
    if (state === undefined) break;
    if (state.final !== undefined) return state.final;
    if (state.message !== last) progress(`Service ${name}: ${state.message}`);
    last = state.message;
    await pause(everyMs, signal);
  }
  if (!isTimeout(signal.reason)) throw signal.reason;
  return { ok: false, message: `not done in time: ${last}` };
}

async function readState(
  cluster: Cluster,
  { name, namespace, type }: ServiceRef,
  signal: AbortSignal,
): Promise<{ final?: VerifyResult; message: string }> {
  const service = await cluster.find(resourceOf('Service'), namespace, name, signal);
  if (service === undefined) return done(false, `Service ${name} is gone`);
  const { items } = await cluster.list(
    resourceOf('EndpointSlice'),
    { namespace, selector: `kubernetes.io/service-name=${name}`, limit: 1000 },
    signal,
  );
  const endpoints = items.flatMap((item) => Slice.safeParse(item).data?.endpoints ?? []);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  if (ready > 0) return done(true, `${counted(ready, 'endpoint')} ready${addressWords(service, type)}`);
  const pods = await selectedPods(cluster, service, namespace, signal);
  if (pods.length === 0) return done(false, 'no pod has the labels that it selects, so that nothing answers');
  const trouble = pods.flatMap((pod) => {
    const found = troubleOf(pod);
    return found === undefined ? [] : [troubleText(pod, found)];
  });
  return { message: `0 of ${counted(pods.length, 'pod')} ready${trouble.length === 0 ? '' : `: ${trouble.slice(0, 3).join(', ')}`}` };
}

const done = (ok: boolean, message: string) => ({ final: { ok, message }, message });

async function selectedPods(cluster: Cluster, service: unknown, namespace: string, signal: AbortSignal): Promise<Pod[]> {
  const selector = valueAt(service, ['spec', 'selector']);
  const labels = isJsonObject(selector) ? Object.entries(selector).map(([label, value]) => `${label}=${String(value)}`) : [];
  return parsePods((await cluster.list(resourceOf('Pod'), { namespace, selector: labels.join(','), limit: 500 }, signal)).items);
}

/** An address from outside takes minutes, and comes from somebody else. */
function addressWords(service: unknown, type: string): string {
  if (type !== 'LoadBalancer') return '';
  const ingress = valueAt(service, ['status', 'loadBalancer', 'ingress']);
  const [first] = Array.isArray(ingress) ? ingress : [];
  const address: unknown = valueAt(first, ['hostname']) ?? valueAt(first, ['ip']);
  return typeof address === 'string' ? `, reachable at ${address}` : ', its address from outside is not known yet';
}
