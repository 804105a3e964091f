/** What an issue to be made will be: everything resolved, and what Jira would refuse found before anyone approves. */
import { AppError, cleanLine } from '#kit';
import type { JiraClient } from './client.ts';
import { toDocument } from './document.ts';
import { idemLabel, idemProperty } from './idempotency.ts';
import { personTitle, resolvePerson, resolveProject } from './place.ts';
import type { Issue, IssueType, JiraUser, Project } from './schema.ts';
import { endStatus } from './statuses.ts';

export interface NewIssueInput {
  summary: string;
  type?: string | undefined;
  project?: string | undefined;
  description?: string | undefined;
  priority?: string | undefined;
  assignee?: string | undefined;
  labels?: string[] | undefined;
  parent?: string | undefined;
}

export interface NewIssue {
  input: NewIssueInput;
  project: Project;
  type: IssueType;
  parent: Issue | undefined;
  assignee: JiraUser | undefined;
  priority: string | undefined;
  labels: string[];
}

/** Reads only. Throws NOT_FOUND, AMBIGUOUS, NEEDS_ANSWER or INPUT_INVALID, each naming what there is. */
export async function planIssue(client: JiraClient, input: NewIssueInput, signal: AbortSignal): Promise<NewIssue> {
  const parent = input.parent === undefined ? undefined : await findParent(client, input.parent, signal);
  const wantedProject = input.project ?? parent?.fields.project?.key;
  const project = await resolveProject(client, wantedProject, signal);
  const type = chooseType(project, input.type, parent);
  const [assignee, priority] = await Promise.all([
    input.assignee === undefined ? undefined : resolvePerson(client, input.assignee, project.key, signal),
    input.priority === undefined ? undefined : findPriority(client, input.priority, signal),
    assertFields(client, project, type, input, signal),
  ]);
  const labels = [...new Set([...(input.labels ?? []), idemLabel])];
  return { input, project, type, parent, assignee, priority, labels };
}

async function findParent(client: JiraClient, key: string, signal: AbortSignal): Promise<Issue> {
  const found = await client.findIssue(key.toUpperCase(), { fields: ['summary', 'project', 'issuetype'] }, signal);
  if (found !== undefined) return found;
  throw new AppError(`There is no issue ${key.toUpperCase()} that could be the parent`, {
    code: 'NOT_FOUND',
    hint: 'Check the key of the parent.',
  });
}

const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** By name, however it is spelled; `Sub-task` is whatever the project calls its sub-tasks. */
export function findType(project: Project, wanted: string): IssueType | undefined {
  const exact = project.issueTypes.find(({ name }) => plain(name) === plain(wanted));
  return exact ?? (plain(wanted) === 'subtask' ? project.issueTypes.find(({ subtask }) => subtask) : undefined);
}

/** Unless one is named: a sub-task under a story or task, else a task. */
function chooseType(project: Project, wanted: string | undefined, parent: Issue | undefined): IssueType {
  const isUnderIssue = parent !== undefined && (parent.fields.issuetype?.hierarchyLevel ?? 0) < 1;
  const usual = isUnderIssue
    ? project.issueTypes.find(({ subtask }) => subtask)
    : project.issueTypes.find(({ name }) => plain(name) === 'task');
  const found = wanted === undefined ? usual : findType(project, wanted);
  if (found === undefined)
    throw new AppError(
      wanted === undefined ? `Which type of issue in ${project.key}?` : `Project ${project.key} has no issues of type ${cleanLine(wanted)}`,
      {
        code: wanted === undefined ? 'NEEDS_ANSWER' : 'INPUT_INVALID',
        hint: `It has: ${project.issueTypes.map(({ name }) => name).join(', ')}`,
        details: { input: 'type', options: project.issueTypes.map(({ name }) => name) },
      },
    );
  if (found.subtask && parent === undefined)
    throw new AppError(`A ${found.name} needs a parent`, {
      code: 'NEEDS_ANSWER',
      hint: 'Say under which issue, for example: "… under DEV-123"',
      details: { input: 'parent' },
    });
  return found;
}

async function findPriority(client: JiraClient, wanted: string, signal: AbortSignal): Promise<string> {
  const all = await client.priorities(signal);
  const found = all.find(({ name }) => plain(name) === plain(wanted));
  if (found !== undefined) return found.name;
  const options = all.map(({ name }) => name);
  throw new AppError(`${client.host} has no priority "${cleanLine(wanted)}"`, {
    code: 'INPUT_INVALID',
    hint: `It has: ${options.join(', ')}`,
    details: { input: 'priority', options },
  });
}

/** Fields that we fill, by Jira's name for them. */
const filled: Record<string, keyof NewIssueInput> = {
  description: 'description',
  priority: 'priority',
  assignee: 'assignee',
  parent: 'parent',
};
const always = new Set(['project', 'issuetype', 'summary', 'labels', 'reporter']);

/** A company's own required fields would only be found out after the approval. */
async function assertFields(
  client: JiraClient,
  project: Project,
  type: IssueType,
  input: NewIssueInput,
  signal: AbortSignal,
): Promise<void> {
  const fields = await client.createFields(project.key, type.id, signal);
  const isFilled = (fieldId: string) => always.has(fieldId) || (filled[fieldId] !== undefined && input[filled[fieldId]] !== undefined);
  const missing = fields.filter(({ fieldId, required, hasDefaultValue }) => required && !hasDefaultValue && !isFilled(fieldId));
  if (missing.length > 0)
    throw new AppError(`A ${type.name} in ${project.key} also needs: ${missing.map(({ name }) => name).join(', ')}`, {
      code: 'INPUT_INVALID',
      hint: missing.some(({ fieldId }) => filled[fieldId] !== undefined)
        ? 'Say it, too.'
        : `DevOS cannot fill these; create it in Jira: https://${client.host}`,
      details: { fields: missing.map(({ fieldId }) => fieldId) },
    });
}

export function issueBody({ input, project, type, parent, assignee, priority, labels }: NewIssue, key: string): object {
  return {
    fields: {
      project: { key: project.key },
      issuetype: { id: type.id },
      summary: input.summary,
      labels,
      ...(input.description === undefined ? {} : { description: toDocument(input.description) }),
      ...(priority === undefined ? {} : { priority: { name: priority } }),
      ...(assignee === undefined ? {} : { assignee: { accountId: assignee.accountId } }),
      ...(parent === undefined ? {} : { parent: { key: parent.key } }),
    },
    properties: [{ key: idemProperty, value: { key } }],
  };
}

/** Every field, as the reader sees it. */
export function issueDiff({ input, project, type, parent, assignee, priority, labels }: NewIssue): string[] {
  const [first, ...rest] = (input.description ?? '').split('\n');
  return [
    `+ project: ${project.key} (${project.name})`,
    `+ type: ${type.name}`,
    `+ summary: ${input.summary}`,
    ...(input.description === undefined ? [] : [`+ description: ${first ?? ''}`, ...rest.map((line) => `+   ${line}`)]),
    ...(priority === undefined ? [] : [`+ priority: ${priority}`]),
    ...(assignee === undefined ? [] : [`+ assignee: ${personTitle(assignee)}`]),
    `+ labels: ${labels.join(', ')}`,
    ...(parent === undefined ? [] : [`+ parent: ${parent.key} "${parent.fields.summary ?? ''}"`]),
  ];
}

/** Where the issue goes when it is undone; undefined where its workflow has no end. */
export async function undoStatus(
  client: JiraClient,
  { project, type }: Pick<NewIssue, 'project' | 'type'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const statuses = await client.projectStatuses(project.key, signal);
  return endStatus(statuses.get(type.id) ?? []);
}
