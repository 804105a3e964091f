import { AppError, defineAction, type Rendered, safe } from '#kit';
import { z } from 'zod';
import type { JiraClient } from '../client.ts';
import { documentText } from '../document.ts';
import { issueKey } from '../inputs.ts';
import { IssueView, shortTime, viewFields, viewIssue } from '../issue-view.ts';
import { asWhom } from '../place.ts';
import type { Issue } from '../schema.ts';

const Output = IssueView.extend({ description: z.string() });

export const getIssue = defineAction<JiraClient>()({
  id: 'jira.issue.get',
  summary: 'Show a Jira issue',
  permission: 'read',
  idempotent: true,
  input: z.object({ issue: issueKey() }),
  output: Output,
  language: {
    triggers: [
      'show|get|open|display|find|fetch|describe|view|read|print|give|pull up|look up|look at|check|summarize|summarise & {issue}',
      'status|state|details|detail|summary|description|info|information|assignee|owner|reporter|priority|progress & {issue}',
      'what|who|which|how|when|where|is|has & {issue}',
      'show|get|open|display|find|fetch|describe|view|see|read|print|give|pull up|look up|check & jira|ticket|issue|story|bug|task|epic|card & {issue}',
      '{issue}',
    ],
    also: 'jira|ticket|issue|story|bug|task|epic|card|details|detail|status|state|info|information|about|assigned|working|works|work|done|going|doing|standing|current|latest|everything|more|tell|me|look|at|into|full|content|says|say|does|text|people|comments|history|priority|reported|created|due|when|who|for|next|up|finished|closed|open|yet|already|still|been|audit|trail|timeline|log',
    examples: ['show {issue}', 'what is the status of {issue}', 'who is working on ticket {issue}?', 'get details of {issue}'],
    counterExamples: ['move {issue} to done', 'delete {issue}'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async ({ issue }, { client, signal }) => ({
    input: { issue: issue.toUpperCase() },
    where: `Jira ${client.host}`,
    as: await asWhom(client, signal),
    description: `read issue ${issue.toUpperCase()}`,
    diff: [],
    facts: {},
    precondition: {},
  }),
  run: async ({ issue }, { client, signal }) => {
    const found = await client.findIssue(issue, { fields: [...viewFields, 'description'] }, signal);
    if (found === undefined) throw noIssue(issue, client);
    return { ...(await viewIssue(found, client, signal)), description: documentText(found.fields.description) };
  },
  render: (output) => ({ text: renderIssue(output) }) satisfies Rendered,
});

export function noIssue(key: string, { host }: JiraClient): AppError {
  return new AppError(`There is no issue ${key} in ${host}, or you may not see it`, {
    code: 'NOT_FOUND',
    hint: 'Check the key; what you can see: devos "show my tickets"',
  });
}

/** The issue with these fields. Throws NOT_FOUND. */
export async function needIssue(
  client: JiraClient,
  key: string,
  options: { fields: string[]; changelog?: boolean },
  signal: AbortSignal,
): Promise<Issue> {
  const found = await client.findIssue(key, options, signal);
  if (found === undefined) throw noIssue(key, client);
  return found;
}

function renderIssue(issue: z.infer<typeof Output>): string {
  const rows: [string, string][] = [
    ['Type', issue.type],
    ['Status', issue.status],
    ['Priority', issue.priority ?? '-'],
    ['Assignee', issue.assignee ?? 'nobody'],
    ['Reporter', issue.reporter ?? '-'],
    ['Labels', issue.labels.join(', ') || '-'],
    ['Parent', issue.parent ?? '-'],
    ['Updated', `${shortTime(issue.updated)} UTC`],
    ['Link', issue.url],
  ];
  const lines = rows.map(([name, value]) => `${`${name}:`.padEnd(11)}${value}`);
  return [`${issue.key}  ${issue.summary}`, ...lines, ...(issue.description === '' ? [] : ['', issue.description])].join('\n');
}
