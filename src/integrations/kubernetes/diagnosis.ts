/** What is wrong with a workload, worked out from what was read. Pure: the same facts give the same findings in the same order. */
import { containerFindings, restartFindings } from './diagnosis/containers.ts';
import { eventFindings } from './diagnosis/event-findings.ts';
import { type Draft, type Facts, type Finding, inNamespace, said, type Suggestion } from './diagnosis/facts.ts';
import { jobFindings } from './diagnosis/jobs.ts';
import { rolloutFindings } from './diagnosis/rollout-findings.ts';
import { placingFindings } from './diagnosis/scheduling.ts';
import { serviceFindings } from './diagnosis/services.ts';
import { progressOf } from './rollout.ts';
import { counted } from './words.ts';

export { type Facts, Finding, Suggestion } from './diagnosis/facts.ts';

export interface Diagnosis {
  findings: Finding[];
  suggestion: Suggestion | undefined;
}

export function diagnose(facts: Facts): Diagnosis {
  const drafts = draftsOf(facts);
  return { findings: ranked(drafts), suggestion: suggest(facts, drafts) };
}

/** The worst first; the order in which things were read does not matter. */
export function draftsOf(given: Facts): Draft[] {
  const byName = (left: { metadata: { name: string } }, right: { metadata: { name: string } }) =>
    left.metadata.name < right.metadata.name ? -1 : 1;
  const facts = { ...given, subject: { ...given.subject, pods: given.subject.pods.toSorted(byName) } };
  const all = [
    ...containerFindings(facts),
    ...placingFindings(facts),
    ...eventFindings(facts),
    ...rolloutFindings(facts),
    ...serviceFindings(facts),
    ...jobFindings(facts),
    ...restartFindings(facts),
    ...logFindings(facts),
  ];
  return sortDrafts(all);
}

export function sortDrafts(drafts: readonly Draft[]): Draft[] {
  return drafts.toSorted((left, right) => right.weight - left.weight || (left.title < right.title ? -1 : 1));
}

export function ranked(drafts: readonly Draft[]): Finding[] {
  return drafts.map(({ level, title, evidence }, index) => ({
    rank: index + 1,
    level,
    title,
    evidence: [...new Set(evidence)].slice(0, 8),
  }));
}

const errorWords = /\b(?:error|fatal|panic|exception|traceback|critical|refused|timed? ?out|denied|out of memory)\b/i;

/** Lines of logs that look like errors, as evidence to read; they decide nothing. */
function logFindings({ logs }: Facts): Draft[] {
  const hits = [...logs].flatMap(([from, lines]) =>
    lines.filter((line) => errorWords.test(line)).map((line) => `${from}: ${said(line, 200)}`),
  );
  return hits.length === 0
    ? []
    : [{ weight: 20, level: 'note', title: `${counted(hits.length, 'recent log line')} like an error`, evidence: hits.slice(-6) }];
}

/** One step, the one that the worst finding asks for. */
export function suggest({ subject, revisions }: Facts, drafts: readonly Draft[]): Suggestion | undefined {
  const draft = drafts.find(({ next }) => next !== undefined);
  if (draft === undefined) return undefined;
  const { name, workload } = subject;
  const isUnderWay = revisions.length > 1 && workload !== undefined && !progressOf(workload.kind, workload.object).done;
  const before = isUnderWay ? revisions.findLast((one) => !one.current) : undefined;
  if (before === undefined || draft.inRevision !== true) return draft.next;
  return {
    why: `the trouble is in the revision that is being rolled out; revision ${before.revision} (${before.images}) ran before`,
    say: `roll back ${name} to revision ${before.revision} ${inNamespace(subject)}`,
  };
}
