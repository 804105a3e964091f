import { AppError, begun, defineAction, destructive, moderate } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { target } from '../inputs.ts';
import { readObject } from '../objects.ts';
import { inEnvironment, placeOf } from '../place.ts';
import { type Did, planRestore, readFormer, restoreOne, titleOfFormer, wasRestored } from '../restore.ts';
import { counted } from '../words.ts';

const Input = z.object({ former: z.string().min(2).max(400_000).describe('What puts objects back; written by DevOS'), ...target });
type Input = z.infer<typeof Input>;

const Output = z.object({ objects: z.array(z.object({ title: z.string(), did: z.enum(['deleted', 'changed', 'created', 'unchanged']) })) });
type Output = z.infer<typeof Output>;

/** The way back of `manifest.apply` and `resource.delete`: no sentence leads here. */
export const restoreObjects = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.objects.restore',
  summary: 'Put objects back as they were before',
  permission: 'kubernetes:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: { triggers: [], examples: [] },
  usualSafety: 'moderate',
  safety: ({ former }, { environment }) => {
    const deleted = readFormer(former).filter(({ way }) => way === 'delete').length;
    const production = environment?.production === true ? ['production'] : [];
    return deleted > 0
      ? destructive(`deletes ${counted(deleted, 'object')} that were new`, ...production)
      : moderate('former values come back', ...production);
  },
  preview: async (input, { client, signal }) => {
    const place = await placeOf(client, input);
    const all = readFormer(input.former);
    const [as, plan] = await Promise.all([place.cluster.identity(signal), planRestore(place.cluster, all, signal)]);
    return {
      input: { former: input.former, ...place.resolved },
      where: place.where,
      as,
      description: `put back ${counted(all.length, 'object')}`,
      diff: plan.diff,
      ...inEnvironment(place.environment),
      facts: { objects: all.length },
      precondition: plan.precondition,
    };
  },
  run: async (input, { client, key, signal, progress }) => {
    const { cluster } = await placeOf(client, input);
    const objects: { title: string; did: Did }[] = [];
    for (const former of readFormer(input.former)) {
      const title = titleOfFormer(former);
      const did = await restoreOne(cluster, former, key, signal).catch((error: unknown) => {
        if (!AppError.isInstance(error)) throw error;
        const done = objects.map((one) => one.title).join(', ') || 'none';
        throw new AppError(`${title}: ${error.message} (done: ${done})`, {
          code: error.code,
          hint: error.hint,
          details: error.details,
          cause: error,
        });
      });
      objects.push({ title, did });
      progress(`${title}: ${did}`);
    }
    return { objects };
  },
  find: async (input, { client, key, signal }) => {
    const { cluster } = await placeOf(client, input);
    const all = readFormer(input.former);
    const objects: Output['objects'] = [];
    for (const former of all) {
      const did = await wasRestored(cluster, former, key, signal);
      if (did !== undefined) objects.push({ title: titleOfFormer(former), did });
    }
    if (objects.length === all.length) return { objects };
    return objects.length === 0 ? undefined : begun;
  },
  verify: async (input, _output, { client, signal }) => {
    const { cluster } = await placeOf(client, input);
    const wrong: string[] = [];
    for (const former of readFormer(input.former)) {
      const found = await readObject(
        cluster,
        await cluster.resource(former.kind, signal),
        former.namespace ?? undefined,
        former.name,
        signal,
      );
      const isGoing = found?.object.metadata.deletionTimestamp !== undefined && found.object.metadata.deletionTimestamp !== null;
      if (former.way === 'delete' ? found !== undefined && found.object.metadata.uid === former.uid && !isGoing : found === undefined)
        wrong.push(titleOfFormer(former));
    }
    return wrong.length === 0 ? { ok: true, message: 'all as before' } : { ok: false, message: `not as before: ${wrong.join(', ')}` };
  },
  render: ({ objects }) => ({ text: objects.map(({ title, did }) => `${title}: ${did}`).join('\n') }),
});
