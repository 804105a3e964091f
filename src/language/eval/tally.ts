/** Counting verdicts, and the shares that are read off. */
import { shareOf, type Share } from './interval.ts';
import type { Outcome, Verdict, Wanted } from './verdict.ts';

export interface Measures {
  sentences: number;
  /** As expected: the exact plan, a question, or a refusal. Of all sentences. */
  exact: Share;
  /** The exact plan, of the sentences that want an action. */
  exactPlan: Share;
  /** Right actions with a wrong input, of the sentences that want an action. */
  wrongInput: Share;
  /** Other actions than expected, a false accept and acting instead of asking aside. Of all sentences. */
  wrongPlan: Share;
  /** A plan that changes something, of the sentences that want only a question or a refusal. */
  falseAccept: Share;
  falseAcceptModerate: Share;
  falseAcceptDestructive: Share;
  askedNotActed: Share;
  /** Any plan, of the sentences that want a question: a false accept of those counts here too. */
  actedNotAsked: Share;
  refusedNotActed: Share;
  askedNotRefused: Share;
  refusedNotAsked: Share;
  /** Every plan that is not exact, of all sentences. */
  anyWrongPlan: Share;
}

export interface Tally {
  add: (verdict: Verdict) => void;
  measures: () => Measures;
}

export function createTally(): Tally {
  const cells = new Map<string, { verdict: Verdict; times: number }>();
  const count = (fits: (verdict: Verdict) => boolean): number => {
    let sum = 0;
    for (const { verdict, times } of cells.values()) if (fits(verdict)) sum += times;
    return sum;
  };
  return {
    add(verdict) {
      const key = `${verdict.wanted} ${verdict.outcome} ${verdict.danger}`;
      cells.set(key, { verdict, times: (cells.get(key)?.times ?? 0) + 1 });
    },
    measures: () => measuresOf(count),
  };
}

function measuresOf(count: (fits: (verdict: Verdict) => boolean) => number): Measures {
  const all = count(() => true);
  const want = (...kinds: Wanted[]): number => count(({ wanted }) => kinds.includes(wanted));
  const came = (...outcomes: Outcome[]): number => count(({ outcome }) => outcomes.includes(outcome));
  const [act, ask, refuse] = [want('act'), want('ask'), want('refuse')];
  const accepted = (level: 'moderate' | 'destructive'): number =>
    count(({ outcome, danger }) => outcome === 'false-accept' && danger === level);
  return {
    sentences: all,
    exact: shareOf(came('exact'), all),
    exactPlan: shareOf(
      count(({ wanted, outcome }) => wanted === 'act' && outcome === 'exact'),
      act,
    ),
    wrongInput: shareOf(came('wrong-input'), act),
    wrongPlan: shareOf(came('wrong-plan'), all),
    falseAccept: shareOf(came('false-accept'), ask + refuse),
    falseAcceptModerate: shareOf(accepted('moderate'), ask + refuse),
    falseAcceptDestructive: shareOf(accepted('destructive'), ask + refuse),
    askedNotActed: shareOf(came('asked-not-acted'), act),
    actedNotAsked: shareOf(
      count(({ wanted, outcome }) => wanted === 'ask' && (outcome === 'acted-not-asked' || outcome === 'false-accept')),
      ask,
    ),
    refusedNotActed: shareOf(came('refused-not-acted'), act),
    askedNotRefused: shareOf(came('asked-not-refused'), refuse),
    refusedNotAsked: shareOf(came('refused-not-asked'), ask),
    anyWrongPlan: shareOf(came('wrong-input', 'wrong-plan', 'false-accept', 'acted-not-asked'), all),
  };
}
