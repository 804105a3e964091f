/** Actions that change some fields of one object: preview by a server-side dry run, one patch with its key, read back, put back. */
import {
  type Action,
  AppError,
  type BoundCall,
  type Json,
  type JsonObject,
  type Safety,
  type SafetyFacts,
  type RunContext,
  type SafetyLevel,
  type VerifyResult,
  type Vocabulary,
} from '#kit';
import { z } from 'zod';
import type { Patch } from './cluster.ts';
import type { KubernetesClient } from './connect.ts';
import { changeObjectOnce, hasEffect, stale } from './effects.ts';
import type { TargetInput } from './inputs.ts';
import { findObject, type FoundObject, type ObjectPlace, placeOfKind, readObject } from './objects.ts';
import { inEnvironment } from './place.ts';
import { isJsonObject } from './schema.ts';

/** What one call changes, worked out from the object as it is. */
export interface FieldChange {
  /** Strategic merge patch without `metadata.annotations` of ours; null removes. */
  body: JsonObject;
  type?: Exclude<Patch['type'], 'json'>;
  description: string;
  diff: string[];
  /** Values that the change is made on top of, by words; another value is a stale plan. */
  before: JsonObject;
  /** The same words with the values to read back. */
  after: JsonObject;
  /** The vendor's command without place flags. */
  command: string[];
  facts?: JsonObject;
  /** Kept in the plan's input, so that the way back is known whatever happens to the process. */
  was?: string;
}

export interface PatchActionOptions<Input extends TargetInput & { name: string }> {
  id: string;
  summary: string;
  input: z.ZodType<Input>;
  language: Vocabulary;
  usualSafety: SafetyLevel;
  safety: (input: Input, facts: SafetyFacts) => Safety;
  /** Kinds that are looked for, the usual one first. */
  kinds: (input: Input) => string[];
  change: (found: FoundObject, input: Input) => FieldChange;
  /** What is read back of an object, by the words of `before` and `after`. */
  values: (found: FoundObject, input: Input) => JsonObject;
  /** What else is looked up while planning: facts to weigh, and lines for the reader. */
  look?: (place: ObjectPlace, found: FoundObject, input: Input, signal: AbortSignal) => Promise<{ facts: JsonObject; diff: string[] }>;
  /** What the server's dry run tells: lines instead of the change's own, and facts to weigh. */
  readTried?: (found: FoundObject, tried: JsonObject) => { diff: string[]; facts: JsonObject };
  undoWords: (found: FoundObject, change: FieldChange) => string;
  /** The way back, from the planned input (with `was`) alone. */
  undo: (input: Input, output: PatchOutput) => BoundCall;
  /** Waits for what the change sets in motion; undefined where nothing does. */
  settle?: (input: Input, output: PatchOutput, context: RunContext<KubernetesClient>) => Promise<VerifyResult | undefined>;
}

const PatchOutput = z.object({
  kind: z.string(),
  name: z.string(),
  namespace: z.string().nullable(),
  before: z.record(z.string(), z.json()),
  after: z.record(z.string(), z.json()),
});
export type PatchOutput = z.infer<typeof PatchOutput>;

