import { type Action, AppError, moderate, type RunContext, type VerifyResult, type Vocabulary } from '#kit';
import type { KubernetesClient } from '../connect.ts';
import { valueAt, type FoundObject } from '../objects.ts';
import { patchAction, type PatchOutput } from '../patch-action.ts';
import { placeOf } from '../place.ts';
import { RolloutInput, rolloutWords } from '../rollout-inputs.ts';
import { waitForRollout } from '../wait-for-rollout.ts';
import { readWorkload } from '../workloads.ts';

const rolling = (found: FoundObject) => ({ rollout: valueAt(found.raw, ['spec', 'paused']) === true ? 'paused' : 'active' });

function pauseAction(pauses: boolean, language: Vocabulary): Action<KubernetesClient, RolloutInput, PatchOutput> {
  const verb = pauses ? 'pause' : 'resume';
  const wanted = pauses ? 'paused' : 'active';
  return patchAction<RolloutInput>({
    id: `kubernetes.rollout.${verb}`,
    summary: pauses ? 'Hold the rollout of a deployment' : 'Let a held rollout go on',
    input: RolloutInput,
    language,
    usualSafety: 'moderate',
    safety: (_input, { environment }) =>
      moderate(
        pauses ? 'pods that run stay; changes wait until it is resumed' : 'changes that were held are rolled out now',
        ...(environment?.production === true ? ['production'] : []),
      ),
    kinds: () => ['Deployment'],
    change: (found) => {
      if (found.kind !== 'Deployment')
        throw new AppError(`A ${found.kind} has no rollout that can be paused`, { code: 'INPUT_INVALID', hint: 'Only deployments can.' });
      const before = rolling(found);
      const isSame = before.rollout === wanted;
      return {
        body: { spec: { paused: pauses ? true : null } },
        description: isSame
          ? `leave Deployment ${found.name} as it is: its rollout is ${wanted} already`
          : `${verb} the rollout of Deployment ${found.name}`,
        diff: [isSame ? `  ${found.name}  rollout  ${wanted} (unchanged)` : `~ ${found.name}  rollout  ${before.rollout} -> ${wanted}`],
        before,
        after: { rollout: wanted },
        command: ['rollout', verb, `deployment/${found.name}`],
      };
    },
    values: rolling,
    ...(pauses ? {} : { settle }),
    undoWords: (found, { before }) =>
      before['rollout'] === wanted ? 'nothing is changed' : `${pauses ? 'resume' : 'pause'} the rollout of Deployment ${found.name}`,
    undo: ({ name, namespace, cluster }) => ({
      action: `kubernetes.rollout.${pauses ? 'resume' : 'pause'}`,
      input: {
        name,
        kind: 'Deployment',
        ...(namespace === undefined ? {} : { namespace }),
        ...(cluster === undefined ? {} : { cluster }),
      },
    }),
  });
}

/** What was held is rolled out now, and may fail now. */
async function settle(
  input: RolloutInput,
  output: PatchOutput,
  { client, signal, progress }: RunContext<KubernetesClient>,
): Promise<VerifyResult> {
  const { cluster, namespace } = await placeOf(client, input);
  const workload = await readWorkload(cluster, 'Deployment', namespace, output.name, signal);
  if (workload === undefined) return { ok: false, message: `${output.kind} ${output.name} is gone` };
  return waitForRollout(cluster, workload, { signal, progress });
}

export const pauseRollout = pauseAction(true, {
  triggers: ['pause|freeze|halt|suspend|hold|interrupt & rollout|rollouts|roll out|rolling update|update|deployment|deploy'],
  also: rolloutWords,
  examples: ['pause the rollout of {name}'],
  counterExamples: ['should I pause the rollout of web-app?', 'pause the music'],
});

export const resumeRollout = pauseAction(false, {
  triggers: [
    'resume|unpause|un-pause|unfreeze|continue|go on with|carry on with|proceed with & rollout|rollouts|roll out|rolling update|update|deployment|deploy|{name}',
  ],
  also: rolloutWords,
  examples: ['resume the rollout of {name}'],
  counterExamples: ['should I resume the rollout of web-app?'],
});
