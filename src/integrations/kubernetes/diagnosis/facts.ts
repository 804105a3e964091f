/** What a diagnosis is made of: what was read, and what is said about it. */
import { cleanLine, redact } from '#kit';
import { z } from 'zod';
import type { Budget } from '../budgets.ts';
import type { SeenEvent } from '../events.ts';
import type { Revision } from '../revisions.ts';
import type { Pod } from '../schema.ts';
import type { Subject } from '../subject.ts';
import type { Claim, CronJob, Job, Node, Scaler, Service } from './schema.ts';

export const Finding = z.object({
  /** 1 is the worst. */
  rank: z.number(),
  level: z.enum(['critical', 'warning', 'note']),
  title: z.string(),
  evidence: z.array(z.string()),
});
export type Finding = z.infer<typeof Finding>;

export const Suggestion = z.object({
  why: z.string(),
  /** A sentence or command that does it; it goes through planning and approval like any other. */
  say: z.string(),
});
export type Suggestion = z.infer<typeof Suggestion>;

/** What is absent was not read; nothing is concluded from its absence. */
export interface Facts {
  subject: Subject;
  events: SeenEvent[];
  /** The newest lines of troubled containers, by `pod/container`. */
  logs: ReadonlyMap<string, string[]>;
  revisions: Revision[];
  /** When it was read. */
  now?: Date | undefined;
  autoscaler?: Scaler | undefined;
  /** Nodes of troubled pods, and all cordoned ones. */
  nodes?: readonly Node[] | undefined;
  /** Labels of all nodes, where something cannot be placed. */
  nodeLabels?: ReadonlyMap<string, Record<string, string>> | undefined;
  budgets?: readonly Budget[] | undefined;
  /** Of the namespace. */
  services?: readonly Service[] | undefined;
  /** Of the namespace; only those that its pods use matter. */
  claims?: readonly Claim[] | undefined;
  job?: Job | undefined;
  cronJob?: CronJob | undefined;
  /** Of the cron job, oldest first. */
  jobs?: readonly Job[] | undefined;
}

export interface Draft {
  /** Orders findings: the cause before what follows from it. */
  weight: number;
  level: Finding['level'];
  title: string;
  evidence: string[];
  /** What a person would do about it. */
  next?: Suggestion | undefined;
  /** It came with the revision that is being rolled out: going back helps. */
  inRevision?: boolean;
}

/** Text of the cluster: one line, without control characters and credentials. */
export function said(text: string | null | undefined, length = 400): string {
  return cleanLine(redact(text ?? ''))
    .trim()
    .slice(0, length);
}

export const inNamespace = ({ namespace }: Pick<Subject, 'namespace'>): string => `in namespace ${namespace}`;

/** Neither over nor going. */
export function isAlive({ metadata, status }: Pod): boolean {
  return !metadata.deletionTimestamp && status.phase !== 'Succeeded' && status.phase !== 'Failed';
}

/** `pod a, pod b and 3 more`. */
export function few(names: readonly string[], most = 4): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

export function eventText({ object, reason, message, count }: SeenEvent): string {
  return `${object}: ${reason}${count > 1 ? ` (x${count})` : ''}, ${said(message)}`;
}

/** `25 min`, `3 h`, `2 d`. */
export function sinceText(from: string, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - Date.parse(from)) / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`;
}
