/** DevOS and two baselines on the same sentences. Baselines name one action and never ask, so they are compared on that alone. */
import type { Declaration } from '#kit';
import { type Answer, createScorer, type Group, type Labelled, type LanguageAction, type Share, shareOf } from '#language';
import { trainLinear } from './linear-baseline.ts';
import { phraseBaseline } from './phrase-baseline.ts';

export interface Contender {
  name: string;
  /** Of the sentences that one step of the catalogue answers, and nothing else does. */
  rightAction: Share;
  /** The same with every input that the label names; null for one that gives no inputs. */
  exactPlan: Share | null;
  /** Plans that change something, of the sentences that only a question or a refusal answers. */
  falseAccept: Share;
  falseAcceptDestructive: Share;
}

export interface Comparison {
  contenders: Contender[];
  notes: string[];
}

interface Compared {
  sentences: readonly Labelled[];
  actions: readonly LanguageAction[];
  declarations: readonly Declaration[];
  understand: (sentence: string) => Answer;
}

export function compare({ sentences, actions, declarations, understand }: Compared): Comparison {
  const known = new Map(declarations.map((declaration) => [declaration.id, declaration]));
  const oneStep = sentences.filter(({ expected }) =>
    expected.every((one) => one.kind === 'steps' && one.steps.length === 1 && one.steps.every(({ action }) => known.has(action))),
  );
  const traps = sentences.filter(({ expected }) => expected.every(({ kind }) => kind === 'clarify' || kind === 'refuse'));
  const phrases = phraseBaseline(new Set(known.keys()));
  const linear = trainLinear(actions);
  const score = (name: string, answer: (sentence: string) => Answer, hasInputs: boolean): Contender => {
    const scorer = createScorer({
      inputsOf: (action) => (known.has(action) ? [] : undefined),
      // By the usual level of an action: baselines give no inputs that more could be read from.
      dangerOf(steps) {
        const changing = steps.flatMap((step) => known.get(step.action) ?? []).filter(({ permission }) => permission !== 'read');
        if (changing.length === 0) return null;
        return changing.some(({ usualSafety }) => usualSafety === 'destructive') ? 'destructive' : 'moderate';
      },
    });
    for (const one of oneStep) scorer.add('one step', one, answer(one.sentence));
    for (const one of traps) scorer.add('traps', one, answer(one.sentence));
    const { files } = scorer.report();
    return contender(name, files, hasInputs);
  };
  return {
    contenders: [
      score('DevOS', understand, true),
      score('phrase matching', phrases.answer, true),
      score('linear classifier', (sentence) => linear.answer(sentence, 0), false),
      score('linear classifier, at least 50 % sure', (sentence) => linear.answer(sentence, 0.5), false),
    ],
    notes: [
      `compared on ${oneStep.length} sentences that one action of the catalogue answers (right action: inputs are not looked at), and on ${traps.length} that only a question or a refusal answers (false accept: any plan that changes something).`,
      `phrase matching: ${phrases.count} phrases, one for each common action that the catalogue has. Linear classifier: ${linear.classes} classes, ${linear.sentences} sentences generated from the declarations. Neither can ask or make several steps, so neither is asked to.`,
      'Sentences that the vocabulary was written with in sight flatter DevOS and the classifier; give other files to see more.',
    ],
  };
}

function contender(name: string, files: readonly Group[], hasInputs: boolean): Contender {
  const none = shareOf(0, 0);
  const [oneStep, traps] = ['one step', 'traps'].map((wanted) => files.find((file) => file.name === wanted));
  return {
    name,
    rightAction: oneStep === undefined ? none : shareOf(oneStep.exact.count + oneStep.wrongInput.count, oneStep.sentences),
    exactPlan: hasInputs ? (oneStep?.exact ?? none) : null,
    falseAccept: traps?.falseAccept ?? none,
    falseAcceptDestructive: traps?.falseAcceptDestructive ?? none,
  };
}
