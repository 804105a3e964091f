/** One way of cutting a sentence: its clauses become steps that share verbs, objects and places as people share them. */
import type { JsonObject } from '#kit';
import { isAside, isCheck, isContrast, isDisuse, isState, isStatement, NEGATION, subjectOf } from './asides.ts';
import { EXPLANATION, type Segment } from './clauses.ts';
import { isGeneral, type Reading } from './draft.ts';
import { type Frame, matchFrame, type Refer } from './frames.ts';
import { carriedRefer, toRefer } from './fill-pronoun.ts';
import { dropReason, hasObject, joinParts, joinReads, takeVerbFromNext } from './join-steps.ts';
import { parseClause } from './parse-clause.ts';
import type { Token } from './tokens.ts';
import type { CarriedContext } from './types.ts';
import type { CompiledAction } from './vocabulary.ts';
import { ASIDE_STARTS, CHANGE_VERBS, PRONOUNS } from './words.ts';

export interface Step {
  frame: Frame;
  tokens: readonly Token[];
  link: string;
  /** It takes its verb from the step before: "… and cart to 5". */
  isElliptic: boolean;
  /** What a clause behind it adds: ", urgency 2". */
  extra?: JsonObject;
  /** The words of that clause. */
  more?: readonly Token[];
  /** What "it" stood for when the clause was read. */
  refer: Refer | undefined;
}

export interface Composed {
  steps: Step[];
  /** Clauses that only say where: "in namespace payments, …". */
  scopes: Frame[];
  notes: string[];
  /** A clause that nothing explains. */
  miss: { tokens: readonly Token[]; frame: Frame | undefined } | undefined;
  rival: { frame: Frame; rival: Frame } | undefined;
  /** What a leading explanation is about: "checkout is stuck, restart it". */
  subject: string | undefined;
  /** How many clauses the sentence was cut into. */
  clauses: number;
  /** Clauses left out: explanations, and "but leave router alone". */
  dropped: { tokens: readonly Token[]; isNegated: boolean; /** It says why something can go. */ isDisuse?: true }[];
}

export interface Composer {
  compose: (segments: readonly Segment[]) => Composed;
}

/** Links that can join a list; a full stop or "but" begins something of its own. */
const JOINS = /^(?:,|;|and|&|\+|plus|then|as well)(?: (?:,|and|&|then|plus|also|as well))*$/;

