/** What a local port is forwarded to: a service stands for one of its pods and their port, a workload for one of its pods. */
import { AppError } from '#kit';
import { z } from 'zod';
import { chooseReady, chooseRunning } from './choose-pod.ts';
import type { Cluster } from './cluster.ts';
import { parsePods } from './pods.ts';
import { resourceOf } from './resources.ts';
import { KubeObject, type Pod } from './schema.ts';
import { findSubject } from './subject.ts';

const Service = KubeObject.extend({
  spec: z
    .looseObject({
      selector: z.record(z.string(), z.string()).nullish(),
      ports: z
        .array(
          z.looseObject({
            port: z.number(),
            name: z.string().nullish(),
            protocol: z.string().nullish(),
            targetPort: z.union([z.number(), z.string()]).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
type Service = z.infer<typeof Service>;

export interface ForwardTarget {
  /** `Service web-app`, `Deployment web-app`, `Pod web-app-1`. */
  title: string;
  kind: string;
  name: string;
  /** Chooses anew each time. Throws NOT_FOUND where no pod runs, INPUT_INVALID where it has no such port. */
  choose: (signal: AbortSignal) => Promise<Chosen>;
}

export interface Chosen {
  pod: Pod;
  port: number;
}

export interface ForwardQuery {
  name: string;
  kind?: string | undefined;
  namespace: string;
  port: number;
}

/** A service unless said; where there is none of that name, a pod or a workload. Throws NOT_FOUND, INPUT_INVALID. */
export async function findTarget(cluster: Cluster, query: ForwardQuery, signal: AbortSignal): Promise<ForwardTarget> {
  const { name, kind, namespace, port } = query;
  if (kind === undefined || kind === 'Service') {
    const read = kind === 'Service' ? cluster.get : cluster.find;
    const raw = await read(resourceOf('Service'), namespace, name, signal);
    if (raw !== undefined) return ofService(cluster, Service.parse(raw), query);
  }
  const subject = await findSubject(cluster, { name, kind, namespace }, signal);
  return {
    title: subject.title,
    kind: subject.kind,
    name: subject.name,
    async choose(again) {
      const { pods, title } = await findSubject(cluster, { name, kind, namespace }, again);
      return { pod: runningOf(pods, title, namespace), port };
    },
  };
}

function ofService(cluster: Cluster, service: Service, { name, namespace, port }: ForwardQuery): ForwardTarget {
  const title = `Service ${name}`;
  const ports = (service.spec?.ports ?? []).filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP');
  const found = ports.find((one) => one.port === port);
  if (found === undefined)
    throw new AppError(`${title} has no TCP port ${port}`, {
      code: 'INPUT_INVALID',
      hint: ports.length === 0 ? 'It has none at all.' : `It has: ${ports.map((one) => one.port).join(', ')}`,
      details: { ports: ports.map((one) => one.port) },
    });
  const selector = Object.entries(service.spec?.selector ?? {}).map(([label, value]) => `${label}=${value}`);
  if (selector.length === 0)
    throw new AppError(`${title} selects no pods itself, so that there is none to forward to`, {
      code: 'INPUT_INVALID',
      hint: 'Name the pod or the workload behind it instead.',
    });
  return {
    title,
    kind: 'Service',
    name,
    async choose(signal) {
      const { items } = await cluster.list(resourceOf('Pod'), { namespace, selector: selector.join(','), limit: 500 }, signal);
      const pod = runningOf(parsePods(items), title, namespace);
      return { pod, port: portIn(pod, found.targetPort ?? found.port, title) };
    },
  };
}

/** A named port is looked up in the pod: two versions of it may differ. */
function portIn(pod: Pod, wanted: number | string, title: string): number {
  if (typeof wanted === 'number') return wanted;
  const all = pod.spec.containers.flatMap((container) => container.ports ?? []);
  const found = all.find((one) => one.name === wanted);
  if (found !== undefined) return found.containerPort;
  throw new AppError(`${title} sends to the port ${JSON.stringify(wanted)}, which the pod ${pod.metadata.name} does not have`, {
    code: 'INPUT_INVALID',
    hint: `Its ports: ${all.map((one) => `${one.name ?? '(no name)'} ${one.containerPort}`).join(', ') || 'none'}`,
  });
}

function runningOf(pods: Pod[], title: string, namespace: string): Pod {
  const found = chooseReady(pods) ?? chooseRunning(pods);
  if (found !== undefined) return found;
  throw new AppError(`${title} has no pod that runs in the namespace ${namespace}`, {
    code: 'NOT_FOUND',
    hint: `See its pods: kubectl get pods -n ${namespace}`,
    details: { namespace, pods: pods.length },
  });
}
