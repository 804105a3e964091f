import { inputMeta, type Slot } from '#kit';
import { describe, expect, it } from 'vitest';
import { actions, understand } from './__fixtures__/testing.ts';

/** Something that a person could say in this place. */
function sampleOf(slot: Slot | undefined, name: string): string {
  switch (slot?.type) {
    case 'name':
      return { namespace: 'shop', person: 'anna', project: 'OPS', cluster: 'kube-eu1' }[slot.of] ?? 'web-app';
    case 'count':
      return String(Math.max(slot.min, 4));
    case 'kind':
      return 'deployment';
    case 'choice':
      return Object.values(slot.values).flat()[0] ?? name;
    case 'amount':
      return 'by 2';
    case 'duration':
      return 'the last hour';
    case 'pattern':
      return slot.upper === true ? 'OPS-12' : 'app=web';
    default:
      return 'the slow search page';
  }
}

const cases = actions.flatMap((action) => {
  const inputs = inputMeta(action.input);
  const filled = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_, name: string) => sampleOf(inputs[name]?.slot, name));
  return action.language.examples.map((example) => ({ id: action.id, example: filled(example) }));
});
const counterCases = actions.flatMap((action) => (action.language.counterExamples ?? []).map((example) => ({ id: action.id, example })));

describe('examples of the declarations', () => {
  it.each(cases)('$example is $id', ({ id, example }) => {
    const result = understand(example);

    expect(result.status === 'plan' ? result.steps.map((step) => step.action) : result).toEqual([id]);
  });

  it.each(counterCases)('$example is not $id', ({ id, example }) => {
    const result = understand(example);

    expect(result.status === 'plan' ? result.steps.map((step) => step.action) : []).not.toContain(id);
  });
});
