/** One sentence in the state of its conversation: first for itself, then as what goes on from before. */
import type { JsonObject } from '#kit';
import { answer } from '../decide.ts';
import { objectInput } from '../fill-pronoun.ts';
import type { Interpreter } from '../interpret.ts';
import { refuse } from '../refuse.ts';
import type { Token } from '../tokens.ts';
import type { RefusedSentence, UnderstandOptions, UnderstoodSentence } from '../types.ts';
import { type Catalogue, readTurn } from './against.ts';
import { askAgain, partialSteps, type Read } from './conclude.ts';
import { CHANGE_VERBS, READ_VERBS } from '../words.ts';
import { holdsUndo, type Marks, readMarks, textOf } from './markers.ts';
import type { Conversation, TurnResult, TurnStep } from './types.ts';

/** What of the engine a conversation needs. */
export interface TurnEngine extends Catalogue {
  prepare: (sentence: string, options: UnderstandOptions) => { interpreter: Interpreter; tokens: Token[] } | { refused: RefusedSentence };
}

/** In the conversation as it is given; an answer has been put in its place before. */
export function readSentence(engine: TurnEngine, sentence: string, conversation: Conversation, options: UnderstandOptions): Read {
  const last = { steps: referable(engine, conversation) };
  const prepared = engine.prepare(sentence, { ...options, ...(last.steps.length === 0 ? {} : { last }) });
  const plainly = (result: UnderstoodSentence, partial: TurnStep[] = []): Read => ({ result, partial, usesOpen: false });
  if ('refused' in prepared) return plainly(prepared.refused);
  const { interpreter, tokens } = prepared;
  const marks = readMarks(tokens, interpreter.reading.polite);
  if (marks.form === 'undo') {
    const undone = readUndo(conversation, marks);
    if (undone !== undefined) return { result: undone, partial: [], usesOpen: false };
  }
  const plain = answer(interpreter, tokens, engine.speller);
  if (plain.status === 'plan' && !isVerbless(marks, tokens, plain)) return plainly(unsure(plain, tokens, conversation) ?? plain);
  const turned =
    marks.form === 'none' ? undefined : readTurn(engine, { marks, tokens, interpreter, conversation, answers: options.answers ?? {} });
  if (turned !== undefined && isBetter(turned, plain, marks)) return turned;
  if (plain.status === 'plan') return plainly(plain);
  if (plain.status === 'clarify') return plainly(plain, partialSteps(interpreter, tokens, options.answers ?? {}));
  return plainly(explainMissing(plain, marks, conversation));
}

/** A question about the whole sentence says less than what the conversation makes of it; "now scale search" asks for itself. */
function isBetter({ result }: Read, plain: UnderstoodSentence, { form }: Marks): boolean {
  if (plain.status === 'plan')
    return result.status === 'plan' && result.steps.every(({ action }, at) => action === plain.steps[at]?.action);
  if (plain.status !== 'clarify') return true;
  if (form === 'amend') return false;
  return result.status !== 'clarify' || plain.questions.some((question) => question.input === 'sentence');
}

/** Steps that a pronoun may point to, with the keys of what they made. */
export function referable({ actions }: TurnEngine, { turns }: Conversation): { action: string; input: JsonObject }[] {
  return turns.flatMap(({ steps }) =>
    steps.map(({ action, input, place, created }) => {
      const system = action.split('.')[0];
      const keys: JsonObject = {};
      for (const compiled of actions) {
        const object = compiled.action.id.split('.')[0] === system ? objectInput({ compiled }) : undefined;
        const slot = compiled.slots.find((candidate) => candidate.input === object)?.slot;
        if (object === undefined || slot?.type !== 'pattern') continue;
        const key = created.find((text) => new RegExp(`^(?:${slot.pattern})$`, 'i').test(text));
        if (key !== undefined) keys[object] = key;
      }
      return { action, input: { ...place, ...input, ...keys } };
    }),
  );
}

/** "what about deployments" goes on with the place of the request before, though it says enough to be one of its own. */
function isVerbless({ form }: Marks, tokens: readonly Token[], { steps }: Extract<UnderstoodSentence, { status: 'plan' }>): boolean {
  const hasVerb = tokens.some(({ word }) => READ_VERBS.has(word) || CHANGE_VERBS.has(word));
  return (form === 'again' || form === 'amend') && !hasVerb && steps.every(({ carried = [] }) => carried.length === 0);
}

/** "them" after a request about several things, and "undo that" among other steps: what is meant has to be said. */
function unsure(plain: UnderstoodSentence, tokens: readonly Token[], { turns }: Conversation): UnderstoodSentence | undefined {
  const isMany =
    (turns.at(-1)?.steps.length ?? 0) > 1 &&
    tokens.some(({ word, kind }) => kind === 'word' && /^(?:them|they|those|these|both)$/.test(word));
  const isCarried = plain.status === 'plan' && plain.steps.some(({ carried = [] }) => carried.length > 0);
  if (turns.some(({ changes }) => changes) && holdsUndo(tokens))
    return { status: 'clarify', questions: [askAgain('"undo that" stands alone. Say it by itself, and the rest after it:')] };
  return isMany && isCarried
    ? { status: 'clarify', questions: [askAgain('The last request was about several things. Name those that are meant:')] }
    : undefined;
}

/** The newest change of the conversation; undefined where nothing points to one, so that the sentence stands for itself. */
function readUndo({ turns }: Conversation, { asks }: Marks): TurnResult | undefined {
  const change = turns.findLast((turn) => turn.changes);
  if (turns.length === 0) return undefined;
  if (change === undefined) return refuse('NOT_UNDERSTOOD', 'Nothing was changed in this conversation, so there is nothing to undo.');
  if (asks) return refuse('ADVICE', 'This asks whether; to have it done, say: undo that');
  return { status: 'undo', plan: change.plan, sentence: change.sentence };
}

/** Without anything to go on from, that is what is missing; a question that stays open is said again. */
function explainMissing(plain: UnderstoodSentence, marks: Marks, { turns, open }: Conversation): UnderstoodSentence {
  if (plain.status !== 'refuse' || plain.code !== 'NOT_UNDERSTOOD') return plain;
  const [question] = open?.questions ?? [];
  if (question !== undefined) return { ...plain, message: `${plain.message} Still open: ${question.ask}` };
  if (marks.form === 'none' || marks.form === 'amend' || turns.length > 0) return plain;
  const text = textOf(marks.marks.filter((token) => token.kind !== 'punct'));
  return { ...plain, message: `"${text}" goes on from an earlier request, and there is none in this conversation. ${plain.message}` };
}
