import { AppError, destructive, moderate, pattern, resourceName } from '#kit';
import { z } from 'zod';
import { target } from '../inputs.ts';
import { isBare, isMirror, isOver, podsOnNode, podTitle } from '../node-pods.ts';
import type { FoundObject } from '../objects.ts';
import { patchAction } from '../patch-action.ts';
import { changedTaints, parseTaint, taintsOf, type TaintChange, taintText, tolerates, touchedTaints } from '../taints.ts';
import { counted } from '../words.ts';

const words = 'node|nodes|cluster|kubectl|k|kubernetes|k8s|kube|the|in|on|of|for|my|our';

const Input = z.object({
  name: resourceName('Node'),
  taint: pattern(
    String.raw`[A-Za-z0-9][\w./-]*(?:=[\w.-]*)?:(?:NoSchedule|PreferNoSchedule|NoExecute)-?|[A-Za-z0-9][\w./-]*=[\w.-]+-?|[A-Za-z0-9][\w./]*-`,
    {
      nouns: ['taint'],
      after: ['with', 'taint', 'the taint', 'with taint', 'as'],
      removal: 'whole',
      describe: 'Taint: key=value:effect; a trailing - removes it',
      ask: 'Which taint, as key=value:effect?',
    },
  ),
  was: z.string().max(1000).describe('The taints of that key before; filled in by planning').optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const values = (found: FoundObject, { taint }: Input) => ({ taint: textOf(found, taint) });

const textOf = (found: FoundObject, taint: string): string =>
  touchedTaints(found.raw, { ...parseTaint(taint), value: undefined })
    .map(taintText)
    .join(' ') || 'none';

export const taintNode = patchAction<Input>({
  id: 'kubernetes.node.taint',
  summary: 'Taint a node',
  input: Input,
  language: {
    triggers: ['taint|untaint'],
    also: `${words}|taint|taints|with|add|a|to|remove|from|put|set|as|delete|drop|clear|apply|it|off|take|untaint|worker|so|that|new|effect`,
    examples: ['taint node web-app with dedicated=ml:NoSchedule'],
    counterExamples: ['should I taint node-3?'],
  },
  usualSafety: 'moderate',
  safety: ({ taint }, { environment, live }) => {
    const { effect, removes } = parseTaint(taint);
    const production = environment?.production === true ? ['production'] : [];
    if (removes) return moderate('pods may be placed there that were kept away', ...production);
    if (effect !== 'NoExecute') return moderate('pods that run there stay; new ones that do not tolerate it go elsewhere', ...production);
    const driven = live?.['podsTouched'];
    const bare =
      typeof live?.['barePods'] === 'number' && live['barePods'] > 0
        ? [`${counted(live['barePods'], 'pod')} of them nobody makes again`]
        : [];
    return destructive(
      typeof driven === 'number'
        ? `drives ${counted(driven, 'pod')} off the node at once, whatever a disruption budget says`
        : 'drives pods off the node at once',
      ...bare,
      ...production,
    );
  },
  kinds: () => ['Node'],
  change: (found, input) => {
    const asked = parseTaint(input.taint);
    const former = formerOf(found, asked);
    const before = values(found, input);
    const list = changedTaints(found.raw, asked);
    const after = values({ ...found, raw: { spec: { taints: list } } }, input);
    const isSame = before.taint === after.taint;
    const there = asked.removes ? 'it has no such taint' : `it has the taint ${input.taint} already`;
    const deed = asked.removes ? `take the taint ${former} off Node ${found.name}` : `taint Node ${found.name} with ${input.taint}`;
    return {
      body: { spec: { taints: list.length === 0 ? null : list } },
      description: isSame ? `leave Node ${found.name} as it is: ${there}` : deed,
      diff: [isSame ? `  ${found.name}  taint  ${before.taint} (unchanged)` : `~ ${found.name}  taint  ${before.taint} -> ${after.taint}`],
      before,
      after,
      command: ['taint', 'node', found.name, ...(asked.removes ? [] : ['--overwrite']), input.taint],
      was: former,
    };
  },
  values,
  look: async ({ cluster }, found, { taint }, signal) => {
    const { key, value, effect, removes } = parseTaint(taint);
    if (removes || effect !== 'NoExecute') return { facts: {}, diff: [] };
    const isThere = taintsOf(found.raw).some((one) => one.key === key && one.effect === effect && one.value === value);
    const driven = isThere
      ? []
      : (await podsOnNode(cluster, found.name, signal)).filter(
          (pod) => !isOver(pod) && !isMirror(pod) && !tolerates(pod, { key, value: value ?? '', effect }),
        );
    const lost = driven.filter(isBare);
    return {
      facts: { podsTouched: driven.length, barePods: lost.length },
      diff: [
        ...driven
          .slice(0, shownPods)
          .map((pod) => `- Pod ${podTitle(pod)}  leaves the node${isBare(pod) ? ', and nobody makes it again' : ''}`),
        ...(driven.length > shownPods ? [`  and ${driven.length - shownPods} more pods`] : []),
      ],
    };
  },
  undoWords: (found, { before, after, was = 'none' }) => {
    if (before['taint'] === after['taint']) return 'nothing is changed';
    return was === 'none' ? `take the taint off Node ${found.name} again` : `taint Node ${found.name} with ${was} again`;
  },
  undo: ({ name, taint, was = 'none', cluster }) => ({
    action: 'kubernetes.node.taint',
    input: { name, taint: wayBack(taint, was), ...(cluster === undefined ? {} : { cluster }) },
  }),
});

const shownPods = 20;

/** Put back what was replaced or removed; take off what is new. */
function wayBack(taint: string, was: string): string {
  if (was !== 'none') return was;
  return taint.endsWith('-') ? taint : `${taint}-`;
}

/** Throws AMBIGUOUS where several would go at once: there would be no single way back. */
function formerOf(found: FoundObject, asked: TaintChange): string {
  const [first, second] = touchedTaints(found.raw, asked);
  if (first === undefined) return 'none';
  if (second === undefined) return taintText(first);
  const all = touchedTaints(found.raw, asked).map(taintText);
  throw new AppError(`Node ${found.name} has several such taints: ${all.join(', ')}`, {
    code: 'AMBIGUOUS',
    hint: `Say which: ${all.map((one) => `${one}-`).join(', or ')}`,
    details: { taints: all },
  });
}
