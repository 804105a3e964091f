import { type Action, moderate, resourceName, type Vocabulary } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { target } from '../inputs.ts';
import { valueAt, type FoundObject } from '../objects.ts';
import { patchAction, type PatchOutput } from '../patch-action.ts';

const Input = z.object({ name: resourceName('Node'), ...target });
type Input = z.infer<typeof Input>;

const schedulable = (found: FoundObject) => ({
  'new pods': valueAt(found.raw, ['spec', 'unschedulable']) === true ? 'refused' : 'allowed',
});

function cordonAction(close: boolean, language: Vocabulary): Action<KubernetesClient, Input, PatchOutput> {
  const verb = close ? 'cordon' : 'uncordon';
  const wanted = close ? 'refused' : 'allowed';
  return patchAction<Input>({
    id: `kubernetes.node.${verb}`,
    summary: close ? 'Let no new pods onto a node' : 'Let new pods onto a node again',
    input: Input,
    language,
    usualSafety: 'moderate',
    safety: (_input, { environment }) =>
      moderate(
        close ? 'pods that run there stay; new ones go elsewhere' : 'new pods may be placed there again',
        ...(environment?.production === true ? ['production'] : []),
      ),
    kinds: () => ['Node'],
    change: (found) => {
      const before = schedulable(found);
      const isSame = before['new pods'] === wanted;
      return {
        body: { spec: { unschedulable: close ? true : null } },
        description: isSame ? `leave Node ${found.name} as it is: new pods are ${wanted} already` : `${verb} Node ${found.name}`,
        diff: [
          isSame ? `  ${found.name}  new pods  ${wanted} (unchanged)` : `~ ${found.name}  new pods  ${before['new pods']} -> ${wanted}`,
        ],
        before,
        after: { 'new pods': wanted },
        command: [verb, found.name],
      };
    },
    values: schedulable,
    undoWords: (found, { before }) =>
      before['new pods'] === wanted ? 'nothing is changed' : `${close ? 'uncordon' : 'cordon'} Node ${found.name}`,
    undo: ({ name, cluster }) => ({
      action: `kubernetes.node.${close ? 'uncordon' : 'cordon'}`,
      input: { name, ...(cluster === undefined ? {} : { cluster }) },
    }),
  });
}

export const cordonNode = cordonAction(true, {
  triggers: [
    'cordon',
    'unschedulable|not schedulable|non-schedulable',
    'stop scheduling|block scheduling|disable scheduling|prevent scheduling|turn off scheduling|no new pods|no more pods|no new workloads|no further pods|stop new pods|block new pods|stop placing pods|stop putting pods & node|{name}',
    'close|block|shut & for new pods|for scheduling|for new workloads|for pods',
    'take|pull|put|get|remove & out of rotation|out of scheduling|out of the scheduling pool|out of the scheduler & node|{name}',
  ],
  also: 'node|nodes|worker|machine|host|make|mark|set|flag|kubectl|k|as|to|it|new|pods|any|more|should|land|onto|go|there|be|placed|scheduled|accept|so|that|for|maintenance',
  examples: ['cordon node web-1'],
  counterExamples: ['should I cordon node-3?', 'do not cordon node-3'],
});

export const uncordonNode = cordonAction(false, {
  triggers: [
    'uncordon|un-cordon',
    'schedulable',
    'allow|enable|resume|re-enable|reenable|turn on|permit & scheduling|new pods|pods again & node|{name}',
    'put|bring|take|return|add|get & back in service|back into service|back in rotation|back into rotation|back to rotation|back in the pool|back into the pool|back to work|back to service & node|{name}',
    'open|reopen|free & for new pods|for scheduling|for new workloads|for pods',
    'accept|take & pods|workloads & again & node|{name}',
  ],
  also: 'node|nodes|worker|machine|host|make|mark|set|again|kubectl|k|as|to|it|new|pods|workloads|on|onto|let|allow|accept|maintenance|finished|done|over|is|after',
  examples: ['uncordon node web-1'],
  counterExamples: ['why did you uncordon node-3'],
});
