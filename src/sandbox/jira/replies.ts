/** Answers in Jira's shapes. */
import type { Comment, Issue, IssueType, JiraState, NamedValue, Person, Project, Status } from './types.ts';

export interface Answer {
  status: number;
  json?: unknown;
  headers?: Record<string, string>;
}

/** `{ errorMessages, errors }`, as every refusal of Jira. */
export function refusal(status: number, messages: string[], errors: Record<string, string> = {}): Answer {
  return { status, json: { errorMessages: messages, errors } };
}

export const noIssue = (): Answer => refusal(404, ['Issue does not exist or you do not have permission to see it.']);

/** Jira's own form: `2026-11-23T08:39:11.000+0000`. */
export const jiraTime = (date: Date): string => date.toISOString().replace('Z', '+0000');

export class Views {
  readonly #base: string;
  readonly #state: JiraState;

  constructor(base: string, state: JiraState) {
    this.#base = base;
    this.#state = state;
  }

  #self(path: string): string {
    return `${this.#base}/rest/api/3/${path}`;
  }

  person({ accountId, displayName, emailAddress, active }: Person): Record<string, unknown> {
    return {
      self: this.#self(`user?accountId=${accountId}`),
      accountId,
      accountType: 'atlassian',
      displayName,
      emailAddress,
      active,
      timeZone: 'Etc/UTC',
    };
  }

  status({ id, name, category }: Status): Record<string, unknown> {
    const { key, colorName } = category;
    return {
      self: this.#self(`status/${id}`),
      description: '',
      iconUrl: `${this.#base}/images/icons/status.png`,
      name,
      id,
      statusCategory: { self: this.#self(`statuscategory/${category.id}`), id: category.id, key, colorName, name: category.name },
    };
  }

  type({ id, name, subtask, level }: IssueType): Record<string, unknown> {
    return { self: this.#self(`issuetype/${id}`), id, description: '', name, subtask, hierarchyLevel: level };
  }

  named(of: string, { id, name }: NamedValue): Record<string, unknown> {
    return { self: this.#self(`${of}/${id}`), id, name };
  }

  project({ id, key, name }: Project): Record<string, unknown> {
    return { self: this.#self(`project/${id}`), id, key, name, projectTypeKey: 'software', simplified: false };
  }

  fullProject(project: Project): Record<string, unknown> {
    return {
      ...this.project(project),
      style: 'classic',
      isPrivate: false,
      lead: this.person(project.lead),
      issueTypes: project.issueTypes.map((type) => this.type(type)),
    };
  }

  comment(comment: Comment): Record<string, unknown> {
    return {
      self: this.#self(`comment/${comment.id}`),
      id: comment.id,
      author: this.person(comment.author),
      updateAuthor: this.person(comment.author),
      body: comment.body,
      created: jiraTime(comment.created),
      updated: jiraTime(comment.created),
      jsdPublic: true,
    };
  }

  /** `fields` as asked for: `*all`, `*navigable`, names, `-name`. */
  issue(issue: Issue, fields: string[], options: { properties?: string[]; changelog?: boolean } = {}): Record<string, unknown> {
    const all = this.#fields(issue);
    const wantsAll = fields.length === 0 || fields.includes('*all') || fields.includes('*navigable');
    const picked = Object.entries(all).filter(([name]) => !fields.includes(`-${name}`) && (wantsAll || fields.includes(name)));
    return {
      expand: 'renderedFields,names,schema,operations,editmeta,changelog',
      id: issue.id,
      self: this.#self(`issue/${issue.id}`),
      key: issue.key,
      fields: Object.fromEntries(picked),
      ...(options.properties === undefined ? {} : { properties: pickProperties(issue, options.properties) }),
      ...(options.changelog === true ? { changelog: this.#changelog(issue) } : {}),
    };
  }

  #fields(issue: Issue): Record<string, unknown> {
    return {
      summary: issue.summary,
      issuetype: this.type(issue.type),
      project: this.project(issue.project),
      status: this.status(issue.status),
      priority: this.named('priority', issue.priority),
      resolution: issue.resolution === null ? null : this.named('resolution', issue.resolution),
      assignee: issue.assignee === null ? null : this.person(issue.assignee),
      reporter: this.person(issue.reporter),
      labels: issue.labels,
      description: issue.description,
      created: jiraTime(issue.created),
      updated: jiraTime(issue.updated),
      ...(issue.parent === null
        ? {}
        : { parent: { id: issue.parent.id, key: issue.parent.key, fields: { summary: issue.parent.summary } } }),
      customfield_10020: issue.sprint === null ? null : this.#state.sprints.filter(({ name }) => name === issue.sprint),
      comment: {
        comments: issue.comments.map((comment) => this.comment(comment)),
        self: this.#self(`issue/${issue.id}/comment`),
        maxResults: issue.comments.length,
        total: issue.comments.length,
        startAt: 0,
      },
    };
  }

  #changelog(issue: Issue): Record<string, unknown> {
    return {
      startAt: 0,
      maxResults: issue.changes.length,
      total: issue.changes.length,
      // Newest first, as Jira answers.
      histories: issue.changes.toReversed().map((change) => ({
        id: change.id,
        author: this.person(change.author),
        created: jiraTime(change.created),
        items: change.items.map((item) => ({ fieldtype: 'jira', fieldId: item.field, ...item })),
        ...(change.historyMetadata === undefined ? {} : { historyMetadata: change.historyMetadata }),
      })),
    };
  }
}

function pickProperties(issue: Issue, keys: string[]): Record<string, unknown> {
  const wanted = [...issue.properties].filter(([key]) => keys.includes('*all') || keys.includes(key));
  return Object.fromEntries(wanted);
}
