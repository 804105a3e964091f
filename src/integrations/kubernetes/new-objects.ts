/** Manifests made from a few words: what each kind needs, and nothing more. */
import { AppError, cleanLine, isSecretValue, type Json, type JsonObject } from '#kit';

export interface Wanted {
  kind: string;
  name: string;
  image?: string | undefined;
  replicas?: number | undefined;
  port?: number | undefined;
  env?: string | undefined;
  labels?: string | undefined;
  cpu?: string | undefined;
  memory?: string | undefined;
  schedule?: string | undefined;
}

type Build = (wanted: Wanted) => JsonObject;

/** Without status and defaults: those are the server's. */
export function buildObject(wanted: Wanted): JsonObject {
  const build = builders[wanted.kind];
  if (build === undefined) throw cannot(wanted.kind);
  assertUsed(wanted);
  assertNoSecret(wanted);
  const own = pairs(wanted.labels);
  const body = build(wanted);
  const labels = { ...(isWorkload(wanted.kind) ? { app: wanted.name } : {}), ...own };
  return { ...body, metadata: Object.keys(labels).length === 0 ? {} : { labels } };
}

/** A variable given in words stands in the plan and in the records. */
function assertNoSecret({ env }: Wanted): void {
  for (const [name, value] of Object.entries(pairs(env)))
    if (isSecretValue(name, value))
      throw new AppError(`${cleanLine(name)} is called like a secret: its value would stand in the plan and in the records`, {
        code: 'INPUT_INVALID',
        hint: 'Keep it in a Secret, and refer to that in a manifest: valueFrom.secretKeyRef',
      });
}

function cannot(kind: string): AppError {
  const why =
    kind === 'Secret'
      ? 'A Secret is not made from a sentence: its contents would stand in the plan and in the records'
      : `A ${kind} cannot be made from a few words`;
  return new AppError(why, {
    code: 'INPUT_INVALID',
    hint:
      kind === 'Secret'
        ? 'Make it from a file: kubectl create secret generic NAME --from-env-file=FILE'
        : `Write a manifest, then: devos "apply FILE"   From words: ${Object.keys(builders).join(', ')}`,
  });
}

/** Which inputs each kind has a place for. */
const used: Record<string, readonly (keyof Wanted)[]> = {
  Pod: ['image', 'port', 'env', 'cpu', 'memory'],
  Deployment: ['image', 'replicas', 'port', 'env', 'cpu', 'memory'],
  StatefulSet: ['image', 'replicas', 'port', 'env', 'cpu', 'memory'],
  DaemonSet: ['image', 'port', 'env', 'cpu', 'memory'],
  Job: ['image', 'env', 'cpu', 'memory'],
  CronJob: ['image', 'env', 'cpu', 'memory', 'schedule'],
  ConfigMap: ['env'],
  ServiceAccount: [],
  ResourceQuota: ['cpu', 'memory'],
  PodDisruptionBudget: ['replicas'],
};

/** What is said and not used would be a wish that nobody hears. */
function assertUsed(wanted: Wanted): void {
  const inputs: (keyof Wanted)[] = ['image', 'replicas', 'port', 'env', 'cpu', 'memory', 'schedule'];
  const unused = inputs.filter((name) => wanted[name] !== undefined && used[wanted.kind]?.includes(name) !== true);
  if (unused.length === 0) return;
  throw new AppError(`A ${wanted.kind} has no ${unused.join(' and no ')}`, {
    code: 'INPUT_INVALID',
    hint: 'Leave it out, or say another kind.',
  });
}

const isWorkload = (kind: string): boolean => ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'].includes(kind);

const builders: Record<string, Build> = {
  Pod: (wanted) => ({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [container(wanted)] } }),
  Deployment: (wanted) => workload('Deployment', wanted, { replicas: wanted.replicas ?? 1 }),
  StatefulSet: (wanted) => workload('StatefulSet', wanted, { replicas: wanted.replicas ?? 1, serviceName: wanted.name }),
  DaemonSet: (wanted) => workload('DaemonSet', wanted, {}),
  Job: (wanted) => ({ apiVersion: 'batch/v1', kind: 'Job', spec: jobSpec(wanted) }),
  CronJob(wanted) {
    if (wanted.schedule === undefined)
      throw new AppError('A cron job needs a schedule', {
        code: 'INPUT_INVALID',
        hint: 'Give one, such as "0 2 * * *": --schedule "0 2 * * *"',
      });
    return { apiVersion: 'batch/v1', kind: 'CronJob', spec: { schedule: wanted.schedule, jobTemplate: { spec: jobSpec(wanted) } } };
  },
  ConfigMap: ({ env }) => ({ apiVersion: 'v1', kind: 'ConfigMap', data: pairs(env) }),
  ServiceAccount: () => ({ apiVersion: 'v1', kind: 'ServiceAccount' }),
  ResourceQuota({ cpu, memory }) {
    if (cpu === undefined && memory === undefined)
      throw new AppError('A quota needs cpu or memory', { code: 'INPUT_INVALID', hint: 'For example: --cpu 8 --memory 16Gi' });
    const hard = {
      ...(cpu === undefined ? {} : { 'requests.cpu': cpu, 'limits.cpu': cpu }),
      ...(memory === undefined ? {} : { 'requests.memory': memory, 'limits.memory': memory }),
    };
    return { apiVersion: 'v1', kind: 'ResourceQuota', spec: { hard } };
  },
  PodDisruptionBudget: ({ name, replicas }) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    spec: { minAvailable: replicas ?? 1, selector: { matchLabels: { app: name } } },
  }),
};

function workload(kind: string, wanted: Wanted, more: JsonObject): JsonObject {
  const labels = { app: wanted.name };
  return {
    apiVersion: 'apps/v1',
    kind,
    spec: { ...more, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container(wanted)] } } },
  };
}

function jobSpec(wanted: Wanted): JsonObject {
  return { template: { metadata: { labels: { app: wanted.name } }, spec: { restartPolicy: 'Never', containers: [container(wanted)] } } };
}

function container({ kind, name, image, port, env, cpu, memory }: Wanted): JsonObject {
  if (image === undefined)
    throw new AppError(`A ${kind} needs an image`, { code: 'INPUT_INVALID', hint: 'Say it: … with image nginx:1.27' });
  const limits = { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
  const variables: Json[] = Object.entries(pairs(env)).map(([key, value]) => ({ name: key, value }));
  return {
    name,
    image,
    ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
    ...(variables.length === 0 ? {} : { env: variables }),
    ...(Object.keys(limits).length === 0 ? {} : { resources: { requests: limits, limits } }),
  };
}

/** `a=1,b=2`. */
function pairs(text: string | undefined): Record<string, string> {
  return Object.fromEntries(
    (text ?? '').split(',').flatMap((part) => {
      const [key = '', ...value] = part.split('=');
      return key === '' ? [] : [[key, value.join('=')]];
    }),
  );
}
