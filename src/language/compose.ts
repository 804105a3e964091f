/** One way of cutting a sentence: its clauses become steps that share verbs, objects and places as people share them. */
import type { JsonObject } from '#kit';
import { isAside, isCheck, isContrast, isDisuse, isState, isStatement, NEGATION, subjectOf } from './asides.ts';
import { EXPLANATION, type Segment } from './clauses.ts';
import { isGeneral, type Reading } from './draft.ts';
import { type Frame, matchFrame, type Refer } from './frames.ts';
import { carriedRefer, toRefer } from './fill-pronoun.ts';
import { parseClause } from './parse-clause.ts';
import type { Token } from './tokens.ts';
import type { CarriedContext } from './types.ts';
import type { CompiledAction } from './vocabulary.ts';
import { ASIDE_STARTS, CHANGE_VERBS, PRONOUNS, READ_VERBS } from './words.ts';

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
    if (previous !== undefined && isAside(clause, segment.link) && addText(previous, clause)) return;
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

/** A clause without a verb must at least name an object or a number; free text alone says nothing. */
function hasObject({ compiled, input }: Frame): boolean {
  return compiled.slots.some(({ input: name, slot, optional }) => {
    const isNeeded = !optional && (slot.type === 'pattern' || slot.type === 'name');
    return (isNeeded || slot.type === 'kind' || name === compiled.main) && input[name] !== undefined;
  });
}

/** "OPS-1 and OPS-2 to done": a bare object before a change is meant for that change. */
function takeVerbFromNext({ steps }: Composed, reading: Reading): void {
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1];
    if (next === undefined || next.frame.compiled.isRead || !step.frame.compiled.isRead || !/^(?:and|&|,|plus)(?: and)?$/.test(next.link))
      continue;
    const isBare = step.frame.draft.owners.every((owner) => owner === 'general' || owner?.startsWith('input:') === true);
    const frame = isBare ? matchFrame(reading, next.frame.compiled, step.tokens, { granted: true }) : undefined;
    if (frame !== undefined && frame.coverage === 1 && hasObject(frame)) steps[index] = { ...step, frame, isElliptic: true };
  }
}

/** "throughput and latency of cart in the last hour": one look, as long as the second asks for nothing else. */
function joinReads(composed: Composed): void {
  for (let index = composed.steps.length - 1; index > 0; index -= 1) {
    const [step, next] = composed.steps.slice(index - 1, index + 1);
    if (step === undefined || next === undefined || !next.frame.compiled.isRead || step.frame.compiled !== next.frame.compiled) continue;
    const [left, right] = [step.frame.input, next.frame.input];
    const isLess = Object.entries(left).every(([name, value]) => right[name] === value);
    const isMore = Object.entries(right).every(([name, value]) => left[name] === value);
    if (isLess) composed.steps.splice(index - 1, 1);
    else if (isMore) composed.steps.splice(index, 1);
  }
}

/** "mail-worker is stuck, restart it": a statement about what is then changed asks for no look at it. */
function dropReason(composed: Composed): void {
  const [first, second] = composed.steps;
  if (first === undefined || second === undefined || !first.frame.compiled.isRead || second.frame.compiled.isRead) return;
  const { main } = first.frame.compiled;
  const object = main === undefined ? undefined : first.frame.input[main];
  const isSame = object !== undefined && second.frame.input[second.frame.compiled.main ?? ''] === object;
  const asks = first.tokens.some(
    ({ word }, at) => READ_VERBS.has(word) || /^(?:why|what|how|\?)$/.test(word) || (at === 0 && /^(?:is|are)$/.test(word)),
  );
  if (!isSame || asks || !isAside(first.tokens, ',')) return;
  composed.steps.shift();
  composed.dropped.push({ tokens: first.tokens, isNegated: false });
}
