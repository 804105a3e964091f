import { AppError, defineAction, moderate, pattern, person, text } from '#kit';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { JiraClient } from '../client.ts';
import { findByIdem } from '../idempotency.ts';
import { issueType, priority, project, typeWords } from '../inputs.ts';
import { issueBody, issueDiff, planIssue, undoStatus } from '../new-issue.ts';
import { asWhom, resolveProject } from '../place.ts';

const Input = z.object({
  summary: text(
    [
      ':',
      'for',
      'about',
      'titled',
      'entitled',
      'called',
      'named',
      'saying',
      'saying that',
      'so that',
      'to',
      'that',
      'because',
      'regarding',
      'with title',
      'with the title',
      'with summary',
      'with the summary',
      'that says',
      'title',
      'summary',
    ],
    'One line that says what it is about',
    'What is it about?',
    255,
  ).regex(/^[^\r\n]*$/, 'must be one line'),
  type: issueType('Type: Task unless given, Sub-task under another issue').optional(),
  project: project().optional(),
  description: text(
    ['with description', 'with the description', 'description', 'with details', 'details'],
    'Description; empty lines part paragraphs',
    'Which description?',
  ).optional(),
  priority: priority().optional(),
  assignee: person(
    ['assigned to', 'assign it to', 'assign to', 'assignee', 'owned by'],
    'Who it is assigned to: me, a name or an e-mail address',
  ).optional(),
  labels: z
    .array(z.string().regex(/^\S{1,255}$/, 'must be a word without spaces'))
    .max(20)
    .describe('Labels; DevOS adds its own')
    .optional(),
  parent: pattern('[A-Z][A-Z0-9_]{0,30}-[0-9]{1,9}', {
    upper: true,
    nouns: ['epic', 'parent'],
    after: ['under', 'in', 'below', 'to', 'for', 'of'],
    describe: 'Key of the parent: an epic, or the issue of a sub-task',
    ask: 'Under which issue?',
  }).optional(),
});
type Input = z.infer<typeof Input>;

const Output = z.object({ key: z.string(), id: z.string(), url: z.string(), summary: z.string(), undoStatus: z.string().nullable() });
type Output = z.infer<typeof Output>;

/** A request that was cut may still be on its way into Jira when we look. */
const settleMs = 1000;

const verbs =
  'create|open|file|log|raise|add|make|report|submit|write|write up|draft|start|set up|need|want|have|new|put in|enter|register|track';

export const createIssue = defineAction<JiraClient>()<Input, Output>({
  id: 'jira.issue.create',
  summary: 'Create a Jira issue',
  permission: 'jira:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      `${verbs} & {type}`,
      `${verbs} & a|an|another & {type}`,
      `${verbs} & ticket|issue|card|jira|work item`,
      '{type} & jira & {summary}',
    ],
    also: 'jira|new|for|me|issue|ticket|card|in|project|it|item|work|please|another|a|an|to|track|tracking|our',
    examples: [
      'create a bug ticket for the {summary}',
      'create a story for {summary}',
      'file a bug in {project}: {summary}',
      'open a task called "{summary}"',
    ],
    counterExamples: ['should I create a ticket?', 'who created DEV-1?', "don't create a ticket for this"],
  },
  usualSafety: 'moderate',
  safety: ({ project }) => moderate(`adds one issue${project === undefined ? '' : ` to ${project}`}`),
  preview: async (input, { client, signal }) => {
    const planned = await planIssue(client, input, signal);
    const { project: home, type, assignee } = planned;
    const [end, as] = await Promise.all([undoStatus(client, planned, signal), asWhom(client, signal)]);
    return {
      input: {
        summary: input.summary,
        type: typeInput(type.name, type.subtask),
        project: home.key,
        ...(input.description === undefined ? {} : { description: input.description }),
        ...(planned.priority === undefined ? {} : { priority: planned.priority }),
        ...(assignee === undefined ? {} : { assignee: assignee.accountId }),
        ...(input.labels === undefined ? {} : { labels: input.labels }),
        ...(planned.parent === undefined ? {} : { parent: planned.parent.key }),
      },
      where: `Jira ${client.host}, project ${home.key}`,
      as,
      description: `create ${type.name} "${input.summary}" in ${home.key}`,
      diff: issueDiff(planned),
      facts: { project: home.key, type: type.name },
      precondition: { project: home.id, type: type.id, ...(assignee === undefined ? {} : { assignee: assignee.accountId }) },
      ...(end === undefined ? {} : { undo: `it is moved to ${end}, where its workflow lets it; Jira issues are not deleted` }),
    };
  },
  run: async (input, { client, key, signal }) => {
    const planned = await planIssue(client, input, signal);
    // Everything that can fail is asked before the issue is made.
    const end = await undoStatus(client, planned, signal);
    const base = await client.browse('', signal);
    const { id, key: issue } = await client.createIssue(issueBody(planned, key), signal);
    return { key: issue, id, url: base + issue, summary: input.summary, undoStatus: end ?? null };
  },
  find: async (input, { client, key, signal }) => {
    const home = await resolveProject(client, input.project, signal);
    let found = await findByIdem(client, home.key, key, signal);
    if (found === undefined) {
      await wait(settleMs, undefined, { signal });
      found = await findByIdem(client, home.key, key, signal);
    }
    if (found === undefined) return undefined;
    const type = found.fields.issuetype;
    const end = type === null || type === undefined ? undefined : await undoStatus(client, { project: home, type }, signal);
    return { key: found.key, id: found.id, url: await client.browse(found.key, signal), summary: input.summary, undoStatus: end ?? null };
  },
  verify: async (input, output, { client, signal }) => {
    const issue = await client.findIssue(output.key, { fields: ['summary', 'status'] }, signal);
    if (issue === undefined) return { ok: false, message: `${output.key} is not there` };
    // Jira trims what it stores.
    const isSame = issue.fields.summary?.trim() === input.summary.trim();
    return {
      ok: isSame,
      message: `${output.key} is there, in ${issue.fields.status?.name ?? 'an unknown status'}${isSame ? '' : ', with another summary'}`,
    };
  },
  undo: (_input, { key, undoStatus: end }) => {
    if (end === null)
      throw new AppError(`The workflow of ${key} has no end to move it to`, {
        code: 'UNDO_IMPOSSIBLE',
        hint: `Close ${key} in Jira by hand.`,
      });
    return { action: 'jira.issue.transition', input: { issue: key, status: end } };
  },
  render: ({ key, summary, url }) => ({ text: `${key}  ${summary}\n${url}` }),
});

/** A site may spell a type otherwise ("Subtask", "BUG"); the input has the names of the catalogue. */
function typeInput(name: string, subtask: boolean): string {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  const known = Object.keys(typeWords).find((candidate) => plain(candidate) === plain(name));
  return known ?? (subtask ? 'Sub-task' : name);
}
