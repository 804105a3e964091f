/** From the best reading to the answer: guards, alternatives, contradictions, and at last the plan. */
import type { Json, Question } from '#kit';
import { findAlternatives } from './alternatives.ts';
import { attachment, bareQuestion, brokenContrast, conflicts, rivals, settle } from './doubts.ts';
import { carriedInputs } from './fill-pronoun.ts';
import { findGuards, type GuardHit, guardMessage } from './guards.ts';
import { interpret, type Interpretation, type Interpreter } from './interpret.ts';
import { notUnderstood, refuse } from './refuse.ts';
import { beforeMarker, findRepair } from './repair.ts';
import type { BoundStep } from './share.ts';
import type { Speller } from './spelling.ts';
import type { Token } from './tokens.ts';
import type { UnderstoodSentence, UnderstoodStep, WordEvidence } from './types.ts';
import { BLANKET, CHANGE_VERBS, DESTRUCTIVE_VERBS } from './words.ts';

export function answer(interpreter: Interpreter, tokens: readonly Token[], speller: Speller): UnderstoodSentence {
  const plain = interpret(interpreter, tokens);
  if (plain.status !== 'plan' || !isOnlyText(plain, tokens)) {
    const repaired = repair(interpreter, tokens, speller);
    if (repaired !== undefined) return repaired;
  }
  return decide(interpreter, plain, speller);
}

/** Whether the words that could take something back all stand inside a free text. */
function isOnlyText(plain: Interpretation, tokens: readonly Token[]): boolean {
  const text = textTokens(plain);
  return (
    findRepair(
      tokens.filter((token) => text.get(token) !== 'stated'),
      () => false,
    ).status === 'none'
  );
}

function repair(interpreter: Interpreter, tokens: readonly Token[], speller: Speller): UnderstoodSentence | undefined {
  let values: ReadonlySet<Token> | undefined;
  const found = findRepair(tokens, (token) => {
    values ??= new Set(valueTokens(interpreter, beforeMarker(tokens)));
    return values.has(token);
  });
  if (found.status === 'none') return undefined;
  if (found.status === 'takenBack') return refuse('NEGATED', `"${found.text}" takes the request back, so nothing is done.`);
  const question: Question = {
    input: 'sentence',
    ask: 'The sentence takes back a part of itself. Say it again as it is meant:',
    options: [],
  };
  if (found.status === 'unclear') return { status: 'clarify', questions: [question] };
  const result = decide(interpreter, interpret(interpreter, found.tokens), speller);
  if (result.status === 'plan') return { ...result, notes: [found.note, ...result.notes] };
  return result.status === 'refuse' && result.code === 'NOT_UNDERSTOOD' ? { status: 'clarify', questions: [question] } : result;
}

/** Ends of the part before a marker that are tried. */
const MOST_ENDS = 2;

/** Tokens that the part before the marker takes as values. */
function valueTokens(interpreter: Interpreter, tokens: readonly Token[]): Token[] {
  const found: Token[] = [];
  let tried = 0;
  for (let to = tokens.length; to > 0 && found.length === 0 && tried < MOST_ENDS; to -= 1) {
    const isEnd = to === tokens.length || tokens[to]?.kind === 'punct';
    if (!isEnd) continue;
    tried += 1;
    const { steps } = interpret(interpreter, tokens.slice(0, to));
    for (const { step } of steps) for (const { tokens: taken } of step.frame.draft.filled.values()) found.push(...taken);
  }
  return found;
}

function decide(interpreter: Interpreter, found: Interpretation, speller: Speller): UnderstoodSentence {
  const hit = stoppedBy(interpreter, found);
  if (hit !== undefined) return refuse(hit.code, guardMessage(hit), [], unconditional(interpreter, found, hit));
  const text = textTokens(found);
  const alternatives = findAlternatives(found.tokens.filter((token) => text.get(token) !== 'stated' || found.status === 'refuse'));
  if (alternatives !== undefined) return chooseAlternative(interpreter, alternatives.variants, alternatives.text, found, speller);
  if (found.status === 'refuse') return refusal(interpreter, found, speller);
  const contrast = brokenContrast(found);
  if (contrast !== undefined) return refuse('NEGATED', `"${contrast}" forbids what the rest asks for, so nothing is done.`);
  if (bareQuestion(found, interpreter)) return refuse('ADVICE', 'This asks whether; to have it done, say it as a request.');
  const conflict = conflicts(found);
  const settled = settle(found, conflict, interpreter.answers);
  if (settled !== undefined) return decide(interpreter, settled, speller);
  const questions = [...found.questions, ...conflict, ...attachment(found), ...rivals(found, interpreter)];
  if (questions.length > 0) return { status: 'clarify', questions };
  return { status: 'plan', steps: toSteps(found), notes: found.notes };
}

