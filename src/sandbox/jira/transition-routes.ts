/** Moving issues through their workflow. */
import { isDocument } from './document.ts';
import { type Answer, refusal } from './replies.ts';
import { type Call, listOf, type Route } from './route.ts';
import { withIssue } from './issue-routes.ts';
import type { Issue, Transition } from './types.ts';
import { type FieldErrors, isRecord, type JsonRecord, keyIn, note, readFields } from './write.ts';

const path = '/rest/api/3/issue/{issueIdOrKey}/transitions';

export const transitionRoutes: Route[] = [
  { method: 'GET', path, answer: (call) => withIssue(call, (issue) => getTransitions(call, issue)) },
  { method: 'POST', path, answer: (call) => withIssue(call, (issue) => doTransition(call, issue)) },
];

/** What is possible now: a transition never leads to where the issue is. */
function possible(issue: Issue): Transition[] {
  return issue.project.transitions.filter(
    ({ from, to }) => to.id !== issue.status.id && (from === undefined || from.includes(issue.status.name)),
  );
}

function getTransitions({ state, views, query }: Call, issue: Issue): Answer {
  const withFields = listOf(query, 'expand').includes('transitions.fields');
  const transitions = possible(issue).map(({ id, name, to, needs }) => ({
    id,
    name,
    to: views.status(to),
    hasScreen: needs.length > 0,
    isGlobal: false,
    isInitial: false,
    isAvailable: true,
    isConditional: false,
    looped: false,
    ...(withFields
      ? {
          fields: Object.fromEntries(
            needs.map((need) => [
              need,
              {
                required: true,
                hasDefaultValue: false,
                schema: { type: need, system: need },
                name: need.slice(0, 1).toUpperCase() + need.slice(1),
                key: need,
                operations: ['set'],
                allowedValues: need === 'resolution' ? state.resolutions.map((value) => views.named('resolution', value)) : [],
              },
            ]),
          ),
        }
      : {}),
  }));
  return { status: 200, json: { expand: 'transitions', transitions } };
}

function doTransition({ state, body }: Call, issue: Issue): Answer {
  const wanted = isRecord(body) && isRecord(body['transition']) ? body['transition']['id'] : undefined;
  const transition = possible(issue).find(({ id }) => id === wanted);
  if (transition === undefined)
    return refusal(400, [
      `It seems that you have tried to perform a workflow operation (${String(wanted)}) that is not valid for the current state of this issue (${issue.key}).`,
    ]);
  const fields: JsonRecord = isRecord(body) && isRecord(body['fields']) ? body['fields'] : {};
  const errors: FieldErrors = {};
  for (const name of Object.keys(fields))
    if (!transition.needs.includes(name)) errors[name] = `Field '${name}' cannot be set. It is not on the appropriate screen, or unknown.`;
  for (const need of transition.needs) if (fields[need] === undefined) errors[need] = `${need} is required.`;
  const changes = Object.keys(errors).length > 0 ? {} : readFields(state, fields, errors);
  const comment = addedComment(body);
  if (comment !== undefined && !isDocument(comment)) errors['comment'] = 'Comment body is not valid!';
  if (Object.keys(errors).length > 0) return refusal(400, [], errors);
  move(state, issue, transition, changes, isRecord(body) ? body['historyMetadata'] : undefined);
  if (comment !== undefined)
    issue.comments.push({ id: state.nextId(), author: state.self, body: comment, created: state.clock(), properties: new Map() });
  return { status: 204 };
}

/** `update: { comment: [{ add: { body } }] }`; undefined where there is none. */
function addedComment(body: unknown): unknown {
  const update = isRecord(body) && isRecord(body['update']) ? body['update']['comment'] : undefined;
  const first: unknown = Array.isArray(update) ? update[0] : undefined;
  return isRecord(first) && isRecord(first['add']) ? (first['add']['body'] ?? null) : undefined;
}

function move(state: Call['state'], issue: Issue, { to }: Transition, changes: object, historyMetadata: unknown): void {
  const now = state.clock();
  const from = issue.status;
  Object.assign(issue, changes, { status: to, updated: now });
  if (to.category.key !== 'done') issue.resolution = null;
  else issue.resolution ??= state.resolutions[0] ?? null;
  issue.changes.push({
    id: state.nextId(),
    author: state.self,
    created: now,
    items: [{ field: 'status', from: from.id, fromString: from.name, to: to.id, toString: to.name }],
    ...(isRecord(historyMetadata) ? { historyMetadata } : {}),
  });
  const key = isRecord(historyMetadata) ? keyIn(historyMetadata['extraData']) : null;
  note(state, { type: 'issue-transitioned', issue: issue.key, key, text: `${from.name} to ${to.name}` });
}
