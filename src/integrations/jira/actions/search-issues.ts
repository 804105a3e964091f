import { defineAction, duration, type JsonObject, pattern, person, safe, text } from '#kit';
import { z } from 'zod';
import type { JiraClient } from '../client.ts';
import { issueType, project, statusName, statusWords, withStatusSlot } from '../inputs.ts';
import { IssueView, shortTime, viewFields, viewIssue } from '../issue-view.ts';
import { buildJql, type SearchParts } from '../jql.ts';
import { asWhom, resolvePerson, resolveProject } from '../place.ts';

const limit = 100;

const verbs =
  /^(?:close|complete|finish|resolve|block|start|start work|start work on|reopen|re-open|progress|review|test|hold|open|in dev|in qa|in test|qa)$/;

/** In a search a verb such as "close" says nothing about the status, and "open" is every status that is not done. */
const searchStatus: Record<string, string[]> = Object.fromEntries([
  ...Object.entries(statusWords)
    .map(([name, words]) => [name, words.filter((word) => !verbs.test(word))] as const)
    .filter(([name]) => name !== 'Open'),
  ['open', ['open', 'unresolved', 'outstanding', 'unfinished', 'not done', 'still open', 'pending', 'active']],
]);

const sprintWords = { active: ['current sprint', 'active sprint', 'this sprint', 'open sprint', 'running sprint', 'the sprint'] };

const Input = z.object({
  assignee: person(
    ['assigned to', 'assigned', 'owned by', 'belonging to', 'of'],
    'Who they are assigned to: me, unassigned, a name or an e-mail address',
  ).optional(),
  reporter: person(
    ['reported by', 'created by', 'opened by', 'raised by', 'filed by', 'written by', 'from reporter', 'reporter'],
    'Who reported them: me, a name or an e-mail address',
  ).optional(),
  project: project().optional(),
  status: withStatusSlot(statusName(), 'Status; "open" is every one that is not done', searchStatus, [
    'with status',
    'in status',
    'status',
  ]).optional(),
  type: issueType('Type of issue').optional(),
  sprint: withStatusSlot(z.string().min(1).max(120), 'Sprint: active, its number or its name', sprintWords, ['sprint']).optional(),
  parent: pattern('[A-Z][A-Z0-9_]{0,30}-[0-9]{1,9}', {
    upper: true,
    nouns: ['epic', 'parent'],
    after: ['in', 'of', 'under', 'below'],
    describe: 'Key of the parent: an epic, or the story of sub-tasks',
    ask: 'Under which issue?',
  }).optional(),
  text: text(
    [
      'about',
      'containing',
      'mentioning',
      'matching',
      'regarding',
      'with the words',
      'with text',
      'related to',
      'that mention',
      'labelled',
      'labeled',
      'with label',
      'with the label',
    ],
    'Words that they contain',
    'Which words?',
    255,
  ).optional(),
  updatedSince: duration('Changed within this time, such as P7D').optional(),
  jql: z.string().min(1).max(4000).describe('A query in Jira Query Language; the other inputs narrow it').optional(),
});

export const searchIssues = defineAction<JiraClient>()({
  id: 'jira.issues.search',
  summary: 'Search Jira issues',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: z.object({ issues: z.array(IssueView), more: z.boolean() }),
  language: {
    triggers: [
      'show|list|find|search|get|display|give|fetch|look|look for|which|what|count|how many|pull|pull up|see|view|check|any|are there|print|return|query & tickets|issues|cards|jira tickets|jira issues|work items|stuff in jira|jira',
      'show|list|find|search|get|display|give|fetch|look|look for|which|what|count|how many|pull|pull up|see|view|check|any|are there|print|return|query & {type}',
      'tickets|jira tickets|jira issues',
      'issues|cards|work items & {project}',
      'issues|cards|work items & {assignee}',
      'issues|cards|work items & {status}',
      'issues|cards|work items & {updatedSince}',
      '{type} & {assignee}',
      '{type} & {status}',
      '{type} & {project}',
      '{type} & {reporter}',
      'tickets|issues|cards|work items & {reporter}',
      '{type} & {updatedSince}',
      'assigned & {assignee}',
      'what|which|show|list|get|see & {sprint}',
      'what|which & working & {assignee}',
      'what|anything & on & plate & {assignee}',
      'backlog & {project}',
    ],
    also: 'jira|ticket|tickets|issue|issues|card|cards|assigned|reported|created|opened|raised|all|every|work|items|item|on|open|still|currently|touched|updated|changed|modified|recently|recent|since|last|within|status|type|project|sprint|list|with|backlog|board|mine|unresolved|unfinished|remaining|left|due|we|i|got|do|are|is|there|new|newest|latest|priority|high|out|outstanding|waiting|which|me|ones|many|number|name|names|people|belong|to|work|working|plate|week|today|this',
    examples: [
      'show me all tickets assigned to {assignee}',
      'list open bugs in project {project}',
      'which issues are in progress in {project}?',
      'find tickets about {text}',
      'tickets updated in the last 7 days',
    ],
    counterExamples: ['close all my tickets', 'delete the tickets in OPS'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input, { client, signal }) => {
    const parts = await resolveParts(input, client, signal);
    const { jql, bounded } = buildJql(parts);
    return {
      input: toInput(parts),
      where: `Jira ${client.host}`,
      as: await asWhom(client, signal),
      description: `search issues: ${jql}${bounded ? '' : ' (of the last 30 days, because nothing else narrows the search)'}`,
      diff: [],
      facts: {},
      precondition: {},
    };
  },
  run: async (input, { client, signal }) => {
    const { jql } = buildJql(await resolveParts(input, client, signal));
    const { issues, more } = await client.search({ jql, fields: viewFields, limit }, signal);
    return { issues: await Promise.all(issues.map((issue) => viewIssue(issue, client, signal))), more };
  },
  render: ({ issues, more }) => ({
    table: {
      columns: ['KEY', 'TYPE', 'STATUS', 'PRIORITY', 'ASSIGNEE', 'UPDATED', 'SUMMARY'],
      rows: issues.map(({ key, type, status, priority, assignee, updated, summary }) => [
        key,
        type,
        status,
        priority ?? '-',
        assignee ?? '-',
        shortTime(updated),
        summary,
      ]),
    },
    ...(issues.length === 0 ? { text: 'No issues found.' } : {}),
    ...(more ? { text: `These are the first ${limit}. Narrow the search to see the others.` } : {}),
  }),
});

/** Projects become keys, people account ids. What is resolved already stays as it is. */
async function resolveParts(input: z.infer<typeof Input>, client: JiraClient, signal: AbortSignal): Promise<SearchParts> {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as SearchParts; // the schema's own fields, all strings
  const [project, assignee, reporter] = await Promise.all([
    input.project === undefined ? undefined : resolveProject(client, input.project, signal),
    personPart(input.assignee, client, signal),
    personPart(input.reporter, client, signal),
  ]);
  return {
    ...given,
    ...(project === undefined ? {} : { project: project.key }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(reporter === undefined ? {} : { reporter }),
    ...(input.parent === undefined ? {} : { parent: input.parent.toUpperCase() }),
  };
}

async function personPart(wanted: string | undefined, client: JiraClient, signal: AbortSignal): Promise<string | undefined> {
  if (wanted === undefined) return undefined;
  if (/^(?:me|unassigned)$/i.test(wanted)) return wanted.toLowerCase();
  return (await resolvePerson(client, wanted, undefined, signal)).accountId;
}

const toInput = (parts: SearchParts): JsonObject => ({ ...parts });
