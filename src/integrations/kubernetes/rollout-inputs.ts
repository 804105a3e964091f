/** What the three rollout actions share. */
import type { JsonObject } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from './connect.ts';
import { target, workloadKind, workloadName } from './inputs.ts';
import { type ActionPlace, placeOf } from './place.ts';
import { rollable } from './revisions.ts';
import { findWorkload, type FoundWorkload } from './workloads.ts';

export const RolloutInput = z.object({ name: workloadName(), kind: workloadKind(), ...target });
export type RolloutInput = z.infer<typeof RolloutInput>;

export async function readRollout(
  client: KubernetesClient,
  input: RolloutInput,
  signal: AbortSignal,
): Promise<{ place: ActionPlace; workload: FoundWorkload; resolved: JsonObject }> {
  const place = await placeOf(client, input);
  const workload = await findWorkload(
    place.cluster,
    { name: input.name, kind: input.kind, namespace: place.namespace, allowed: rollable },
    signal,
  );
  return { place, workload, resolved: { name: workload.name, kind: workload.kind, ...place.resolved } };
}

export const rolloutWords =
  'finish|finished|finishing|complete|completed|done|through|rollout|rollouts|roll|out|deployment|deployments|deploy|statefulset|daemonset|workload|service|app|application|pod|pods|update|upgrade|version|kubectl|k|current|currently|latest|last|new|release|paused|frozen|running|ongoing|rolling|it|with|of|for|on|in|the|should|one|just';