function isChanging({ steps, composed }: Interpretation): boolean {
  return steps.some(({ step }) => !step.frame.compiled.isRead) || composed.miss?.frame?.compiled.isRead === false;
}

/** "moved", "restarting": what a refused sentence would have changed, or reports. */
function isChangeWord({ word, kind }: Token): boolean {
  const stems = [word, word.replace(/(?:e?d|ing|s)$/, ''), word.replace(/(?:d|ing)$/, 'e').replace(/ee$/, 'e')];
  return kind === 'word' && stems.some((stem) => CHANGE_VERBS.has(stem) || DESTRUCTIVE_VERBS.has(stem));
}

/** The first guard that stands in the way. */
export function stoppedBy({ reading }: Interpreter, found: Interpretation): GuardHit | undefined {
  const { tokens } = found;
  const text = textTokens(found);
  const isQuietReport = (hit: GuardHit) => {
    const own = tokens.slice(hit.from, hit.to);
    const dropped = found.composed.dropped.filter(({ tokens: words }) => own.every((token) => words.includes(token)));
    const isAfter = hit.from > 0;
    return dropped.some(({ isNegated, isDisuse }) =>
      isNegated || isDisuse === true ? hit.code === 'NEGATED' : hit.code === 'PAST' && isAfter,
    );
  };
  const isInside = (hit: GuardHit) => {
    const strengths = tokens.slice(hit.from, hit.to).map((token) => text.get(token));
    if (strengths.length === 0 || strengths.includes(undefined)) return false;
    return strengths.every((strength) => strength === 'stated') || !hit.inText;
  };
  const hits = findGuards(
    tokens,
    tokens.map((token) => reading.polite.has(token)),
  );
  const changes = isChanging(found) || (found.status === 'refuse' && tokens.some((token) => isChangeWord(token)));
  return hits.find(
    (hit) =>
      hit.code === 'INJECTION' ||
      ((hit.when === 'always' || changes) && !isInside(hit) && !isQuietReport(hit) && !isDefinition(found, hit) && !isValue(found, hit)),
  );
}

/** "roll back cart if the errors rise": what can be asked for when it holds is the rest, as it was said. Only offered, never done. */
function unconditional(interpreter: Interpreter, { tokens }: Interpretation, { code, from, to }: GuardHit): string[] {
  if (code !== 'CONDITIONAL' && code !== 'SCHEDULED') return [];
  const comma = tokens.findIndex((token, at) => at >= to && token.word === ',');
  const rests = [tokens.slice(0, from), comma < 0 ? [] : tokens.slice(comma + 1), [...tokens.slice(0, from), ...tokens.slice(to)]];
  const { reading } = interpreter;
  for (const rest of rests) {
    const first = rest[0];
    const last = rest.at(-1);
    if (first === undefined || last === undefined) continue;
    const again = interpret(interpreter, rest);
    if (again.status !== 'plan' || stoppedBy(interpreter, again) !== undefined) continue;
    const isWhole = rest.length === tokens.indexOf(last) - tokens.indexOf(first) + 1;
    const text = isWhole ? reading.sentence.slice(first.start, last.end) : rest.map((token) => token.text).join(' ');
    return [text.replace(/[\s,.;:–—-]+$/, '')];
  }
  return [];
}

/** "alert me when the error rate rises": the condition is what the alert is about. */
function isDefinition({ steps, tokens }: Interpretation, { code, from, to }: GuardHit): boolean {
  const own = tokens.slice(from, to);
  return steps.some(({ step }) => {
    const { compiled, draft } = step.frame;
    if (!(compiled.action.language.allows ?? []).some((allowed) => allowed === code)) return false;
    const trigger = draft.owners.indexOf('action');
    return trigger >= 0 && own.every((token) => step.tokens.indexOf(token) > trigger || step.more?.includes(token) === true);
  });
}