export function createComposer(
  reading: Reading,
  actions: readonly CompiledAction[],
  scopeAction: CompiledAction,
  tokens: readonly Token[],
  last: CarriedContext | undefined,
): Composer {
  const parses = new Map<string, ReturnType<typeof parseClause>>();
  const grants = new Map<string, Frame | undefined>();
  const ellipses = new Map<string, Frame | undefined>();
  const carried = carriedRefer(last);

  function referTo(previous: Step | undefined, subject: string | undefined): Refer | undefined {
    if (previous === undefined && subject !== undefined) return { system: undefined, input: {}, subject };
    return previous === undefined ? carried : toRefer({ action: previous.frame.compiled.action.id, input: previous.frame.input });
  }

  function parse({ from, to }: Segment, refer: Refer | undefined, previous: Step | undefined): ReturnType<typeof parseClause> {
    const clause = tokens.slice(from, to);
    // What was spoken of before matters only to a clause that points at it.
    const pointed = clause.some((token) => PRONOUNS.has(token.word)) ? refer : undefined;
    const key = `${from} ${to} ${pointed === undefined ? '' : JSON.stringify(pointed)} ${pointed === undefined ? '' : (previous?.tokens[0]?.start ?? '')} ${pointed === undefined ? '' : (previous?.tokens.length ?? '')}`;
    const known = parses.get(key);
    if (known !== undefined) return known;
    const borrow =
      pointed === undefined || previous === undefined
        ? undefined
        : new Set(previous.tokens.flatMap(({ word, kind }) => (kind === 'word' ? [word] : [])));
    const made = parseClause(reading, actions, clause, pointed, borrow);
    parses.set(key, made);
    return made;
  }

  /** The clause as this action, whatever its words select; each only once. */
  function grant({ from, to }: Segment, compiled: CompiledAction): Frame | undefined {
    const key = `${from} ${to} ${compiled.action.id}`;
    if (!grants.has(key)) grants.set(key, matchFrame(reading, compiled, tokens.slice(from, to), { granted: true }));
    return grants.get(key);
  }

  function parseEllipsis({ from, to }: Segment, compiled: CompiledAction): Frame | undefined {
    const key = `${from} ${to} ${compiled.action.id}`;
    if (!ellipses.has(key)) {
      const frame = grant({ from, to, link: '' }, compiled);
      ellipses.set(key, frame !== undefined && frame.coverage === 1 && hasObject(frame) && !isVerb(reading, frame) ? frame : undefined);
    }
    return ellipses.get(key);
  }

  /** ", urgency 2": inputs that the step before has and that were not said yet. */
  function supplement({ from, to }: Segment, previous: Step): boolean {
    const { compiled } = previous.frame;
    const found = grant({ from, to, link: '' }, compiled);
    const extra = found === undefined || found.coverage < 1 || found.draft.problems.size > 0 ? {} : found.input;
    const names = Object.keys(extra);
    const taken = { ...previous.frame.input, ...previous.extra };
    const fits = names.every((name) => {
      const slot = compiled.slots.find(({ input }) => input === name)?.slot;
      const isSaid = slot?.type !== 'text' || found?.draft.filled.get(name)?.strength === 'stated';
      return isSaid && name !== compiled.main && (taken[name] === undefined || taken[name] === extra[name]);
    });
    if (
      names.length === 0 ||
      !fits ||
      compiled.slots.some(
        ({ input, slot }) => slot.type === 'text' && previous.frame.draft.filled.get(input)?.strength === 'left' && names.includes(input),
      )
    )
      return false;
    previous.extra = { ...previous.extra, ...extra };
    previous.more = [...(previous.more ?? []), ...tokens.slice(from, to)];
    return true;
  }

  /** "raise an incident, the vpn is down": the statement is the text that the step lacks. */
  function addText(previous: Step, clause: readonly Token[]): boolean {
    const { compiled, input, questions } = previous.frame;
    const open = compiled.slots.find(
      ({ input: name, slot, optional }) => slot.type === 'text' && !optional && input[name] === undefined,
    )?.input;
    const [first, last] = [clause.find((token) => token.kind !== 'punct'), clause.findLast((token) => token.kind !== 'punct')];
    const isAsked = open !== undefined && questions.some((question) => question.input === open) && previous.extra?.[open] === undefined;
    if (!isAsked || first === undefined || last === undefined || ASIDE_STARTS.has(first.word)) return false;
    previous.extra = {
      ...previous.extra,
      [open]: reading.sentence
        .slice(first.start, last.end)
        .replaceAll(/\s+/g, ' ')
        .replace(/^(?:the|a|an) /i, ''),
    };
    return true;
  }

  function addSegment(composed: Composed, segment: Segment): void {
    const clause = tokens.slice(segment.from, segment.to);
    const content = clause.filter((token) => !isGeneral(reading, false, token));
    if (content.length === 0 && !clause.some((token) => /^(?:it|its|them)$/.test(token.word))) return;
    const previous = composed.steps.at(-1);
    const refer = referTo(previous, composed.subject);
    const add = (frame: Frame, isElliptic: boolean) =>
      composed.steps.push({ frame, tokens: clause, link: segment.link, isElliptic, refer });
    const isReason = previous?.frame.compiled.isRead === false && isStatement(clause);
    const elliptic =
      previous === undefined || isReason || ASIDE_STARTS.has(clause[0]?.word ?? '') || !JOINS.test(segment.link)
        ? undefined
        : parseEllipsis(segment, previous.frame.compiled);
    if (elliptic !== undefined && content.length === 1) return void add(elliptic, true);
    if (content.some((token) => NEGATION.test(token.word)) && isContrast(clause) && previous !== undefined) {
      composed.dropped.push({ tokens: clause, isNegated: true });
      return;
    }
    if (previous !== undefined && isDisuse(clause)) return void composed.dropped.push({ tokens: clause, isNegated: false, isDisuse: true });
    const { frame, rival, miss } = parse(segment, refer, previous);
    if (segment.link === EXPLANATION) {
      // Only an explanation needs no word between two clauses. "its hanging" could be asked too; behind a change it says why.
      const isReason =
        frame?.compiled.isRead === true && previous?.frame.compiled.isRead === false && ASIDE_STARTS.has(clause[0]?.word ?? '');
      if ((frame === undefined || isReason) && isAside(clause, segment.link)) composed.dropped.push({ tokens: clause, isNegated: false });
      else composed.miss ??= { tokens: clause, frame: miss };
      return;
    }
    if (frame?.compiled.isRead === true && previous?.frame.compiled.isRead === false && (isState(clause) || isStatement(clause))) {
      composed.dropped.push({ tokens: clause, isNegated: false });
      return;
    }
    // "…, please set that": says once more what was said.
    const saysAgain =
      frame !== undefined &&
      frame.compiled === previous?.frame.compiled &&
      Object.entries(frame.input).every(([name, value]) => previous.frame.input[name] === value);
    if (saysAgain && clause.some((token) => PRONOUNS.has(token.word))) return;
    // "…, please look into the same"
    const object = frame?.compiled.main;
    const looksAgain =
      frame?.compiled.isRead === true &&
      previous?.frame.compiled.isRead === true &&
      clause.some((token) => PRONOUNS.has(token.word)) &&
      object !== undefined &&
      Object.keys(frame.input).length === 1 &&
      frame.input[object] === previous.frame.input[previous.frame.compiled.main ?? ''] &&
      !content.some((token) => frame.draft.owners[frame.draft.tokens.indexOf(token)] === undefined) &&
      /^(?:same|this|that)$/.test(clause.findLast((token) => token.kind === 'word')?.word ?? '');
    if (looksAgain) return;
    const isSameAction = frame !== undefined && frame.compiled === previous?.frame.compiled && !beginsWithVerb(frame);
    // "assign A and B to Omar": without a verb of its own it goes on with the one before.
    const isVerbless =
      frame !== undefined && !frame.draft.owners.includes('action') && previous?.frame.draft.owners.includes('action') === true;
    if (elliptic !== undefined && (isSameAction || isVerbless) && elliptic.questions.length === 0) return void add(elliptic, true);
    if (elliptic !== undefined && isSameAction) return void add(elliptic, true);
    if (frame !== undefined && (elliptic === undefined || frame.questions.length <= elliptic.questions.length)) {
      if (rival !== undefined) composed.rival = { frame, rival };
      return void add(frame, false);
    }
    if (elliptic !== undefined) return void add(elliptic, true);
    if (previous !== undefined && supplement(segment, previous)) return;
    const scope = grant(segment, scopeAction);
    if (scope !== undefined && scope.coverage === 1 && Object.keys(scope.input).length > 0) return void composed.scopes.push(scope);
    if (previous !== undefined && isCheck(content)) return void composed.dropped.push({ tokens: clause, isNegated: false });
    // "raise an incident, the vpn drops connections"
    const isReport =
      isAside(clause, segment.link) ||
      (previous?.frame.compiled.isRead === false && /^[,;—–-]$/.test(segment.link) && /^(?:the|our|a|an)$/.test(clause[0]?.word ?? ''));
    if (previous !== undefined && isReport && addText(previous, clause)) return;
    if (isAside(clause, segment.link)) {
      composed.subject ??= subjectOf(content);
      return void composed.dropped.push({ tokens: clause, isNegated: false });
    }
    composed.miss ??= { tokens: clause, frame: miss };
  }

  return {
    compose(segments) {
      const composed: Composed = {
        clauses: segments.length,
        steps: [],
        scopes: [],
        notes: [],
        miss: undefined,
        rival: undefined,
        subject: undefined,
        dropped: [],
      };
      for (const segment of segments) addSegment(composed, segment);
      dropReason(composed);
      joinReads(composed);
      joinParts(composed);
      takeVerbFromNext(composed, reading);
      return composed;
    },
  };
}

/** "search to 3 replicas" goes on with the verb before, "scale search to 3" has its own. */
function beginsWithVerb({ draft }: Frame): boolean {
  return draft.owners.find((owner) => owner !== 'general') === 'action';
}

/** "then diff it" has a verb of its own: it is no name that goes with the verb before. */
function isVerb({ triggers }: Reading, { compiled, draft }: Frame): boolean {
  const object = compiled.main === undefined ? undefined : draft.filled.get(compiled.main);
  return (
    object?.strength === 'left' && object.tokens.some(({ word, kind }) => kind === 'word' && triggers.has(word) && CHANGE_VERBS.has(word))
  );
}
