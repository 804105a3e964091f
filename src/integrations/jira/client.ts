/** The only file that knows Jira's addresses, headers and paging (Cloud, REST v3). */
import type { Http, HttpRequest } from '#kit';
import type { z } from 'zod';
import { type About, remoteError, unreadable } from './remote-errors.ts';
import {
  Comments,
  CreatedIssue,
  type CreateField,
  FieldPage,
  Issue,
  IssuePage,
  JiraUser,
  NamedValue,
  Project,
  ProjectPage,
  ServerInfo,
  type Status,
  type Transition,
  Transitions,
  TypeStatuses,
} from './schema.ts';

export interface SearchOptions {
  jql: string;
  fields: string[];
  properties?: string[];
  /** At most so many are read. */
  limit: number;
}

export interface JiraClient {
  host: string;
  /** Key of the project that is meant where none is named. */
  defaultProject: string | undefined;
  me: (signal: AbortSignal) => Promise<JiraUser>;
  /** Where a person opens an issue in a browser. */
  browse: (key: string, signal: AbortSignal) => Promise<string>;
  findProject: (key: string, signal: AbortSignal) => Promise<Project | undefined>;
  projects: (text: string, signal: AbortSignal) => Promise<Project[]>;
  /** By type id. */
  projectStatuses: (project: string, signal: AbortSignal) => Promise<Map<string, Status[]>>;
  createFields: (project: string, typeId: string, signal: AbortSignal) => Promise<CreateField[]>;
  priorities: (signal: AbortSignal) => Promise<NamedValue[]>;
  users: (query: { query: string } | { accountId: string }, project: string | undefined, signal: AbortSignal) => Promise<JiraUser[]>;
  findIssue: (
    key: string,
    options: { fields: string[]; properties?: string[]; changelog?: boolean },
    signal: AbortSignal,
  ) => Promise<Issue | undefined>;
  createIssue: (body: object, signal: AbortSignal) => Promise<CreatedIssue>;
  transitions: (key: string, signal: AbortSignal) => Promise<Transition[]>;
  transition: (key: string, body: object, signal: AbortSignal) => Promise<void>;
  commentTexts: (key: string, signal: AbortSignal) => Promise<string[]>;
  /** `more`: there are others past the limit. */
  search: (options: SearchOptions, signal: AbortSignal) => Promise<{ issues: Issue[]; more: boolean }>;
  close: () => Promise<void>;
}

const api = '/rest/api/3';
const pageSize = 100;
const maxProjects = 500;

