/** One clause, all actions: the best frame, or what was not understood. */
import { candidates } from './candidates.ts';
import { type Reading, viewClause } from './draft.ts';
import { type Frame, type FrameOptions, isCovered, matchFrame, type Refer } from './frames.ts';
import type { Token } from './tokens.ts';
import type { CompiledAction } from './vocabulary.ts';

interface ClauseParse {
  /** Covered: a plan, or a question where an input is missing. */
  frame: Frame | undefined;
  /** A second action that fits nearly as well as one that changes something. */
  rival: Frame | undefined;
  /** The nearest miss, where nothing is covered. */
  miss: Frame | undefined;
}

/** Two complete frames within this score, the better one changing something, are a question. */
const TIE = 0.25;

export function parseClause(
  reading: Reading,
  actions: readonly CompiledAction[],
  tokens: readonly Token[],
  refer?: Refer,
  borrow?: ReadonlySet<string>,
): ClauseParse {
  const options: FrameOptions = { ...(refer === undefined ? {} : { refer }), ...(borrow === undefined ? {} : { borrow }) };
  const view = viewClause(reading, tokens);
  const frames = [...candidates(actions, borrow === undefined ? view.present : new Set([...view.present, ...borrow]))]
    .flatMap((compiled) => matchFrame(reading, compiled, tokens, options, view) ?? [])
    .toSorted(byScore);
  const covered = frames.filter((frame) => isCovered(frame));
  const chosen = reading.answers['action'];
  const [frame, ...others] =
    chosen !== undefined && covered.some((one) => one.compiled.action.id === chosen)
      ? covered.filter((one) => one.compiled.action.id === chosen)
      : covered;
  if (frame === undefined) return { frame: undefined, rival: undefined, miss: frames[0] };
  const rival = others.find(
    (other) => !frame.compiled.isRead && other.questions.length === 0 && frame.questions.length === 0 && frame.score - other.score < TIE,
  );
  return { frame, rival, miss: undefined };
}

function byScore(left: Frame, right: Frame): number {
  return right.score - left.score || (left.compiled.action.id < right.compiled.action.id ? -1 : 1);
}
