import { AppError, destructive, diffLines, moderate, resourceName, text } from '#kit';
import { z } from 'zod';
import { dangersIn, dangersOf } from '../change-danger.ts';
import { anyKind, target } from '../inputs.ts';
import { inverseOf, leavesOf, readMergePatch, valuesAt } from '../merge-patch.ts';
import type { FoundObject } from '../objects.ts';
import { patchAction } from '../patch-action.ts';
import { placeOf } from '../place.ts';
import { waitForRollout } from '../wait-for-rollout.ts';
import { readWorkload, type WorkloadKind } from '../workloads.ts';

const words = 'kubectl|k|kubernetes|k8s|the|in|on|of|for|object|resource';

const Input = z.object({
  kind: anyKind(),
  name: resourceName(),
  patch: text(['with', 'patch', ':', '-p'], 'JSON merge patch', 'Which patch, as JSON?', 16_000),
  was: z.string().max(32_000).describe('The patch that puts it back; filled in by planning').optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const rolling: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

export const patchResource = patchAction<Input>({
  id: 'kubernetes.resource.patch',
  summary: 'Patch an object',
  input: Input,
  language: {
    triggers: ['patch'],
    also: `${words}|patch|with|a|-p|--type|merge`,
    examples: [`patch the service web-app with '{"spec":{"type":"NodePort"}}'`],
    counterExamples: ['should I patch the service?', 'a patch of grass'],
  },
  usualSafety: 'moderate',
  safety: (_input, { environment, live }) => {
    const production = environment?.production === true ? ['production'] : [];
    const reasons = [
      ...dangersIn(live),
      ...(live?.['rolls'] === true && environment?.production === true ? ['replaces pods of production'] : []),
    ];
    if (reasons.length > 0) return destructive(...reasons, ...production);
    return moderate(live?.['rolls'] === true ? 'its pods are replaced, a few at a time' : 'some fields of one object', ...production);
  },
  kinds: ({ kind }) => [kind],
  change: (found, input) => {
    assertNoSecret(found);
    const patch = readMergePatch(input.patch);
    const leaves = leavesOf(patch);
    const paths = leaves.map(({ path }) => path.join('.'));
    return {
      body: patch,
      description: `patch ${found.kind} ${found.name}: ${paths.slice(0, 4).join(', ')}${paths.length > 4 ? ` and ${paths.length - 4} more` : ''}`,
      diff: [],
      before: valuesAt(found.raw, leaves),
      after: Object.fromEntries(leaves.map(({ path, value }) => [path.join('.'), value])),
      command: ['patch', found.kind.toLowerCase(), found.name, '--type=merge', '-p', JSON.stringify(patch)],
      facts: {
        rolls: paths.some((path) => path.startsWith('spec.template')) && rolling.some((kind) => kind === found.kind),
      },
      was: JSON.stringify(inverseOf(found.raw, leaves)),
    };
  },
  readTried: ({ kind, name, raw }, tried) => {
    const title = `${kind} ${name}`;
    const lines = diffLines(title, raw, tried);
    return {
      diff: lines.length > 0 ? lines : [`  ${title}  has these values already`],
      facts: { dangers: dangersOf({ kind, title, before: raw, after: tried }) },
    };
  },
  values: (found, input) => valuesAt(found.raw, leavesOf(readMergePatch(input.patch))),
  undoWords: ({ kind, name }) => `patch ${kind} ${name} back to the values that it has now`,
  undo: ({ kind, name, namespace, cluster, was, patch }) => ({
    action: 'kubernetes.resource.patch',
    input: {
      kind,
      name,
      patch: was ?? patch,
      ...(namespace === undefined ? {} : { namespace }),
      ...(cluster === undefined ? {} : { cluster }),
    },
  }),
  settle: async (input, { kind, name }, { client, signal, progress }) => {
    const isRolling = rolling.find((one) => one === kind);
    if (isRolling === undefined || !leavesOf(readMergePatch(input.patch)).some(({ path }) => path[0] === 'spec')) return undefined;
    const { cluster, namespace } = await placeOf(client, input);
    const workload = await readWorkload(cluster, isRolling, namespace, name, signal);
    return workload === undefined
      ? { ok: false, message: `${kind} ${name} is gone` }
      : waitForRollout(cluster, workload, { signal, progress });
  },
});

/** What is in the patch would stand in plans and records. */
function assertNoSecret({ kind, name }: FoundObject): void {
  if (kind !== 'Secret') return;
  throw new AppError(`Secret ${name} is not patched here: its contents would stand in the plan and in the records`, {
    code: 'INPUT_INVALID',
    hint: 'Change it where its contents come from, or by: kubectl edit secret',
  });
}
