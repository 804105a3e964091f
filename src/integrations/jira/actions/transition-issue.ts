import { defineAction, moderate, text } from '#kit';
import { z } from 'zod';
import type { JiraClient } from '../client.ts';
import { documentText, toDocument } from '../document.ts';
import { findMove, moveMetadata, statusChange } from '../idempotency.ts';
import { issueKey, statusName, statusWords, withStatusSlot } from '../inputs.ts';
import { asWhom } from '../place.ts';
import type { Issue, Transition } from '../schema.ts';
import { findTransition, isStatus, noWay, screenFields } from '../statuses.ts';
import { needIssue } from './get-issue.ts';

const Input = z.object({
  issue: issueKey(),
  status: withStatusSlot(statusName(), 'Status that it shall have, such as In Progress', statusWords, [
    'to',
    'into',
    'as',
    'in',
    'back to',
    'over to',
    'status',
    'to status',
    'means',
    'column',
  ]),
  comment: text(
    ['with comment', 'with the comment', 'with a comment', 'commenting'],
    'Comment that is added with it',
    'Which comment?',
  ).optional(),
});
type Input = z.infer<typeof Input>;

const Output = z.object({ key: z.string(), url: z.string(), from: z.string(), to: z.string() });
type Output = z.infer<typeof Output>;

export const transitionIssue = defineAction<JiraClient>()<Input, Output>({
  id: 'jira.issue.transition',
  summary: 'Move a Jira issue to another status',
  permission: 'jira:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'goes|go|move|transition|update|set|mark|change|put|push|pull|drag|send|bring|take|flip|switch|get|make|turn|shift|advance|bump|transfer|progress & {issue}',
      '{issue}',
      'move|transition|set|mark|put|push|drag|send|update|change & ticket|issue|story|bug|task|epic|card & {status}',
    ],
    also: 'jira|status|state|ticket|issue|story|bug|task|epic|card|column|board|workflow|work|working|move|set|moved|back|over|across|forward|on|means|close|finish|complete|as|into|it|now|please|jira|from|again|completely',
    examples: [
      'move {issue} to done',
      'update ticket {issue} to in progress',
      'set the status of {issue} to in review',
      'close {issue}',
      'start work on {issue}',
    ],
    counterExamples: ['should I move DEV-1 to done?', 'do not close DEV-1', 'did someone move DEV-1 to done?'],
  },
  usualSafety: 'moderate',
  safety: ({ issue, status }) => moderate(`moves ${issue} to ${status}; it can be moved back where its workflow lets it`),
  preview: async (input, { client, signal }) => {
    const issue = await needIssue(client, input.issue.toUpperCase(), { fields: ['summary', 'status', 'issuetype'] }, signal);
    const [way, as] = await Promise.all([chooseWay(client, issue, input.status, signal), asWhom(client, signal)]);
    const { key } = issue;
    const from = statusOf(issue);
    const to = way?.to.name ?? from;
    const title = `${key} "${issue.fields.summary ?? ''}"`;
    const fields = way === undefined ? {} : screenFields(key, way);
    return {
      input: { issue: key, status: to, ...(input.comment === undefined ? {} : { comment: input.comment }) },
      where: `Jira ${client.host}, issue ${key}`,
      as,
      description: way === undefined ? `leave ${title} in ${from}, where it is already` : `move ${title} from ${from} to ${to}`,
      diff: [
        `  ${title}`,
        ...(way === undefined ? [`  status: ${from}`] : [`- status: ${from}`, `+ status: ${to}`]),
        ...Object.entries(fields).map(([name, { name: value }]) => `+ ${name}: ${value}`),
        ...(input.comment === undefined ? [] : [`+ comment: ${input.comment}${way === undefined ? ' (not added: nothing is moved)' : ''}`]),
      ],
      facts: { status: from, summary: issue.fields.summary ?? '' },
      precondition: { issue: key, status: from },
      undo: way === undefined ? 'nothing is changed' : `${key} is moved back to ${from}, where its workflow lets it`,
    };
  },
  run: async (input, { client, key, signal }) => {
    const issue = await needIssue(client, input.issue, { fields: ['status'] }, signal);
    const way = await chooseWay(client, issue, input.status, signal);
    const from = statusOf(issue);
    const url = await client.browse(issue.key, signal);
    if (way === undefined) return { key: issue.key, url, from, to: from };
    await client.transition(
      issue.key,
      {
        transition: { id: way.id },
        fields: screenFields(issue.key, way),
        // In the same call, so that there is never one without the other.
        ...(input.comment === undefined ? {} : { update: { comment: [{ add: { body: toDocument(input.comment) } }] } }),
        historyMetadata: moveMetadata(key),
      },
      signal,
    );
    return { key: issue.key, url, from, to: way.to.name };
  },
  find: async (input, { client, key, signal }) => {
    const issue = await needIssue(client, input.issue, { fields: ['status'], changelog: true }, signal);
    const moved = statusChange(findMove(issue, key));
    const isThere = issue.fields.status !== null && issue.fields.status !== undefined && isStatus(input.status, issue.fields.status);
    if (moved === undefined && !isThere) return undefined;
    // Without our mark in the history the status itself is the proof; where it came from is the last change.
    const last = moved ?? statusChange(issue.changelog?.histories.find((history) => statusChange(history) !== undefined));
    return { key: issue.key, url: await client.browse(issue.key, signal), from: last?.from ?? input.status, to: last?.to ?? input.status };
  },
  verify: async (input, output, { client, signal }) => {
    const issue = await needIssue(client, output.key, { fields: ['status'] }, signal);
    const now = statusOf(issue);
    if (now.toLowerCase() !== output.to.toLowerCase()) return { ok: false, message: `${output.key} is in ${now}, not in ${output.to}` };
    if (input.comment !== undefined && output.from !== output.to && !(await hasComment(client, output.key, input.comment, signal)))
      return { ok: false, message: `${output.key} is in ${now}, but its workflow took no comment with the move` };
    return { ok: true, message: `${output.key} is in ${now}` };
  },
  undo: (_input, { key, from }) => ({ action: 'jira.issue.transition', input: { issue: key, status: from } }),
  render: ({ key, from, to, url }) => ({ text: `${key}: ${from} → ${to}\n${url}` }),
});

function statusOf({ fields }: Issue): string {
  return fields.status?.name ?? '(unknown)';
}

/** The way to the wanted status; undefined where the issue is there already. Throws INPUT_INVALID, naming where it can go. */
async function chooseWay(client: JiraClient, issue: Issue, wanted: string, signal: AbortSignal): Promise<Transition | undefined> {
  if (issue.fields.status !== null && issue.fields.status !== undefined && isStatus(wanted, issue.fields.status)) return undefined;
  const transitions = await client.transitions(issue.key, signal);
  const way = findTransition(wanted, transitions);
  if (way === undefined) throw noWay(issue.key, wanted, statusOf(issue), transitions);
  return way;
}

async function hasComment(client: JiraClient, key: string, comment: string, signal: AbortSignal): Promise<boolean> {
  const wanted = documentText(toDocument(comment));
  return (await client.commentTexts(key, signal)).includes(wanted);
}
