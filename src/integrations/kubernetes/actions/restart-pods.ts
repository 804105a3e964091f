import { AppError, begun, defineAction, destructive, type JsonObject, moderate } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { changeOnce, hasEffect, stale } from '../effects.ts';
import { selector, target, workloadKind, workloadName } from '../inputs.ts';
import { mapLimited } from '../map-limited.ts';
import { type ActionPlace, inEnvironment, placeOf } from '../place.ts';
import { type RestartSet, readRestartSet, type Skipped } from '../restart-set.ts';
import { budgetsOf, isOutage, podsOfWorkload, riskOfRollout, riskReasons } from '../risk.ts';
import { isOnDelete } from '../rollout.ts';
import { imagesOf, restartedAt, templateHash } from '../template.ts';
import { waitForRollout } from '../wait-for-rollout.ts';
import { counted } from '../words.ts';
import { type FoundWorkload, readWorkload, titleOfWorkload } from '../workloads.ts';

const Input = z.object({ name: workloadName().optional(), kind: workloadKind(), selector: selector(), ...target });
type Input = z.infer<typeof Input>;

const Named = z.object({ kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']), name: z.string(), pods: z.number() });
const Output = z.object({
  namespace: z.string(),
  restartedAt: z.string(),
  workloads: z.array(Named),
  skipped: z.array(z.object({ kind: z.string(), name: z.string(), why: z.string() })),
});
type Output = z.infer<typeof Output>;

/** Each watch holds a connection, and every other request needs one too. */
const watchedAtOnce = 16;

export const restartPods = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.pods.restart',
  summary: 'Restart pods by a rollout of the workloads that own them',
  permission: 'kubernetes:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'restart|reboot|bounce|recycle|respawn|relaunch|re-start|reinitialize|reinitialise',
      'kick|cycle|reload|refresh|reset|roll|power cycle|recreate|re-create|restarted & {name}',
      'kick|cycle|reload|refresh|recycle|roll & pods|workloads|deployments & {namespace}',
      'rollout restart|rolling restart|rolling reboot|graceful restart|hard restart',
      'turn off and on|off and on again|fresh start',
      'give|do|trigger|perform|run|needs|need|initiate|force|schedule|issue & restart|kick|bounce|reboot|rolling restart',
      'start & over|again|fresh & pod|pods|{name}',
    ],
    also: 'pod|pods|deployment|deployments|deploy|statefulset|statefulsets|daemonset|daemonsets|workload|workloads|service|services|app|apps|application|container|containers|all|every|everything|whole|entire|rolling|rollout|gracefully|instance|instances|replicas|of|the|again|fresh|running|kubectl|k|one|by|a|an|with|labelled|labeled|label|tagged|that|have|it|them|graceful|quick|full|clean|each|both|every|single|now|force|over|good|in|there|under|belonging|to|matching',
    needOne: ['name', 'selector', 'namespace'],
    examples: [
      'restart all pods in the {namespace} namespace',
      'restart {name}',
      'bounce the {name} pods',
      'restart the pods labelled app=web in {namespace}',
      'rollout restart deployment {name}',
    ],
    counterExamples: [
      'should I restart web-app?',
      'do not restart web-app',
      'restart web-app or cart',
      'who restarted web-app?',
      'restart everything',
    ],
  },
  usualSafety: 'moderate',
  safety: ({ name, selector: labels, namespace }, { environment, live }) => {
    const risks = riskReasons(live, environment);
    const touched = typeof live?.['podsTouched'] === 'number' ? [`replaces ${counted(live['podsTouched'], 'pod')}`] : [];
    if (name === undefined && labels === undefined)
      return destructive(`every workload of the namespace ${namespace ?? '(the current one)'} is restarted`, ...touched, ...risks);
    if (name === undefined && environment?.production === true)
      return destructive('several workloads of production are restarted', ...touched, ...risks);
    if (isOutage(live, environment)) return destructive(...risks, ...touched);
    return moderate('a rolling restart, one pod after the other', ...touched, ...risks);
  },
  preview: async (input, { client, signal, clock }) => {
    const place = await placeOf(client, input);
    const set = await readRestartSet(place, input, signal);
    const [as, budgets] = await Promise.all([
      place.cluster.identity(signal),
      budgetsOf(place.cluster, place.namespace, signal),
      ...set.workloads.map((workload) => tryRestart(place, workload, clock(), signal)),
    ]);
    const [only] = set.workloads;
    const named = input.name === undefined ? undefined : only;
    return {
      input: named === undefined ? { ...labelsOf(input), ...place.resolved } : { name: named.name, kind: named.kind, ...place.resolved },
      where: place.where,
      as,
      description: describe(input, set),
      diff: diffOf(set),
      command: commandOf(input, set, place),
      ...inEnvironment(place.environment),
      facts: {
        wholeNamespace: input.name === undefined && input.selector === undefined,
        workloads: set.workloads.length,
        ...riskOfRollout(set.workloads, budgets),
        skipped: set.skipped.length,
      },
      precondition:
        named === undefined
          ? Object.fromEntries(set.workloads.map((workload) => [titleOfWorkload(workload), stateOf(workload)]))
          : stateOf(named),
    };
  },
  run: async (input, { client, key, signal, clock, progress }) => {
    const place = await placeOf(client, input);
    const set = await readRestartSet(place, input, signal);
    const at = clock();
    const output: Output = { namespace: place.namespace, restartedAt: stamp(at), workloads: [], skipped: set.skipped };
    for (const workload of set.workloads) {
      const made = await restartOne(place, workload, { key, at }, signal).catch((error: unknown) => {
        throw withAccount(error, output.workloads, workload, set.workloads);
      });
      output.workloads.push({ kind: workload.kind, name: workload.name, pods: podsOfWorkload(workload) });
      progress(`${titleOfWorkload(workload)}: ${made ? 'restart began' : 'had been restarted already'}`);
    }
    return output;
  },
  find: async (input, { client, key, signal }) => {
    const place = await placeOf(client, input);
    const { workloads, skipped } = await readRestartSet(place, input, signal);
    const made = workloads.filter((workload) => hasEffect(workload, key));
    if (made.length < workloads.length) return made.length === 0 ? undefined : begun;
    const times = workloads.flatMap((workload) => workload.object.spec.template?.metadata?.annotations?.[restartedAt] ?? []);
    return {
      namespace: place.namespace,
      restartedAt: times.toSorted()[0] ?? '',
      workloads: workloads.map((workload) => ({ kind: workload.kind, name: workload.name, pods: podsOfWorkload(workload) })),
      skipped,
    };
  },
  verify: async (input, output, { client, signal, progress }) => {
    const { cluster } = await placeOf(client, input);
    const results = await mapLimited(output.workloads, watchedAtOnce, async ({ kind, name }) => {
      const workload = await readWorkload(cluster, kind, output.namespace, name, signal);
      if (workload === undefined) return { ok: false, title: `${kind} ${name}`, message: 'it is gone' };
      if (isOnDelete(workload.object))
        return { ok: true, title: `${kind} ${name}`, message: 'new pods come when the old ones are deleted (OnDelete)' };
      return { title: `${kind} ${name}`, ...(await waitForRollout(cluster, workload, { signal, progress })) };
    });
    const bad = results.filter((result) => !result.ok);
    const shown = (bad.length > 0 ? bad : results).slice(0, 5).map(({ title, message }) => `${title}: ${message}`);
    const [only, second] = results;
    if (only !== undefined && second === undefined) return { ok: only.ok, message: only.message };
    return {
      ok: bad.length === 0,
      message: `${results.length - bad.length} of ${results.length} workloads are restarted and ready; ${shown.join('; ')}`,
    };
  },
  render: ({ workloads, skipped }) => ({
    text: [
      ...workloads.map(({ kind, name, pods }) => `${kind} ${name}: restarted (${counted(pods, 'pod')})`),
      ...skipped.map(skippedLine),
    ].join('\n'),
  }),
});

