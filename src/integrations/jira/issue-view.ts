/** An issue as DevOS gives it out. */
import { z } from 'zod';
import type { JiraClient } from './client.ts';
import type { Issue } from './schema.ts';

export const IssueView = z.object({
  key: z.string(),
  url: z.string(),
  summary: z.string(),
  type: z.string(),
  status: z.string(),
  priority: z.string().nullable(),
  assignee: z.string().nullable(),
  reporter: z.string().nullable(),
  labels: z.array(z.string()),
  parent: z.string().nullable(),
  created: z.string().nullable(),
  updated: z.string().nullable(),
});
export type IssueView = z.infer<typeof IssueView>;

/** What has to be asked for to fill an IssueView. */
export const viewFields = [
  'summary',
  'issuetype',
  'project',
  'status',
  'priority',
  'assignee',
  'reporter',
  'labels',
  'parent',
  'created',
  'updated',
];

export async function viewIssue({ key, fields }: Issue, client: JiraClient, signal: AbortSignal): Promise<IssueView> {
  return {
    key,
    url: await client.browse(key, signal),
    summary: fields.summary ?? '',
    type: fields.issuetype?.name ?? '',
    status: fields.status?.name ?? '',
    priority: fields.priority?.name ?? null,
    assignee: fields.assignee?.displayName ?? null,
    reporter: fields.reporter?.displayName ?? null,
    labels: fields.labels ?? [],
    parent: fields.parent?.key ?? null,
    created: rfc3339(fields.created),
    updated: rfc3339(fields.updated),
  };
}

/** Jira writes `2026-11-23T08:39:11.000+0000`. */
function rfc3339(text: string | null | undefined): string | null {
  const time = Date.parse((text ?? '').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** `2026-11-23 08:39`, in UTC. */
export const shortTime = (at: string | null): string => (at === null ? '-' : at.slice(0, 16).replace('T', ' '));
