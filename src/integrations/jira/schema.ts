/** What we accept of Jira's answers: only the fields we use, and those leniently. Text is cleaned where it comes in. */
import { cleanLine } from '#kit';
import { z } from 'zod';
import { documentText } from './document.ts';

const line = z.string().transform((text) => cleanLine(text));

export const JiraUser = z.object({
  accountId: z.string(),
  displayName: line,
  emailAddress: line.nullish(),
  active: z.boolean().default(true),
});
export type JiraUser = z.infer<typeof JiraUser>;

export const Status = z.object({
  id: z.string(),
  name: line,
  statusCategory: z.object({ key: z.string(), name: line }).nullish(),
});
export type Status = z.infer<typeof Status>;

export const IssueType = z.object({
  id: z.string(),
  name: line,
  subtask: z.boolean().default(false),
  hierarchyLevel: z.number().nullish(),
});
export type IssueType = z.infer<typeof IssueType>;

export const Project = z.object({ id: z.string(), key: z.string(), name: line, issueTypes: z.array(IssueType).default([]) });
export type Project = z.infer<typeof Project>;

export const ProjectPage = z.object({ values: z.array(Project), isLast: z.boolean().default(true), total: z.number().nullish() });

export const TypeStatuses = z.array(z.object({ id: z.string(), name: line, statuses: z.array(Status) }));

export const NamedValue = z.object({ id: z.string(), name: line });
export type NamedValue = z.infer<typeof NamedValue>;

/** `fields` in newer answers, `results` in older ones. */
export const FieldPage = z
  .object({ fields: z.array(z.unknown()).nullish(), results: z.array(z.unknown()).nullish() })
  .transform(({ fields, results }) => z.array(CreateField).parse(fields ?? results ?? []));

const CreateField = z.object({
  fieldId: z.string(),
  name: line,
  required: z.boolean().default(false),
  hasDefaultValue: z.boolean().default(false),
});
export type CreateField = z.infer<typeof CreateField>;

const ScreenField = z.object({
  name: line.nullish(),
  required: z.boolean().default(false),
  hasDefaultValue: z.boolean().default(false),
  allowedValues: z.array(z.unknown()).nullish(),
});

export const Transition = z.object({
  id: z.string(),
  name: line,
  to: Status,
  fields: z.record(z.string(), ScreenField).nullish(),
});
export type Transition = z.infer<typeof Transition>;

export const Transitions = z.object({ transitions: z.array(Transition) });

export const CreatedIssue = z.object({ id: z.string(), key: z.string() });
export type CreatedIssue = z.infer<typeof CreatedIssue>;

const History = z.object({
  created: z.string().nullish(),
  items: z.array(z.object({ field: z.string().nullish(), fromString: line.nullish(), toString: z.unknown() })).default([]),
  historyMetadata: z.object({ extraData: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});
export type History = z.infer<typeof History>;

export const Issue = z.object({
  id: z.string(),
  key: z.string(),
  fields: z
    .object({
      summary: line.nullish(),
      issuetype: IssueType.nullish(),
      project: z.object({ key: z.string(), name: line.nullish() }).nullish(),
      status: Status.nullish(),
      priority: NamedValue.nullish(),
      assignee: JiraUser.nullish(),
      reporter: JiraUser.nullish(),
      labels: z.array(line).nullish(),
      /** Documents elsewhere; see documentText. */
      description: z.unknown().optional(),
      parent: z.object({ key: z.string() }).nullish(),
      created: z.string().nullish(),
      updated: z.string().nullish(),
    })
    .default({}),
  properties: z.record(z.string(), z.unknown()).nullish(),
  changelog: z.object({ histories: z.array(History).default([]) }).nullish(),
});
export type Issue = z.infer<typeof Issue>;

export const IssuePage = z.object({ issues: z.array(Issue), nextPageToken: z.string().nullish(), isLast: z.boolean().nullish() });

export const Comments = z.object({ comments: z.array(z.object({ body: z.unknown().transform((value) => documentText(value)) })) });

export const ServerInfo = z.object({ baseUrl: z.string() });

export const Refusal = z.object({
  errorMessages: z.array(z.string()).nullish(),
  errors: z.record(z.string(), z.unknown()).nullish(),
});
