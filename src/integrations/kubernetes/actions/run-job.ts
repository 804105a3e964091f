import { createHash } from 'node:crypto';
import { AppError, defineAction, destructive, type JsonObject, moderate, named, verbs } from '#kit';
import { z } from 'zod';
import type { Cluster } from '../cluster.ts';
import type { KubernetesClient } from '../connect.ts';
import { createObjectOnce, findMade, type NewObject, tryCreate } from '../create-once.ts';
import { target } from '../inputs.ts';
import { findObject, type FoundObject, type ObjectPlace, placeOfKind, valueAt } from '../objects.ts';
import { inEnvironment } from '../place.ts';
import { controllerOf } from '../pods.ts';
import { resourceOf } from '../resources.ts';
import { isJsonObject, KubeObject } from '../schema.ts';
import { stale } from '../effects.ts';
import { templateDigest } from '../template.ts';
import { isJobOver, waitForJob } from '../wait-for-job.ts';

const Input = z.object({
  cronJob: named({
    of: 'cronjob',
    nouns: ['cron job', 'cronjob', 'cj', 'job', 'cron'],
    after: ['cron job', 'cronjob', 'from', '--from'],
    shape: '[a-z0-9]([-a-z0-9.]{0,250}[a-z0-9])?',
    describe: 'Cron job',
    ask: 'Which cron job?',
  }),
  name: named({
    of: 'newJob',
    nouns: [],
    after: ['as', 'as job'],
    shape: '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?',
    describe: 'Name of the job',
    ask: 'Name?',
  }).optional(),
  template: z.string().max(64).describe('The job is made only from this template; filled in by planning').optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const Output = z.object({ cronJob: z.string(), name: z.string(), namespace: z.string(), uid: z.string() });
type Output = z.infer<typeof Output>;

/** As `kubectl create job --from` marks it. */
const manual = { 'cronjob.kubernetes.io/instantiate': 'manual' };

export const runJob = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.job.run',
  summary: 'Run a cron job now',
  permission: 'kubernetes:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [`${verbs.run}|start & cron job|cronjob|cj|cron|job`, 'create|start & job & cron job|cronjob'],
    also: 'cron|job|cronjob|now|manually|once|off|immediately|right|a|an|new|from|out|of|schedule|the|run|trigger|kick|it|manual|execution|by|hand|one|time|extra|outside|its|as|called|named|without|waiting|for|do|need|needs|to|ad-hoc|ad|hoc|again|on|demand',
    examples: ['run the cron job nightly-export now', 'trigger the cronjob nightly-export in {namespace}'],
    counterExamples: ['when does the cron job run?', 'find a new job'],
  },
  usualSafety: 'moderate',
  safety: (_input, { environment, live }) => {
    const production = environment?.production === true ? ['production'] : [];
    const running = typeof live?.['running'] === 'string' ? live['running'] : '';
    if (running !== '' && live?.['concurrency'] === 'Forbid')
      return destructive(
        `${running} of it still runs, and it says that two must not run at once (concurrencyPolicy Forbid)`,
        ...production,
      );
    return moderate(
      'runs once; what it does cannot be put back',
      ...(running === '' ? [] : [`${running} of it still runs`]),
      ...production,
    );
  },
  preview: async (input, { client, signal }) => {
    const { place, cronJob } = await locate(client, input, signal);
    const { cluster } = place;
    const sample = jobFor(cronJob, input.name ?? nameFrom(cronJob.name, 'preview'));
    const [as, running] = await Promise.all([
      cluster.identity(signal),
      runningJobs(cluster, cronJob, signal),
      tryCreate(cluster, sample, signal),
    ]);
    const suspended = valueAt(cronJob.raw, ['spec', 'suspend']) === true;
    const shown = input.name ?? `${cronJob.name.slice(0, longestPart)}-… (from the number of the run)`;
    return {
      input: {
        cronJob: cronJob.name,
        ...(input.name === undefined ? {} : { name: input.name }),
        template: digestOf(cronJob),
        ...place.resolved,
      },
      where: place.where,
      as,
      description: `run CronJob ${cronJob.name} now${input.name === undefined ? '' : ` as Job ${input.name}`}`,
      diff: [
        `+ Job ${shown}  image ${imagesOf(cronJob)}`,
        ...running.map((name) => `  Job ${name} of it still runs`),
        ...(suspended ? ['  its schedule is suspended, and stays so'] : []),
      ],
      command: [
        'kubectl',
        'create',
        'job',
        input.name ?? `${cronJob.name.slice(0, longestPart)}-manual`,
        `--from=cronjob/${cronJob.name}`,
        ...place.flags,
      ],
      ...inEnvironment(place.environment),
      facts: {
        ...(running.length === 0 ? {} : { running: `Job ${running.join(', Job ')}` }),
        concurrency: String(valueAt(cronJob.raw, ['spec', 'concurrencyPolicy']) ?? 'Allow'),
        suspended,
      },
      precondition: { uid: cronJob.object.metadata.uid ?? '', template: digestOf(cronJob) },
    };
  },
  run: async (input, { client, key, signal, progress }) => {
    const { place, cronJob } = await locate(client, input, signal);
    if (input.template !== undefined && input.template !== digestOf(cronJob)) throw stale(cronJob, 'its job template was changed');
    const { now, made } = await createObjectOnce(place.cluster, jobFor(cronJob, nameOf(input, key)), key, signal);
    progress(`Job ${now.name}: ${made ? 'started' : 'had been started already'}`);
    return outputOf(cronJob.name, now);
  },
  find: async (input, { client, key, signal }) => {
    const place = await placeOfKind(client, 'Job', input, signal);
    const found = await findMade(
      place.cluster,
      { resource: place.resource, namespace: place.namespace, name: nameOf(input, key) },
      key,
      signal,
    );
    return found === undefined ? undefined : outputOf(input.cronJob, found);
  },
  verify: async (input, { name, namespace, uid }, { client, signal, progress }) => {
    const { cluster } = await placeOfKind(client, 'Job', input, signal);
    return waitForJob(cluster, { name, namespace, uid }, { signal, progress });
  },
  render: ({ name, namespace, cronJob }) => ({ text: `Job ${name} in ${namespace}: started from CronJob ${cronJob}` }),
});

