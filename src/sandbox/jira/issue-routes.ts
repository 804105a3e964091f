/** Making, reading and changing issues. */
import { isDocument } from './document.ts';
import { type Answer, noIssue, refusal } from './replies.ts';
import { type Call, listOf, type Route } from './route.ts';
import type { Comment, Issue, IssueType, Project } from './types.ts';
import { type FieldErrors, findIssue, findProject, findType, isRecord, keyIn, note, readFields, readProperties } from './write.ts';

const issuePath = '/rest/api/3/issue/{issueIdOrKey}';

export const issueRoutes: Route[] = [
  { method: 'POST', path: '/rest/api/3/issue', answer: createIssue },
  { method: 'GET', path: issuePath, answer: (call) => withIssue(call, (issue) => getIssue(call, issue)) },
  { method: 'PUT', path: issuePath, answer: (call) => withIssue(call, (issue) => editIssue(call, issue)) },
  { method: 'GET', path: `${issuePath}/comment`, answer: (call) => withIssue(call, (issue) => getComments(call, issue)) },
  { method: 'POST', path: `${issuePath}/comment`, answer: (call) => withIssue(call, (issue) => addComment(call, issue)) },
  { method: 'GET', path: `${issuePath}/properties/{propertyKey}`, answer: (call) => withIssue(call, (issue) => getProperty(call, issue)) },
  { method: 'PUT', path: `${issuePath}/properties/{propertyKey}`, answer: (call) => withIssue(call, (issue) => setProperty(call, issue)) },
];

export function withIssue({ state, params }: Call, answer: (issue: Issue) => Answer): Answer {
  const issue = findIssue(state, params['issueIdOrKey'] ?? '');
  return issue === undefined ? noIssue() : answer(issue);
}

function createIssue({ state, views, body }: Call): Answer {
  const fields = isRecord(body) && isRecord(body['fields']) ? body['fields'] : undefined;
  if (fields === undefined) return refusal(400, ['Invalid request payload. Refer to the REST API documentation and try again.']);
  const properties = readProperties(isRecord(body) ? body['properties'] : undefined);
  if (properties === undefined) return refusal(400, ['The properties are not in the right form.']);
  const errors: FieldErrors = {};
  const project = findProject(state, fields['project']);
  if (project === undefined) errors['project'] = 'valid project is required';
  const type = project === undefined ? undefined : findType(project, fields['issuetype']);
  if (project !== undefined && type === undefined) errors['issuetype'] = 'Specify a valid issue type';
  const changes = readFields(state, fields, errors);
  if (changes.summary === undefined && errors['summary'] === undefined) errors['summary'] = 'You must specify a summary of the issue.';
  if (type?.subtask === true && (changes.parent ?? null) === null)
    errors['parent'] = 'Issue type is a sub-task but parent issue key or id not specified.';
  if (project === undefined || type === undefined || changes.summary === undefined || Object.keys(errors).length > 0)
    return refusal(400, [], errors);
  const issue = makeIssue({ state }, project, type, changes.summary);
  Object.assign(issue, changes, { properties });
  state.issues.set(issue.key, issue);
  note(state, { type: 'issue-created', issue: issue.key, key: keyIn(properties.get('devos.idem')), text: issue.summary });
  const { id, key, self } = views.issue(issue, []);
  return { status: 201, json: { id, key, self } };
}

function makeIssue({ state }: Pick<Call, 'state'>, project: Project, type: IssueType, summary: string): Issue {
  const [status] = project.statuses;
  const priority = state.priorities.find(({ name }) => name === 'Medium');
  if (status === undefined || priority === undefined) throw new Error(`${project.key} has no first status`);
  const number = project.nextNumber;
  project.nextNumber += 1;
  const now = state.clock();
  return {
    id: state.nextId(),
    key: `${project.key}-${number}`,
    project,
    type,
    summary,
    description: null,
    status,
    priority,
    assignee: null,
    reporter: state.self,
    labels: [],
    parent: null,
    sprint: null,
    resolution: null,
    created: now,
    updated: now,
    comments: [],
    properties: new Map(),
    changes: [],
  };
}

function getIssue({ views, query }: Call, issue: Issue): Answer {
  const properties = listOf(query, 'properties');
  const changelog = listOf(query, 'expand').includes('changelog');
  return {
    status: 200,
    json: views.issue(issue, listOf(query, 'fields'), { ...(properties.length > 0 ? { properties } : {}), changelog }),
  };
}

function editIssue({ state, body }: Call, issue: Issue): Answer {
  const fields = isRecord(body) && isRecord(body['fields']) ? body['fields'] : {};
  const properties = readProperties(isRecord(body) ? body['properties'] : undefined);
  if (properties === undefined) return refusal(400, ['The properties are not in the right form.']);
  const errors: FieldErrors = {};
  const changes = readFields(state, fields, errors);
  if (Object.keys(errors).length > 0) return refusal(400, [], errors);
  const now = state.clock();
  const before = issue.summary;
  for (const [key, value] of properties) issue.properties.set(key, value);
  Object.assign(issue, changes, { updated: now });
  issue.changes.push({
    id: state.nextId(),
    author: state.self,
    created: now,
    items: Object.keys(changes).map((field) => (field === 'summary' ? { field, fromString: before, toString: issue.summary } : { field })),
  });
  note(state, { type: 'issue-updated', issue: issue.key, key: keyIn(properties.get('devos.idem')), text: Object.keys(changes).join(', ') });
  return { status: 204 };
}

function getComments({ views, query }: Call, issue: Issue): Answer {
  const withProperties = listOf(query, 'expand').includes('properties');
  const comments = issue.comments.map((comment) => ({
    ...views.comment(comment),
    ...(withProperties ? { properties: [...comment.properties].map(([key, value]) => ({ key, value })) } : {}),
  }));
  return { status: 200, json: { comments, startAt: 0, maxResults: Math.max(comments.length, 50), total: comments.length } };
}

function addComment({ state, views, body }: Call, issue: Issue): Answer {
  const properties = readProperties(isRecord(body) ? body['properties'] : undefined);
  if (!isRecord(body) || !isDocument(body['body']) || properties === undefined)
    return refusal(400, [], { comment: 'Comment body is not valid!' });
  const now = state.clock();
  const comment: Comment = { id: state.nextId(), author: state.self, body: body['body'], created: now, properties };
  issue.comments.push(comment);
  issue.updated = now;
  note(state, { type: 'comment-added', issue: issue.key, key: keyIn(properties.get('devos.idem')), text: comment.id });
  return { status: 201, json: views.comment(comment) };
}

function getProperty({ params }: Call, issue: Issue): Answer {
  const key = params['propertyKey'] ?? '';
  if (!issue.properties.has(key)) return refusal(404, [`The property ${key} does not exist.`]);
  return { status: 200, json: { key, value: issue.properties.get(key) } };
}

function setProperty({ state, params, body }: Call, issue: Issue): Answer {
  const key = params['propertyKey'] ?? '';
  if (body === undefined || key.length > 255) return refusal(400, ['The property value must be JSON.']);
  const isNew = !issue.properties.has(key);
  issue.properties.set(key, body);
  note(state, { type: 'property-set', issue: issue.key, key: null, text: key });
  return { status: isNew ? 201 : 200 };
}
