import { AppError, pattern, verbs } from '#kit';
import { z } from 'zod';
import { container, target, workloadKind, workloadName } from '../inputs.ts';
import { valueAt, type FoundObject } from '../objects.ts';
import { patchAction } from '../patch-action.ts';
import { budgetsOf, riskOfRollout, rolloutSafety } from '../risk.ts';
import { isJsonObject } from '../schema.ts';
import { waitForRollout } from '../wait-for-rollout.ts';
import { placeOf } from '../place.ts';
import { readWorkload, toWorkload, type WorkloadKind } from '../workloads.ts';

const image = () =>
  pattern(String.raw`(?=.*[:@/])(?:[a-z0-9.-]+(?::\d+)?\/)?[a-z0-9._\/-]+(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?`, {
    nouns: ['image', 'img'],
    after: ['to', 'image', 'img', 'with', 'on', '->', '='],
    keyed: 'container',
    describe: 'Image with its tag or digest, such as nginx:1.27.1',
    ask: 'Which image?',
  });

const Input = z.object({
  name: workloadName(),
  image: image(),
  container: container(),
  kind: workloadKind(),
  was: z.string().max(1000).describe('The image before; filled in by planning').optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const kinds: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

export const setImage = patchAction<Input>({
  id: 'kubernetes.deployment.setImage',
  summary: 'Roll out another image of a workload',
  input: Input,
  language: {
    triggers: [
      `${verbs.update}|use|put|bump|move|swap|replace|pin|upgrade|roll|deploy|roll out & image|img|image tag|image version`,
      'image|img & {image}',
      `${verbs.update}|run|upgrade|bump|move|roll out|rollout|roll|deploy|use|put|pin|swap|replace|ship|point|release & {image}`,
    ],
    also: 'back|image|img|deployment|container|of|to|kubectl|for|tag|version|new|in|running|from|with|it|should|be|onto|the|now|instead|app|application|service|pod|pods|workload|so|that|runs|statefulset|daemonset|docker',
    examples: ['set the image of {name} to nginx:1.27.1'],
    counterExamples: ['resize the image logo.png', 'should I change the image of web-app?'],
  },
  usualSafety: 'moderate',
  safety: (_input, facts) => rolloutSafety(facts),
  kinds: ({ kind }) => (kind === undefined ? [...kinds] : [kind]),
  change: (found, input) => {
    const { name, image: current } = containerOf(found, input.container);
    const isSame = current === input.image;
    const title = `${found.kind} ${found.name}`;
    return {
      type: 'strategic',
      body: { spec: { template: { spec: { containers: [{ name, image: input.image }] } } } },
      description: isSame ? `leave ${title} at ${current}, which it runs already` : `roll out ${input.image} on ${title}`,
      diff: [isSame ? `  ${found.name}  ${name}  ${current} (unchanged)` : `~ ${found.name}  ${name}  ${current} -> ${input.image}`],
      before: { image: current },
      after: { image: input.image },
      command: ['set', 'image', `${found.kind.toLowerCase()}/${found.name}`, `${name}=${input.image}`],
      was: current,
    };
  },
  look: async ({ cluster }, found, _input, signal) => {
    const kind = kinds.find((candidate) => candidate === found.kind) ?? 'Deployment';
    const budgets = await budgetsOf(cluster, found.namespace ?? 'default', signal);
    return { facts: riskOfRollout([toWorkload(cluster, kind, found.raw)], budgets), diff: [] };
  },
  values: (found, input) => ({ image: containerOf(found, input.container).image }),
  undoWords: (found, { before }) => `roll ${String(before['image'])} out again on ${found.kind} ${found.name}`,
  undo: ({ name, was, kind, container: only, namespace, cluster }) => ({
    action: 'kubernetes.deployment.setImage',
    input: {
      name,
      image: was ?? '',
      ...(kind === undefined ? {} : { kind }),
      ...(only === undefined ? {} : { container: only }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(cluster === undefined ? {} : { cluster }),
    },
  }),
  settle: async (input, output, { client, signal, progress }) => {
    const { cluster, namespace } = await placeOf(client, input);
    const kind = kinds.find((candidate) => candidate === output.kind) ?? 'Deployment';
    const workload = await readWorkload(cluster, kind, namespace, output.name, signal);
    if (workload === undefined) return { ok: false, message: `${output.kind} ${output.name} is gone` };
    return waitForRollout(cluster, workload, { signal, progress });
  },
});

/** The one container, or the named one. Throws AMBIGUOUS and NOT_FOUND naming those there are. */
function containerOf(found: FoundObject, wanted: string | undefined): { name: string; image: string } {
  const list = valueAt(found.raw, ['spec', 'template', 'spec', 'containers']);
  const all = (Array.isArray(list) ? list : []).flatMap((one) =>
    isJsonObject(one) && typeof one['name'] === 'string' ? [{ name: one['name'], image: String(one['image'] ?? '') }] : [],
  );
  const names = all.map(({ name }) => name);
  const [only, more] = wanted === undefined ? all : all.filter(({ name }) => name === wanted);
  if (only !== undefined && more === undefined) return only;
  if (only === undefined)
    throw new AppError(`${found.kind} ${found.name} has no container ${wanted ?? ''}`, {
      code: 'NOT_FOUND',
      hint: names.length === 0 ? 'It is no workload.' : `Its containers: ${names.join(', ')}`,
      details: { containers: names },
    });
  throw new AppError(`${found.kind} ${found.name} has ${names.length} containers`, {
    code: 'AMBIGUOUS',
    hint: `Say which one: container ${names.join(', or container ')}`,
    details: { containers: names },
  });
}