async function locate(client: KubernetesClient, input: Input, signal: AbortSignal): Promise<{ place: ObjectPlace; cronJob: FoundObject }> {
  const place = await placeOfKind(client, 'CronJob', input, signal);
  return { place, cronJob: await findObject(place, input.cronJob, signal) };
}

const longestPart = 52;

/** The same for the same key, so that a resend meets its own job. A job's name ends in those of its pods, so that 63 is the limit. */
function nameOf({ name, cronJob }: Input, key: string): string {
  return name ?? nameFrom(cronJob, key);
}

function nameFrom(cronJob: string, key: string): string {
  const head = cronJob.slice(0, longestPart).replace(/[-.]+$/, '');
  return `${head}-${createHash('sha256').update(`${cronJob}/${key}`).digest('hex').slice(0, 8)}`;
}

/** Throws CONFLICT for a cron job without a template, which the API does not allow. */
function templateOf({ raw, name }: FoundObject): JsonObject {
  const template = valueAt(raw, ['spec', 'jobTemplate']);
  if (isJsonObject(template) && isJsonObject(template['spec'])) return template;
  throw new AppError(`CronJob ${name} has no job template`, {
    code: 'CONFLICT',
    hint: `Look at it: kubectl get cronjob ${name} -o yaml`,
    details: { unclear: false },
  });
}

const digestOf = (cronJob: FoundObject): string => templateDigest(templateOf(cronJob));

function jobFor(cronJob: FoundObject, name: string): NewObject {
  const template = templateOf(cronJob);
  const labels = valueAt(template, ['metadata', 'labels']);
  const annotations = valueAt(template, ['metadata', 'annotations']);
  return {
    resource: resourceOf('Job'),
    namespace: cronJob.namespace,
    name,
    body: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        ...(isJsonObject(labels) ? { labels } : {}),
        annotations: { ...(isJsonObject(annotations) ? annotations : {}), ...manual },
        ownerReferences: [
          { apiVersion: 'batch/v1', kind: 'CronJob', name: cronJob.name, uid: cronJob.object.metadata.uid ?? '', controller: true },
        ],
      },
      spec: template['spec'] ?? {},
    },
  };
}

/** Names of its jobs that are not over. */
async function runningJobs(cluster: Cluster, { namespace, name }: FoundObject, signal: AbortSignal): Promise<string[]> {
  const { items } = await cluster.list(resourceOf('Job'), { namespace, limit: 2000 }, signal);
  return items.flatMap((item) => {
    const job = KubeObject.safeParse(item);
    if (!job.success || isJobOver(item)) return [];
    const owner = controllerOf(job.data);
    return owner?.kind === 'CronJob' && owner.name === name ? [job.data.metadata.name] : [];
  });
}

function imagesOf(cronJob: FoundObject): string {
  const containers = valueAt(templateOf(cronJob), ['spec', 'template', 'spec', 'containers']);
  return (Array.isArray(containers) ? containers : []).map((one) => String(valueAt(one, ['image']) ?? '?')).join(', ');
}

function outputOf(cronJob: string, { name, namespace, object }: FoundObject): Output {
  return { cronJob, name, namespace: namespace ?? '', uid: object.metadata.uid ?? '' };
}
