/** What is understood and still not certain: contradictions, open ends of a text, two actions that fit. */
import type { Question } from '#kit';
import type { Interpretation, Interpreter } from './interpret.ts';
import type { BoundStep } from './share.ts';
import { CHANGE_VERBS } from './words.ts';

/** "restart cart and don't restart cart": what is left alone must be something else. */
export function brokenContrast({ composed, steps }: Interpretation): string | undefined {
  const used = new Set(steps.flatMap(({ input }) => Object.values(input).map((value) => String(value).toLowerCase())));
  for (const { tokens, isNegated } of composed.dropped) {
    if (!isNegated) continue;
    const words = tokens.map((token) => token.word);
    const named = tokens.filter(
      (token) =>
        token.kind === 'quoted' ||
        /[-\d._]/.test(token.word) ||
        (token.kind === 'word' &&
          !/^(?:but|and|do|don't|dont|not|never|leave|keep|touch|alone|the|a|it|them|any|anything|as|is|please|just|be|to|of|instead|rather|than|can|may|should|stay|stays|remain|remains)$/.test(
            token.word,
          )),
    );
    // "close OPS-1 but keep it open": what is forbidden is the same thing.
    const pointsBack = words.some((word) => /^(?:it|them|they)$/.test(word));
    if (named.length === 0 || pointsBack || words.some((word) => used.has(word))) return tokens.map((token) => token.text).join(' ');
  }
  return undefined;
}

/** Two steps that set the same object to different values. */
export function conflicts({ steps }: Interpretation): Question[] {
  for (const [index, { step, input }] of steps.entries()) {
    const { compiled } = step.frame;
    const same = steps
      .slice(index + 1)
      .find(
        (other) => other.step.frame.compiled === compiled && !compiled.isRead && isSameObject(step.frame.compiled.main, input, other.input),
      );
    const name = same === undefined ? undefined : Object.keys(input).find((key) => input[key] !== same.input[key]);
    if (same === undefined) continue;
    const asked = name ?? compiled.main ?? 'sentence';
    return [
      {
        input: asked,
        ask: `The sentence says two things about the same object. ${compiled.action.inputs[asked]?.ask ?? 'Which one is meant?'}`,
        options: name === undefined ? [] : [String(input[name]), String(same.input[name])],
      },
    ];
  }
  return [];
}

/** The answer keeps the step that says the same, and drops the other. */
export function settle(
  found: Interpretation,
  [conflict]: readonly Question[],
  answers: Readonly<Record<string, string>>,
): Interpretation | undefined {
  const answer = conflict === undefined ? undefined : answers[conflict.input];
  if (conflict === undefined || answer === undefined || !conflict.options.includes(answer)) return undefined;
  const others = new Set(conflict.options.filter((option) => option !== answer));
  const steps = found.steps.filter(({ input }) => !others.has(String(input[conflict.input])));
  return steps.length < found.steps.length && steps.length > 0 ? { ...found, steps } : undefined;
}

function isSameObject(main: string | undefined, left: BoundStep['input'], right: BoundStep['input']): boolean {
  const object = main ?? 'issue';
  return (
    left[object] !== undefined &&
    left[object] === right[object] &&
    left['kind'] === right['kind'] &&
    left['namespace'] === right['namespace'] &&
    left['cluster'] === right['cluster']
  );
}

/** "DEV-12 done?" asks; a request in the form of a question has a verb in front, or is polite. */
export function bareQuestion({ tokens, steps }: Interpretation, { reading }: Interpreter): boolean {
  const isAsked = tokens.at(-1)?.word === '?' && !tokens.some((token) => reading.polite.has(token));
  // "delete web-0?": what destroys is not done on a question.
  if (isAsked && steps.some(({ step }) => step.frame.compiled.action.destructive === true)) return true;
  return (
    isAsked &&
    steps.some(({ step }) => !step.frame.compiled.isRead && step.frame.draft.owners.find((owner) => owner !== 'general') !== 'action')
  );
}

/** "create a ticket to restart web-app and scale cart": where a text ends that nothing encloses is not certain. */
export function attachment({ steps }: Interpretation): Question[] {
  for (const [index, { step, input }] of steps.entries()) {
    const { compiled, draft } = step.frame;
    for (const { input: name, slot } of compiled.slots) {
      const filled = draft.filled.get(name);
      if (slot.type !== 'text' || filled?.strength !== 'left') continue;
      const words = filled.tokens.map((token) => token.word);
      const isTask = CHANGE_VERBS.has(words[0] ?? '');
      const isPurpose = isTask || step.tokens[step.tokens.findIndex((token) => token === filled.tokens[0]) - 1]?.word === 'to';
      const holdsClause =
        !isPurpose && words.some((word, at) => /^(?:and|then|,|;|but)$/.test(word) && CHANGE_VERBS.has(words[at + 1] ?? ''));
      if (holdsClause || (isTask && index < steps.length - 1)) {
        return [
          {
            input: 'sentence',
            ask: `Does the text "${String(input[name])}" end there? Say it again with the text in quotes:`,
            options: [],
          },
        ];
      }
    }
  }
  return [];
}

export function rivals({ composed }: Interpretation, { answers }: Interpreter): Question[] {
  if (composed.rival === undefined || answers['action'] !== undefined) return [];
  const options = [composed.rival.frame, composed.rival.rival].map((frame) => frame.compiled.action.id);
  return [{ input: 'action', ask: 'The sentence fits two actions. Which one is meant?', options }];
}
