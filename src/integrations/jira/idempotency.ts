/**
 * Jira has no idempotency keys. What we make carries our key: an issue as the property `devos.idem`, a move as history metadata.
 * Only apps can search properties, so an issue is looked for by label and author and its property compared. Search lags behind
 * writes; reading by key does not, so the keys that follow the newest known one are read, too.
 */
import type { JiraClient } from './client.ts';
import type { History, Issue } from './schema.ts';

export const idemProperty = 'devos.idem';
export const idemLabel = 'devos';

const recentIssues = 200;
/** Keys of deleted issues leave gaps. */
const gapAllowed = 5;
const probes = 60;

const fields = ['issuetype', 'project'];

/** The issue that carries this key; undefined where there is none. */
export async function findByIdem(client: JiraClient, project: string, key: string, signal: AbortSignal): Promise<Issue | undefined> {
  const mine = `project = "${project}" AND labels = "${idemLabel}" AND reporter = currentUser() ORDER BY created DESC`;
  const { issues } = await client.search({ jql: mine, fields, properties: [idemProperty], limit: recentIssues }, signal);
  const found = issues.find((issue) => carries(issue, key));
  return found ?? probeNewest(client, project, key, signal);
}

async function probeNewest(client: JiraClient, project: string, key: string, signal: AbortSignal): Promise<Issue | undefined> {
  const { issues } = await client.search({ jql: `project = "${project}" ORDER BY key DESC`, fields: ['project'], limit: 1 }, signal);
  const newest = Number(issues[0]?.key.split('-').at(-1) ?? 0);
  let gap = 0;
  for (let number = newest + 1; number <= newest + probes && gap < gapAllowed; number += 1) {
    const issue = await client.findIssue(`${project}-${number}`, { fields, properties: [idemProperty] }, signal);
    if (issue !== undefined && carries(issue, key)) return issue;
    gap = issue === undefined ? gap + 1 : 0;
  }
  return undefined;
}

function carries({ properties }: Issue, key: string): boolean {
  const value = properties?.[idemProperty];
  return typeof value === 'object' && value !== null && 'key' in value && value.key === key;
}

/** What a move carries; Jira keeps it in the issue's history. */
export function moveMetadata(key: string): object {
  return { type: 'devos', activityDescription: `DevOS ${key}`, extraData: { key } };
}

/** The change of status that carries this key. */
export function findMove({ changelog }: Issue, key: string): History | undefined {
  return changelog?.histories.find(({ historyMetadata }) => historyMetadata?.extraData?.['key'] === key);
}

/** From where to where a change of status led. */
export function statusChange(history: History | undefined): { from: string; to: string } | undefined {
  const item = history?.items.find(({ field }) => field === 'status');
  return item === undefined || typeof item.toString !== 'string' ? undefined : { from: item.fromString ?? '', to: item.toString };
}