/** Asks the server whether it would be accepted, for each workload, before anybody approves. */
async function tryRestart(
  { cluster }: ActionPlace,
  { resource, namespace, name }: FoundWorkload,
  at: Date,
  signal: AbortSignal,
): Promise<void> {
  await cluster.patch(resource, namespace, name, { type: 'merge', body: { spec: templateAt(at) }, dryRun: true }, signal);
}

async function restartOne(
  { cluster }: ActionPlace,
  workload: FoundWorkload,
  { key, at }: { key: string; at: Date },
  signal: AbortSignal,
): Promise<boolean> {
  const { made } = await changeOnce(
    cluster,
    workload,
    {
      key,
      check: (now) => {
        if (now.object.spec.paused === true) throw stale(now, 'its rollout is paused');
        if (now.object.metadata.uid !== workload.object.metadata.uid) throw stale(now, 'it was deleted and made again');
      },
      patch: (_now, metadata) => ({ type: 'merge', body: { metadata, spec: templateAt(at) } }),
    },
    signal,
  );
  return made;
}

function templateAt(at: Date): JsonObject {
  return { template: { metadata: { annotations: { [restartedAt]: stamp(at) } } } };
}

/** Seconds, as kubectl writes it. */
function stamp(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** What was done stays done: the error says exactly what, and what was not. */
function withAccount(error: unknown, done: Output['workloads'], at: FoundWorkload, all: FoundWorkload[]): unknown {
  if (!AppError.isInstance(error) || all.length < 2) return error;
  const did = done.map(({ kind, name }) => `${kind} ${name}`);
  // Sent, and no answer came: it may have been restarted.
  const unclear = error.details['unclear'] === true ? [titleOfWorkload(at)] : [];
  const left = all.map(titleOfWorkload).filter((title) => !did.includes(title) && !unclear.includes(title));
  const parts = [
    `restarted: ${did.join(', ') || 'none'}`,
    ...(unclear.length === 0 ? [] : [`not known: ${unclear.join(', ')}`]),
    `not restarted: ${left.join(', ') || 'none'}`,
  ];
  return new AppError(`${error.message} (${parts.join('; ')})`, {
    code: error.code,
    hint: error.hint,
    details: { ...error.details, restarted: did, notKnown: unclear, left },
    cause: error,
  });
}

function stateOf(workload: FoundWorkload): JsonObject {
  return { uid: workload.object.metadata.uid ?? '', images: imagesOf(workload.object), template: templateHash(workload.object) };
}

function labelsOf({ kind, selector: labels }: Input): JsonObject {
  return { ...(kind === undefined ? {} : { kind }), ...(labels === undefined ? {} : { selector: labels }) };
}

function describe(input: Input, { workloads, note }: RestartSet): string {
  const [only] = workloads;
  const extra = note === undefined ? '' : ` (${note})`;
  if (input.name !== undefined && only !== undefined)
    return `restart ${titleOfWorkload(only)}, ${counted(podsOfWorkload(only), 'pod')}, one after the other${extra}`;
  const pods = workloads.reduce((sum, workload) => sum + podsOfWorkload(workload), 0);
  const which = input.selector === undefined ? 'of the whole namespace' : `labelled ${input.selector}`;
  return `restart ${counted(workloads.length, 'workload')} ${which}, ${counted(pods, 'pod')}`;
}

function diffOf({ workloads, skipped }: RestartSet): string[] {
  const lines = workloads.map((workload) => {
    const hand = isOnDelete(workload.object) ? ', but only when they are deleted by hand (OnDelete)' : '';
    return `~ ${titleOfWorkload(workload)}  restart  ${counted(podsOfWorkload(workload), 'pod')}${hand}`;
  });
  return [...lines, ...skipped.map((one) => `  ${skippedLine(one)}`)];
}

function skippedLine({ kind, name, why }: Skipped): string {
  return `${kind} ${name}: skipped, ${why}`;
}

function commandOf(input: Input, { workloads }: RestartSet, { flags }: ActionPlace): string[] {
  const isWhole = input.name === undefined && input.selector === undefined;
  const kinds = [...new Set(workloads.map(({ kind }) => kind.toLowerCase()))];
  const what = isWhole ? [kinds.join(',')] : workloads.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`);
  return ['kubectl', 'rollout', 'restart', ...what, ...flags];
}
