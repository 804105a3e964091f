/** What goes on from earlier steps: corrections, "back", the same elsewhere, and the other one. */
import type { JsonObject } from '#kit';
import { answer } from '../decide.ts';
import { objectInput } from '../fill-pronoun.ts';
import type { Frame } from '../frames.ts';
import type { Interpreter } from '../interpret.ts';
import type { Speller } from '../spelling.ts';
import type { Token } from '../tokens.ts';
import type { CompiledAction } from '../vocabulary.ts';
import { askAgain, conclude, partialOf, partialSteps, type Read, stoppedBy } from './conclude.ts';
import { isOnlyPlace, readDelta } from './delta.ts';
import { hasContent, type Marks, textOf } from './markers.ts';
import type { Conversation, Turn, TurnStep } from './types.ts';

/** What of the engine is needed here. */
export interface Catalogue {
  actions: readonly CompiledAction[];
  speller: Speller;
}

export interface TurnInput {
  marks: Marks;
  tokens: readonly Token[];
  interpreter: Interpreter;
  conversation: Conversation;
  answers: Readonly<Record<string, string>>;
}

/** The words against the steps that they go on from. */
export function readTurn(engine: Catalogue, input: TurnInput): Read | undefined {
  const { marks, conversation } = input;
  const { open, turns } = conversation;
  if (marks.form === 'correct' && open !== undefined && open.steps.length > 0) {
    const corrected = readAgainst(engine, input, open.steps);
    if (corrected !== undefined) return { ...corrected, usesOpen: true };
  }
  const last = turns.at(-1);
  if (marks.form === 'back') return readBack(engine, input);
  if (last === undefined || (marks.isBare && last.changes && !marks.rest.some((token) => token.kind === 'number'))) return undefined;
  const found = readAgainst(engine, input, last.steps) ?? stopped(input, last);
  if (found?.result.status !== 'plan' || marks.form !== 'correct') return found;
  return { ...found, result: { ...found.result, notes: [...found.result.notes, ...leftBehind(last)] } };
}

/** "the same tomorrow": where words stay unexplained, a guard says more than they do. */
function stopped({ marks, tokens, interpreter }: TurnInput, { changes }: Turn): Read | undefined {
  const refused = marks.form === 'amend' ? undefined : stoppedBy(marks, tokens, interpreter.reading.polite, changes);
  return refused === undefined ? undefined : { result: refused, partial: [], usesOpen: false };
}

/** What a correction does not take back by itself. */
function leftBehind({ plan, run }: Turn): string[] {
  if (run?.state === 'done') return [`The request before was carried out already: devos undo ${run.id}`];
  return run?.state === 'waiting' && plan !== undefined ? [`The plan before still waits: devos deny ${plan}`] : [];
}

/** The newest change that the words can be about; where its earlier values are not known, they are asked for. */
function readBack(engine: Catalogue, input: TurnInput): Read | undefined {
  const { marks, conversation, interpreter } = input;
  for (const turn of conversation.turns.toReversed()) {
    for (const base of turn.changes ? turn.steps.toReversed() : []) {
      const open = hasObject(engine, base) ? readAgainst(engine, input, [base]) : undefined;
      if (open === undefined || isOther(engine, open, base)) continue;
      // A change that was not made has nothing to go back to.
      const known = turn.run?.state === 'done' ? unsaid(base.before, open) : {};
      if (Object.keys(known).length === 0) return open;
      const answers = { ...Object.fromEntries(Object.entries(known).map(([name, value]) => [name, String(value)])), ...input.answers };
      return readAgainst(engine, { ...input, answers }, [base], known);
    }
  }
  // Nothing to go back to: the rest of the sentence may still say all that is needed, or ask for it.
  const plain = answer(interpreter, marks.rest, engine.speller);
  const isSaid = plain.status === 'plan' && marks.rest.some((token) => token.kind === 'number');
  if (plain.status !== 'clarify' && !isSaid) return undefined;
  return { result: plain, partial: partialSteps(interpreter, marks.rest, input.answers), usesOpen: false };
}

function hasObject({ actions }: Catalogue, base: TurnStep): boolean {
  const compiled = actions.find(({ action }) => action.id === base.action);
  return (
    compiled !== undefined &&
    objectInput({ compiled }) !== undefined &&
    Object.keys(base.before).length + Object.keys(base.input).length > 1
  );
}

/** "scale it back to 4": what the sentence says stands above what was. */
function unsaid(before: JsonObject, { result, partial }: Read): JsonObject {
  const said = (result.status === 'plan' ? result.steps[0]?.input : partial[0]?.input) ?? {};
  return Object.fromEntries(Object.entries(before).filter(([name]) => said[name] === undefined));
}

