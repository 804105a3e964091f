/** `devos eval`: labelled sentences scored in the caller's process. Names are taken as given and nothing is read. */
import { inputMeta, type PlannedAction, type AnyAction } from '#kit';
import { type AnswerStep, createScorer, type Danger, type EvalFailure, type EvalReport, parseLabelledLine } from '#language';
import { offlinePlan } from '#plan';
import { offlineLanguage } from './offline.ts';

export interface Evaluator {
  /** Scores one line of a file; undefined where the answer is as expected or the line holds none. Throws INPUT_INVALID. */
  score: (file: string, text: string, line: number) => EvalFailure | undefined;
  report: () => EvalReport;
}

type Actions = (AnyAction | PlannedAction)[];

/** The same files give the same report at any time. */
const now = new Date(0);

export async function offlineEvaluator(): Promise<Evaluator> {
  const { actions, understand } = offlineLanguage();
  const inputs = new Map(actions.map(({ id, input }) => [id, Object.keys(inputMeta(input))]));
  const reads = new Set(actions.filter(({ permission }) => permission === 'read').map(({ id }) => id));
  const scorer = createScorer({
    inputsOf: (action) => inputs.get(action),
    dangerOf: (steps) => (steps.every(({ action }) => reads.has(action)) ? null : dangerOfChange(steps, actions)),
  });
  return {
    score(file, text, line) {
      const labelled = parseLabelledLine(text, { file, line });
      return labelled === undefined ? undefined : scorer.add(file, labelled, understand(labelled.sentence, now));
    },
    report: scorer.report,
  };
}

/** As the plan itself would be rated. What cannot be planned counts as the worst. */
function dangerOfChange(steps: readonly AnswerStep[], actions: Actions): Danger {
  const bound = steps.map((step, index) => ({ ...step, id: String(index + 1), after: [] }));
  try {
    const { safety } = offlinePlan({ steps: bound, sentence: null, actions });
    return safety === 'destructive' ? 'destructive' : 'moderate';
  } catch {
    return 'destructive'; // Recovered from by counting it as the worst.
  }
}