export function createClient(http: Http, { url, project }: { url: string; project?: string }): JiraClient {
  const host = new URL(url).host;
  let me: Promise<JiraUser> | undefined;
  let site: Promise<string> | undefined;

  /** Undefined for 404, where `mayMiss`. */
  async function ask<T>(request: Omit<HttpRequest, 'path'> & { path: string }, deed: string, schema: z.ZodType<T>): Promise<T> {
    const found = await askMaybe(request, deed, schema, false);
    if (found === undefined) throw remoteError({ status: 404, json: undefined, text: '' }, { host, deed, write: false });
    return found;
  }

  async function askMaybe<T>(request: HttpRequest, deed: string, schema: z.ZodType<T>, mayMiss: boolean): Promise<T | undefined> {
    const about: About = { host, deed, write: request.method !== 'GET' && request.retry !== true };
    const answer = await http.send({ ...request, path: api + request.path });
    if (answer.status === 404 && mayMiss) return undefined;
    if (answer.status < 200 || answer.status > 299) throw remoteError(answer, about);
    const parsed = schema.safeParse(answer.json);
    if (!parsed.success) throw unreadable(about, parsed.error);
    return parsed.data;
  }

  async function command(request: HttpRequest, deed: string): Promise<void> {
    const answer = await http.send({ ...request, path: api + request.path });
    if (answer.status < 200 || answer.status > 299) throw remoteError(answer, { host, deed, write: true });
  }

  const get = (path: string, signal: AbortSignal, query: HttpRequest['query'] = {}): HttpRequest => ({
    method: 'GET',
    path,
    query,
    signal,
  });

  return {
    host,
    defaultProject: project,
    me(signal) {
      me ??= ask(get('/myself', signal), 'say who you are', JiraUser);
      // A failure is not kept: the next call asks again.
      me.catch(() => (me = undefined));
      return me;
    },
    async browse(key, signal) {
      site ??= siteOf(url, () => ask(get('/serverInfo', signal), 'say where it is', ServerInfo));
      site.catch(() => (site = undefined));
      return `${await site}/browse/${key}`;
    },
    findProject: (key, signal) => askMaybe(get(`/project/${part(key)}`, signal), `read project ${key}`, Project, true),
    async projects(text, signal) {
      const found: Project[] = [];
      for (;;) {
        const query = { startAt: found.length, maxResults: pageSize, orderBy: 'key', ...(text === '' ? {} : { query: text }) };
        const page = await ask(get('/project/search', signal, query), 'list projects', ProjectPage);
        found.push(...page.values);
        if (page.isLast || page.values.length === 0 || found.length >= maxProjects) return found;
      }
    },
    async projectStatuses(key, signal) {
      const types = await ask(get(`/project/${part(key)}/statuses`, signal), `read the statuses of ${key}`, TypeStatuses);
      return new Map(types.map(({ id, statuses }) => [id, statuses]));
    },
    createFields: (key, typeId, signal) =>
      ask(
        get(`/issue/createmeta/${part(key)}/issuetypes/${part(typeId)}`, signal, { maxResults: 200 }),
        `read which fields ${key} wants`,
        FieldPage,
      ),
    priorities: (signal) => ask(get('/priority', signal), 'list priorities', NamedValue.array()),
    users: (query, key, signal) =>
      ask(
        get(key === undefined ? '/user/search' : '/user/assignable/search', signal, {
          ...query,
          maxResults: 20,
          ...(key === undefined ? {} : { project: key }),
        }),
        'look for a person',
        JiraUser.array(),
      ),
    findIssue: (key, { fields, properties = [], changelog = false }, signal) =>
      askMaybe(
        get(`/issue/${part(key)}`, signal, {
          fields: fields.join(','),
          ...(properties.length === 0 ? {} : { properties: properties.join(',') }),
          ...(changelog ? { expand: 'changelog' } : {}),
        }),
        `read issue ${key}`,
        Issue,
        true,
      ),
    createIssue: (body, signal) => ask({ method: 'POST', path: '/issue', body, signal }, 'create the issue', CreatedIssue),
    async transitions(key, signal) {
      const path = `/issue/${part(key)}/transitions`;
      const { transitions } = await ask(get(path, signal, { expand: 'transitions.fields' }), `read where ${key} can go`, Transitions);
      return transitions;
    },
    transition: (key, body, signal) => command({ method: 'POST', path: `/issue/${part(key)}/transitions`, body, signal }, `move ${key}`),
    async commentTexts(key, signal) {
      const query = { maxResults: 50, orderBy: '-created' };
      const { comments } = await ask(get(`/issue/${part(key)}/comment`, signal, query), `read the comments of ${key}`, Comments);
      return comments.map(({ body }) => body);
    },
    search: (options, signal) => searchPages((request, deed) => ask(request, deed, IssuePage), options, signal),
    close: () => http.close(),
  };
}

type AskPage = (request: HttpRequest, deed: string) => Promise<z.infer<typeof IssuePage>>;

async function searchPages(
  ask: AskPage,
  { jql, fields, properties = [], limit }: SearchOptions,
  signal: AbortSignal,
): Promise<{ issues: Issue[]; more: boolean }> {
  const issues: Issue[] = [];
  let nextPageToken: string | undefined;
  for (;;) {
    const body = {
      jql,
      fields,
      maxResults: Math.min(pageSize, limit - issues.length),
      ...(properties.length === 0 ? {} : { properties }),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    };
    // A search is a read, whatever its method.
    const page = await ask({ method: 'POST', path: '/search/jql', body, retry: true, signal }, 'search');
    issues.push(...page.issues);
    nextPageToken = page.isLast === true ? undefined : (page.nextPageToken ?? undefined);
    if (nextPageToken === undefined || issues.length >= limit) return { issues: issues.slice(0, limit), more: nextPageToken !== undefined };
  }
}

const part = (text: string): string => encodeURIComponent(text);

/** Scoped tokens go through api.atlassian.com, which no browser opens. */
async function siteOf(url: string, info: () => Promise<z.infer<typeof ServerInfo>>): Promise<string> {
  const base = new URL(url).hostname === 'api.atlassian.com' ? (await info()).baseUrl : url;
  return base.replace(/\/+$/, '');
}