/** "scale cart back" is not about the web-app that was scaled last. */
function isOther({ actions }: Catalogue, { result, partial }: Read, base: TurnStep): boolean {
  const compiled = actions.find(({ action }) => action.id === base.action);
  const object = compiled === undefined ? undefined : objectInput({ compiled });
  const step = result.status === 'plan' ? result.steps[0] : partial[0];
  return object !== undefined && step?.input[object] !== base.input[object];
}

function readAgainst(engine: Catalogue, input: TurnInput, bases: readonly TurnStep[], before: JsonObject = {}): Read | undefined {
  const { marks, interpreter, answers } = input;
  if (marks.form === 'other') return whichOther(engine, input);
  const isSaying = hasContent(marks.rest);
  if (!isSaying && marks.form !== 'again' && marks.form !== 'back') return undefined;
  const lists = bases.length === 1 ? [[marks.rest], cutList(marks.rest)] : [[marks.rest]];
  for (const parts of lists) {
    const frames = parts.flatMap((rest) => bases.map((base, index) => readStep(engine, input, rest, base, stepAnswers(answers, index))));
    const best = frames.map(([frame]) => frame);
    if (best.length === 0 || !best.every((frame) => frame !== undefined)) continue;
    if (bases.length > 1 && isSaying && !best.every((frame) => isOnlyPlace(frame)))
      return unsure(best, 'The last request had several steps. Say the whole of what is meant:');
    if (frames.some(([first, second]) => first !== undefined && second?.questions.length === 0 && first.questions.length === 0))
      return unsure(best, `"${textOf(marks.rest)}" can be read in two ways. Say the whole of what is meant:`);
    return conclude({ ...input, reading: interpreter.reading }, best, before);
  }
  return undefined;
}

function unsure(frames: readonly Frame[], text: string): Read {
  return { result: { status: 'clarify', questions: [askAgain(text)] }, partial: frames.map(partialOf), usesOpen: false };
}

/** Answers of one step: plain keys, and those with its number. */
function stepAnswers(answers: Readonly<Record<string, string>>, index: number): Record<string, string> {
  const own = `${index + 1}.`;
  return Object.fromEntries(
    Object.entries(answers).flatMap(([key, value]) => {
      if (key.startsWith(own)) return [[key.slice(own.length), value]];
      return /^\d+\./.test(key) ? [] : [[key, value]];
    }),
  );
}

function readStep(
  { actions }: Catalogue,
  { marks, interpreter }: TurnInput,
  rest: readonly Token[],
  base: TurnStep,
  answers: Record<string, string>,
): Frame[] {
  const compiled = actions.find(({ action }) => action.id === base.action);
  if (compiled === undefined) return [];
  return readDelta({
    reading: interpreter.reading,
    compiled,
    base,
    rest,
    answers,
    replaced: marks.replaced,
    isBack: marks.form === 'back',
  });
}

/** "same for cart and search". */
function cutList(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (/^(?:and|,|&|plus)$/.test(token.word) && token.kind !== 'quoted') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

/** "the other one" where no choice of two was made: which one has to be said. */
function whichOther({ actions }: Catalogue, { conversation, marks, tokens, answers, interpreter }: TurnInput): Read | undefined {
  const base = conversation.turns.at(-1)?.steps.at(-1);
  const compiled = actions.find(({ action }) => action.id === base?.action);
  const object = compiled === undefined ? undefined : objectInput({ compiled });
  if (base === undefined || compiled === undefined || object === undefined || hasContent(marks.rest)) return undefined;
  const chosen = answers[object];
  if (chosen !== undefined) {
    const frame = readDelta({
      reading: interpreter.reading,
      compiled,
      base: { ...base, input: { ...base.input, [object]: chosen }, place: {} },
      rest: [],
      answers,
    })[0];
    return frame === undefined ? undefined : conclude({ marks, tokens, answers, reading: interpreter.reading }, [frame], {});
  }
  const named = conversation.turns
    .flatMap(({ steps }) => steps.map(({ input }) => input[object]))
    .filter((value) => typeof value === 'string');
  const options = [...new Set(named)].filter((value) => value !== base.input[object]).toReversed();
  const ask = compiled.action.inputs[object]?.ask ?? `Which ${object}?`;
  return { result: { status: 'clarify', questions: [{ input: object, ask, options }] }, partial: [base], usesOpen: false };
}