const FORBIDS = /^(?:not|never|no|nobody|nothing|don't|dont|stop|cancel|without)$/;

/** "pods that are not labelled app=web": the words are the value of an input, and forbid nothing. */
function isValue({ steps, tokens }: Interpretation, { from, to }: GuardHit): boolean {
  const own = tokens.slice(from, to);
  return steps.some(({ step }) => {
    const { compiled, draft } = step.frame;
    // "stop scheduling on node-3": the words are the action itself. A single word may still forbid a change.
    const isTrigger = (compiled.isRead || own.length > 1) && own.every((token) => draft.owners[draft.tokens.indexOf(token)] === 'action');
    return (
      isTrigger ||
      compiled.slots.some(
        ({ input, slot }) =>
          (slot.type === 'pattern' ||
            slot.type === 'choice' ||
            (slot.type === 'name' && own.every((token) => /^\p{Lu}/u.test(token.text) && !FORBIDS.test(token.word)))) &&
          own.every(
            (token) =>
              draft.filled.get(input)?.tokens.includes(token) === true ||
              (slot.type === 'pattern' && draft.owners[draft.tokens.indexOf(token)] === `mark:${input}`),
          ),
      )
    );
  });
}

/** Tokens of free texts and of names that were introduced as such. */
function textTokens({ steps }: Interpretation): Map<Token, 'stated' | 'left'> {
  const found = new Map<Token, 'stated' | 'left'>();
  for (const { step } of steps) {
    const { draft, compiled } = step.frame;
    for (const { input, slot } of compiled.slots) {
      const filled = draft.filled.get(input);
      if (filled === undefined || (filled.strength !== 'stated' && (slot.type !== 'text' || filled.strength !== 'left'))) continue;
      for (const token of filled.tokens) found.set(token, filled.strength === 'stated' ? 'stated' : 'left');
    }
  }
  return found;
}

/** Both ways are read; where they differ is the question. */
function chooseAlternative(
  interpreter: Interpreter,
  variants: readonly [Token[], Token[]],
  text: string,
  found: Interpretation,
  speller: Speller,
): UnderstoodSentence {
  const both = variants.map((tokens) => interpret({ ...interpreter, answers: {} }, tokens));
  const stopped = both.map((one) => stoppedBy(interpreter, one)).find((hit) => hit !== undefined);
  if (stopped !== undefined) return refuse(stopped.code, guardMessage(stopped));
  const [left, right] = both;
  if (left === undefined || right === undefined || (left.status === 'refuse' && right.status === 'refuse')) {
    return isChanging(found)
      ? refuse('ALTERNATIVE', `"${text}" leaves a choice open. Say which one is meant.`)
      : refusal(interpreter, found, speller);
  }
  const difference = differs(left, right);
  if (difference === undefined)
    return {
      status: 'clarify',
      questions: [{ input: 'sentence', ask: `"${text}" leaves a choice open. Say it again with the one that is meant:`, options: [] }],
    };
  const { input, values } = difference;
  const chosen = interpreter.answers[input]?.trim().toLowerCase();
  const picked = variants[values.findIndex((value) => String(value).toLowerCase() === chosen)];
  if (picked !== undefined) return decide(interpreter, interpret(interpreter, picked), speller);
  const asked = left.steps[0]?.step.frame.compiled.action.inputs[input]?.ask ?? `Which ${input}?`;
  return { status: 'clarify', questions: [{ input, ask: `"${text}" leaves a choice open. ${asked}`, options: values.map(String) }] };
}

/** The first input in which two readings of the same actions differ. */
function differs(left: Interpretation, right: Interpretation): { input: string; values: Json[] } | undefined {
  for (const [index, { input, step }] of left.steps.entries()) {
    const other = right.steps[index];
    if (other === undefined || other.step.frame.compiled !== step.frame.compiled) return undefined;
    for (const name of new Set([...Object.keys(input), ...Object.keys(other.input)])) {
      if (input[name] !== other.input[name])
        return { input: name, values: [input[name] ?? null, other.input[name] ?? null].filter((value) => value !== null) };
    }
  }
  return undefined;
}

function refusal({ reading, actions }: Interpreter, found: Interpretation, speller: Speller): UnderstoodSentence {
  const { miss, steps } = found.composed;
  const tokens = miss?.tokens ?? found.tokens;
  const frame = miss?.frame ?? steps.find(({ frame: one }) => one.coverage < 1)?.frame;
  const blanket = frame?.compiled.isRead === false ? frame.unexplained.find((token) => BLANKET.has(token.word)) : undefined;
  if (blanket !== undefined) return refuse('BLANKET', `"${blanket.text}" is too wide for a change: name what is meant.`, [blanket.text]);
  return notUnderstood(reading, actions, tokens, frame, speller);
}

/** Steps run one after the other as soon as one of two neighbours changes something or "then" is between them. */
function toSteps({ steps }: Interpretation): UnderstoodStep[] {
  return steps.map(({ step, input }, index): UnderstoodStep => {
    const carried = carriedInputs(step.frame);
    const before = steps[index - 1];
    const isOrdered =
      before !== undefined && (!step.frame.compiled.isRead || !before.step.frame.compiled.isRead || /then|after/.test(step.link));
    return {
      id: String(index + 1),
      action: step.frame.compiled.action.id,
      input,
      evidence: evidence(step.frame.draft),
      ...(carried.length === 0 ? {} : { carried }),
      after: isOrdered ? [String(index)] : [],
    };
  });
}

export function evidence({ tokens, owners }: BoundStep['step']['frame']['draft']): WordEvidence[] {
  return tokens.map((token, at) => ({
    text: token.text,
    start: token.start,
    end: token.end,
    as: (owners[at] ?? 'unexplained').replace(/^mark:/, 'input:'),
  }));
}