export function patchAction<Input extends TargetInput & { name: string }>(
  options: PatchActionOptions<Input>,
): Action<KubernetesClient, Input, PatchOutput> {
  const { id, summary, input, language, usualSafety, safety, change, values } = options;

  async function locate(client: KubernetesClient, asked: Input, signal: AbortSignal) {
    const [usual = '', ...others] = options.kinds(asked);
    for (const kind of [usual, ...others]) {
      const place = await placeOfKind(client, kind, asked, signal);
      const found = await readObject(place.cluster, place.resource, place.namespace, asked.name, signal);
      if (found !== undefined) return { place, found };
    }
    const place = await placeOfKind(client, usual, asked, signal);
    return { place, found: await findObject(place, asked.name, signal) };
  }

  const outputOf = ({ kind, name, namespace }: FoundObject, before: JsonObject, after: JsonObject): PatchOutput => ({
    kind,
    name,
    namespace: namespace ?? null,
    before,
    after,
  });

  return {
    id,
    summary,
    permission: 'kubernetes:write',
    idempotent: false,
    input,
    output: PatchOutput,
    language,
    usualSafety,
    safety,
    preview: async (asked, { client, signal }) => {
      const { place, found } = await locate(client, asked, signal);
      const made = change(found, asked);
      const [as, seen, tried] = await Promise.all([
        place.cluster.identity(signal),
        options.look?.(place, found, asked, signal),
        place.cluster.patch(
          place.resource,
          place.namespace,
          found.name,
          { type: made.type ?? 'merge', body: made.body, dryRun: true },
          signal,
        ),
      ]);
      const told = options.readTried?.(found, tried);
      return {
        input: {
          ...plain(asked),
          ...('kind' in asked ? { kind: found.kind } : {}),
          name: found.name,
          ...place.resolved,
          ...(made.was === undefined ? {} : { was: made.was }),
        },
        where: place.where,
        as,
        description: made.description,
        diff: [...(told?.diff ?? made.diff), ...(seen?.diff ?? [])],
        command: ['kubectl', ...made.command, ...place.flags],
        ...inEnvironment(place.environment),
        facts: { kind: found.kind, ...made.facts, ...seen?.facts, ...told?.facts },
        precondition: { uid: found.object.metadata.uid ?? '', ...made.before },
        undo: options.undoWords(found, made),
      };
    },
    run: async (asked, { client, key, signal, progress }) => {
      const { place, found } = await locate(client, asked, signal);
      if (hasEffect(found, key)) return outputOf(found, change(found, asked).before, values(found, asked));
      const made = change(found, asked);
      const { now } = await changeObjectOnce(
        place.cluster,
        found,
        {
          key,
          check: (current) => {
            if (!sameValues(values(current, asked), made.before)) throw stale(current, 'somebody changed it at the same time');
          },
          // From the object as it is now: a list that is sent whole must not lose what somebody else put in it since.
          patch: (current, metadata) => ({ type: made.type ?? 'merge', body: withMetadata(change(current, asked).body, metadata) }),
        },
        signal,
      );
      progress(made.description);
      return outputOf(now, made.before, made.after);
    },
    find: async (asked, { client, key, signal }) => {
      const { found } = await locate(client, asked, signal).catch((error: unknown) => {
        if (AppError.isInstance(error) && error.code === 'NOT_FOUND') return { found: undefined };
        throw error;
      });
      if (found === undefined || !hasEffect(found, key)) return undefined;
      return outputOf(found, {}, values(found, asked));
    },
    verify: async (asked, output, context) => {
      const place = await placeOfKind(context.client, output.kind, asked, context.signal);
      const found = await readObject(place.cluster, place.resource, place.namespace, output.name, context.signal);
      if (found === undefined) return { ok: false, message: `${output.kind} ${output.name} is gone` };
      const now = values(found, asked);
      if (!sameValues(now, output.after)) return { ok: false, message: `read back ${wordsOf(now)} instead of ${wordsOf(output.after)}` };
      return (await options.settle?.(asked, output, context)) ?? { ok: true, message: wordsOf(now) };
    },
    undo: options.undo,
    render: ({ kind, name, namespace, before, after }) => ({
      text: `${kind} ${name}${namespace === null ? '' : ` in ${namespace}`}: ${wordsOf(before)} -> ${wordsOf(after)}`,
    }),
  };
}

/** The input as JSON: what zod parsed holds nothing else. */
function plain(input: object): JsonObject {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as JsonObject;
}

function withMetadata(body: JsonObject, metadata: { annotations: Record<string, string>; resourceVersion: string }): JsonObject {
  const own = isJsonObject(body['metadata']) ? body['metadata'] : {};
  const annotations = isJsonObject(own['annotations']) ? own['annotations'] : {};
  return {
    ...body,
    metadata: { ...own, annotations: { ...annotations, ...metadata.annotations }, resourceVersion: metadata.resourceVersion },
  };
}

function sameValues(left: JsonObject, right: JsonObject): boolean {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => JSON.stringify(left[key] ?? null) === JSON.stringify(right[key] ?? null));
}

function wordsOf(values: JsonObject): string {
  const shown = (value: Json | undefined): string => {
    if (value === null || value === undefined) return 'not set';
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return Object.entries(values)
    .map(([word, value]) => `${word} ${shown(value)}`)
    .join(', ');
}
