import { AppError, count, defineAction, type JsonObject } from '#kit';
import { z } from 'zod';
import type { Cluster, Patch } from '../cluster.ts';
import type { KubernetesClient } from '../connect.ts';
import { changeOnce, hasEffect, stale } from '../effects.ts';
import { seen } from '../inputs.ts';
import { inEnvironment, placeOf } from '../place.ts';
import { chooseRevision, readRevisions, type Revision, rollable, specTemplate, type UndoTarget } from '../revisions.ts';
import { budgetsOf, riskOfRollout, rolloutSafety } from '../risk.ts';
import { readRollout, RolloutInput, rolloutWords } from '../rollout-inputs.ts';
import { isJsonObject } from '../schema.ts';
import { templateDiff, templateHash } from '../template.ts';
import { waitForRollout } from '../wait-for-rollout.ts';
import { type FoundWorkload, readWorkload, titleOfWorkload, type WorkloadKind } from '../workloads.ts';

const Input = RolloutInput.extend({
  revision: count({
    min: 1,
    max: 1_000_000,
    nouns: ['revision', 'rev', 'version', 'revisions', 'versions'],
    words: { first: 1, second: 2, third: 3, fourth: 4, fifth: 5 },
    after: ['revision', 'rev', 'version', 'to revision', '--to-revision'],
    describe: 'The revision to go back to; the one before the current unless given',
    bare: true,
    ask: 'To which revision?',
  }).optional(),
  currentRevision: seen('The change is made only while this is the current revision; filled in by planning'),
});
type Input = z.infer<typeof Input>;

const Output = z.object({
  kind: z.string(),
  name: z.string(),
  namespace: z.string(),
  from: z.number(),
  to: z.number(),
  images: z.string(),
});
type Output = z.infer<typeof Output>;

const causeAnnotation = 'kubernetes.io/change-cause';

export const rolloutUndo = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.rollout.undo',
  summary: 'Put a workload back to an earlier revision',
  permission: 'kubernetes:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'rollback|roll back|rolled back|roll-back|revert|undo|back out|backout|backpedal|reverse|unroll|restore|downgrade',
      'go|make|do|take|bring|put|switch|return|move|set|get|reset|fall|step & back|previous|earlier|prior & version|revision|rev|release|deployment|rollout|image',
      'roll & back',
      'return|go|take|bring|put|move|set|switch|reset & revision|rev',
      'previous|earlier|prior|last & revision|version|release & {name}',
    ],
    also: `${rolloutWords}|back|to|of|revision|rev|previous|prior|earlier|before|working|good|known|stable|release|the|one|was|it|state|number|image|its|immediately|broken|bad|just|old|take|bring|put|go|set|deployment's`,
    examples: [
      'roll back {name}',
      'undo the last rollout of {name}',
      'roll {name} back to revision {revision}',
      'revert deployment {name} in {namespace} to the previous version',
    ],
    counterExamples: [
      'should I roll back web-app?',
      "let's not roll back web-app",
      'roll back web-app or cart',
      'show the rollout history of web-app',
    ],
  },
  usualSafety: 'moderate',
  safety: (_input, facts) => rolloutSafety(facts),
  preview: async (input, { client, signal }) => {
    const { place, workload, resolved } = await readRollout(client, input, signal);
    assertNotPaused(workload);
    const [revisions, budgets, as] = await Promise.all([
      readRevisions(place.cluster, workload, signal),
      budgetsOf(place.cluster, place.namespace, signal),
      place.cluster.identity(signal),
    ]);
    const chosen = chooseRevision(workload, revisions, input.revision);
    const { from, to } = chosen;
    await place.cluster.patch(
      workload.resource,
      workload.namespace,
      workload.name,
      { ...patchOf(workload, chosen, {}), dryRun: true },
      signal,
    );
    const title = titleOfWorkload(workload);
    return {
      input: { ...resolved, revision: to.revision, currentRevision: from.revision },
      where: place.where,
      as,
      description: `put ${title} back from revision ${from.revision} to ${to.revision}${workload.note === undefined ? '' : ` (${workload.note})`}`,
      diff: [`~ ${workload.name}  revision  ${from.revision} -> ${to.revision}`, ...templateDiff(specTemplate(workload.raw), to.template)],
      command: [
        'kubectl',
        'rollout',
        'undo',
        `${workload.kind.toLowerCase()}/${workload.name}`,
        `--to-revision=${to.revision}`,
        ...place.flags,
      ],
      ...inEnvironment(place.environment),
      facts: {
        kind: workload.kind,
        fromRevision: from.revision,
        toRevision: to.revision,
        ...riskOfRollout([workload], budgets),
      },
      precondition: { uid: workload.object.metadata.uid ?? '', revision: from.revision, template: templateHash(workload.object) },
      undo: `roll ${title} back to revision ${from.revision}`,
    };
  },
  run: async (input, { client, key, signal, progress }) => {
    const { place, workload } = await readRollout(client, input, signal);
    const before = await alreadyMade(place.cluster, workload, input, key, signal);
    if (before !== undefined) return before;
    assertNotPaused(workload);
    const chosen = chooseRevision(workload, await readRevisions(place.cluster, workload, signal), input.revision);
    const { from, to } = chosen;
    if (input.currentRevision !== undefined && input.currentRevision !== from.revision)
      throw stale(workload, `revision ${input.currentRevision} → ${from.revision}`);
    const template = templateHash(workload.object);
    await changeOnce(
      place.cluster,
      workload,
      {
        key,
        check: (now) => {
          if (templateHash(now.object) !== template) throw stale(now, 'its pod template was changed');
          assertNotPaused(now);
        },
        patch: (now, metadata) => patchOf(now, chosen, metadata),
      },
      signal,
    );
    progress(`${titleOfWorkload(workload)}: going back to revision ${to.revision}`);
    return outputOf(workload, from.revision, to);
  },
  find: async (input, { client, key, signal }) => {
    const { cluster, namespace } = await placeOf(client, input);
    const kind = rollable.find((candidate) => candidate === input.kind) ?? 'Deployment';
    const workload = await readWorkload(cluster, kind, namespace, input.name, signal);
    return workload === undefined ? undefined : alreadyMade(cluster, workload, input, key, signal);
  },
  verify: async (_input, output, { client, signal, progress }) => {
    const { cluster } = await placeOf(client, _input);
    const kind: WorkloadKind = rollable.find((candidate) => candidate === output.kind) ?? 'Deployment';
    const workload = await readWorkload(cluster, kind, output.namespace, output.name, signal);
    if (workload === undefined) return { ok: false, message: `${output.kind} ${output.name} is gone` };
    return waitForRollout(cluster, workload, { signal, progress });
  },
  undo: (input, { kind, name, namespace, from }) => ({
    action: 'kubernetes.rollout.undo',
    input: { kind, name, namespace, revision: from, ...(input.cluster === undefined ? {} : { cluster: input.cluster }) },
  }),
  render: ({ kind, name, namespace, from, to, images }) => ({
    text: `${kind} ${name} in ${namespace}: revision ${from} -> ${to} (${images})`,
  }),
});

