/** What is there to choose from: projects, types, people, priorities, statuses. */
import { type Answer, jiraTime, refusal } from './replies.ts';
import { type Call, listOf, numberOf, type Route } from './route.ts';
import type { Person, Project } from './types.ts';
import { findProject } from './write.ts';

export const lookupRoutes: Route[] = [
  {
    method: 'GET',
    path: '/rest/api/3/myself',
    answer: ({ state, views }) => ({ status: 200, json: { ...views.person(state.self), locale: 'en_US' } }),
  },
  { method: 'GET', path: '/rest/api/3/serverInfo', answer: serverInfo },
  { method: 'GET', path: '/rest/api/3/project/search', answer: searchProjects },
  {
    method: 'GET',
    path: '/rest/api/3/project/{projectIdOrKey}',
    answer: (call) => withProject(call, (project) => ({ status: 200, json: call.views.fullProject(project) })),
  },
  {
    method: 'GET',
    path: '/rest/api/3/project/{projectIdOrKey}/statuses',
    answer: (call) => withProject(call, (project) => projectStatuses(call, project)),
  },
  {
    method: 'GET',
    path: '/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes',
    answer: (call) => withProject(call, (project) => createTypes(call, project)),
  },
  {
    method: 'GET',
    path: '/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}',
    answer: (call) => withProject(call, (project) => createFields(call, project)),
  },
  { method: 'GET', path: '/rest/api/3/user/search', answer: searchUsers },
  { method: 'GET', path: '/rest/api/3/user/assignable/search', answer: searchAssignable },
  {
    method: 'GET',
    path: '/rest/api/3/priority',
    answer: ({ state, views }) => ({ status: 200, json: state.priorities.map((value) => views.named('priority', value)) }),
  },
  { method: 'GET', path: '/rest/api/3/status', answer: allStatuses },
];

function withProject({ state, params }: Call, answer: (project: Project) => Answer): Answer {
  const wanted = params['projectIdOrKey'] ?? '';
  const project = findProject(state, wanted) ?? findProject(state, wanted.toUpperCase());
  return project === undefined ? refusal(404, [`No project could be found with key '${wanted}'.`]) : answer(project);
}

function serverInfo({ state, views }: Call): Answer {
  const base = String(views.person(state.self)['self']).replace(/\/rest\/.*/, '');
  return {
    status: 200,
    json: {
      baseUrl: base,
      version: '1001.0.0-SNAPSHOT',
      versionNumbers: [1001, 0, 0],
      deploymentType: 'Cloud',
      buildNumber: 100_285,
      serverTime: jiraTime(state.clock()),
      serverTitle: 'Simulated Jira',
    },
  };
}

function searchProjects({ state, views, query }: Call): Answer {
  const text = (query.get('query') ?? '').toLowerCase();
  const keys = listOf(query, 'keys').map((key) => key.toUpperCase());
  const found = state.projects.filter(
    ({ key, name }) => (keys.length === 0 || keys.includes(key)) && `${key} ${name}`.toLowerCase().includes(text),
  );
  const startAt = numberOf(query, 'startAt', 0, 100_000);
  const maxResults = numberOf(query, 'maxResults', 50, 100);
  const values = found.slice(startAt, startAt + maxResults).map((project) => views.project(project));
  return { status: 200, json: { maxResults, startAt, total: found.length, isLast: startAt + values.length >= found.length, values } };
}

function projectStatuses({ views }: Call, project: Project): Answer {
  const json = project.issueTypes.map((type) => {
    const { self, id, name, subtask } = views.type(type);
    return { self, id, name, subtask, statuses: project.statuses.map((status) => views.status(status)) };
  });
  return { status: 200, json };
}

function createTypes({ views }: Call, project: Project): Answer {
  const issueTypes = project.issueTypes.map((type) => views.type(type));
  return { status: 200, json: { startAt: 0, maxResults: 50, total: issueTypes.length, issueTypes } };
}

function createFields({ state, views, params }: Call, project: Project): Answer {
  const type = project.issueTypes.find(({ id }) => id === params['issueTypeId']);
  if (type === undefined) return refusal(404, ['The issue type is not available in this project.']);
  const field = (fieldId: string, name: string, required: boolean, more: object = {}) => ({
    fieldId,
    key: fieldId,
    name,
    required,
    hasDefaultValue: false,
    operations: ['set'],
    schema: { type: fieldId, system: fieldId },
    ...more,
  });
  const fields = [
    field('project', 'Project', true, { allowedValues: [views.project(project)] }),
    field('issuetype', 'Issue Type', true, { allowedValues: [views.type(type)] }),
    field('summary', 'Summary', true),
    field('description', 'Description', false),
    field('priority', 'Priority', false, {
      hasDefaultValue: true,
      allowedValues: state.priorities.map((value) => views.named('priority', value)),
    }),
    field('assignee', 'Assignee', false),
    field('labels', 'Labels', false),
    field('parent', 'Parent', type.subtask),
    field('reporter', 'Reporter', true, { hasDefaultValue: true }),
  ];
  return { status: 200, json: { startAt: 0, maxResults: 50, total: fields.length, fields } };
}

function searchUsers({ state, views, query }: Call): Answer {
  if (!query.has('query') && !query.has('accountId')) return refusal(400, ['At least one of query or accountId must be specified.']);
  return { status: 200, json: matchPeople(state.people, query).map((person) => views.person(person)) };
}

function searchAssignable({ state, views, query }: Call): Answer {
  const project = query.get('project');
  const issue = query.get('issueKey');
  if (project === null && issue === null) return refusal(400, ['Either project, issueKey or issueId must be specified.']);
  if (project !== null && findProject(state, project) === undefined)
    return refusal(404, [`No project could be found with key '${project}'.`]);
  return { status: 200, json: matchPeople(state.people, query).map((person) => views.person(person)) };
}

/** As Jira matches: the beginnings of the words of name and address. */
function matchPeople(people: Person[], query: URLSearchParams): Person[] {
  const id = query.get('accountId');
  const words = (query.get('query') ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = people.filter(({ accountId, displayName, emailAddress }) => {
    if (id !== null) return accountId === id;
    const parts = [...displayName.toLowerCase().split(' '), emailAddress];
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  });
  const startAt = numberOf(query, 'startAt', 0, 1000);
  return found.slice(startAt, startAt + numberOf(query, 'maxResults', 50, 1000));
}

function allStatuses({ state, views }: Call): Answer {
  const byId = new Map(state.projects.flatMap(({ statuses }) => statuses).map((status) => [status.id, status]));
  return { status: 200, json: [...byId.values()].map((status) => views.status(status)) };
}
