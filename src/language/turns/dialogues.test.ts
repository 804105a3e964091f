import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MADE, talk } from './__fixtures__/talk.ts';
import type { Conversation } from './types.ts';

describe('any dialogue', () => {
  const words =
    'no not the other one same again back undo that it its them scale restart logs of cart web-app search staging shop in to for and , 5 3 what about i meant now please ? close DEV-5 first second';
  const sentence = fc.array(fc.constantFrom(...words.split(' ')), { minLength: 1, maxLength: 7 }).map((said) => said.join(' '));

  it('is read without a throw, and never carries what it does not mark', () => {
    let turnsRead = 0;
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 2, maxLength: 5 }), (sentences) => {
        const { result, conversation } = talk(['scale web-app to 5', MADE, ...sentences]);
        turnsRead += sentences.length;

        expect(conversation.turns.length).toBeLessThanOrEqual(8);
        for (const step of result.status === 'plan' ? result.steps : []) {
          const spoken = new Set([...(step.carried ?? []), ...step.evidence.map(({ as }) => as.replace('input:', ''))]);
          const looked = ['namespace', 'cluster', 'kind'];
          expect(
            Object.keys(step.input).filter((input) => !spoken.has(input) && !looked.includes(input) && !isAnswered(conversation, input)),
          ).toEqual([]);
        }
      }),
      { numRuns: 120, seed: 7 },
    );
    expect(turnsRead).toBeGreaterThan(400);
  });

  /** What an answer gave stands in no word of the sentence that asked, and what is shared stands in the other step. */
  function isAnswered({ turns }: Conversation, input: string): boolean {
    const turn = turns.at(-1);
    return (turn?.steps.length ?? 0) > 1 || turn?.steps.some(({ said: inputs }) => inputs.includes(input)) === true;
  }
});