function assertNotPaused({ kind, name, namespace, object }: FoundWorkload): void {
  if (object.spec.paused === true)
    throw new AppError(`${kind} ${name} is paused, so that it cannot be rolled back`, {
      code: 'CONFLICT',
      hint: `Let it go on first: kubectl rollout resume deployment/${name} -n ${namespace}`,
    });
}

/** The planned revision and the one before are in the input: after a rollback the server numbers them anew. */
async function alreadyMade(
  cluster: Cluster,
  workload: FoundWorkload,
  input: Input,
  key: string,
  signal: AbortSignal,
): Promise<Output | undefined> {
  if (!hasEffect(workload, key)) return undefined;
  const revisions = await readRevisions(cluster, workload, signal);
  const now = revisions.findLast((one) => one.current);
  return outputOf(workload, input.currentRevision ?? revisions.at(-2)?.revision ?? 0, {
    revision: input.revision ?? 0,
    images: now?.images ?? '',
  });
}

function outputOf({ kind, name, namespace }: FoundWorkload, from: number, to: Pick<Revision, 'revision' | 'images'>): Output {
  return { kind, name, namespace, from, to: to.revision, images: to.images };
}

/** As kubectl does it: the whole template of a ReplicaSet, or the saved patch of a ControllerRevision. */
function patchOf(
  { kind, object }: FoundWorkload,
  { to }: UndoTarget,
  metadata: { annotations?: Record<string, string>; resourceVersion?: string },
): Patch {
  const cause = to.annotations[causeAnnotation];
  const annotations = { ...(cause === undefined ? {} : { [causeAnnotation]: cause }), ...metadata.annotations };
  if (kind !== 'Deployment')
    return { type: 'strategic', body: { ...(isJsonObject(to.data) ? to.data : {}), metadata: { ...metadata, annotations } } };
  const operations: JsonObject[] = [{ op: 'replace', path: '/spec/template', value: to.template }];
  if (object.metadata.annotations === undefined || object.metadata.annotations === null)
    operations.push({ op: 'add', path: '/metadata/annotations', value: {} });
  for (const [name, value] of Object.entries(annotations))
    operations.push({ op: 'add', path: `/metadata/annotations/${pointer(name)}`, value });
  // Writing the version that was read makes the server refuse (409) when it is no longer the current one.
  if (metadata.resourceVersion !== undefined)
    operations.push({ op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion });
  return { type: 'json', body: operations };
}

/** RFC 6901. */
function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
