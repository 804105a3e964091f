/** Which issues a parsed JQL means. A value that does not exist is a complaint, as in Jira, not an empty answer. */
import { documentText } from './document.ts';
import { type JqlClause, JqlError, type JqlNode, type JqlQuery } from './jql.ts';
import type { Issue, JiraState } from './types.ts';

/** Matching issues in the order asked for; newest first where none is. Throws JqlError. */
export function searchIssues(state: JiraState, { where, order }: JqlQuery): Issue[] {
  if (where === undefined) throw new JqlError('Unbounded JQL queries are not allowed here. Please add a search restriction to your query.');
  const matches = compile(state, where);
  const found = [...state.issues.values()].filter(matches);
  const orders = order.length > 0 ? order : [{ field: 'created', descending: true }];
  return found.toSorted((left, right) => {
    for (const { field, descending } of orders) {
      const difference = compare(sortValue(state, left, field), sortValue(state, right, field));
      if (difference !== 0) return descending ? -difference : difference;
    }
    return Number(right.id) - Number(left.id);
  });
}

type Test = (issue: Issue) => boolean;

function compile(state: JiraState, node: JqlNode): Test {
  if (node.kind === 'not') {
    const inner = compile(state, node.part);
    return (issue) => !inner(issue);
  }
  if (node.kind === 'clause') return compileClause(state, node.clause);
  const parts = node.parts.map((part) => compile(state, part));
  return node.kind === 'and' ? (issue) => parts.every((part) => part(issue)) : (issue) => parts.some((part) => part(issue));
}

function compileClause(state: JiraState, clause: JqlClause): Test {
  const field = aliases[clause.field] ?? clause.field;
  if (field === 'created' || field === 'updated') return timeTest(state, field, clause);
  if (field === 'text' || field === 'summary' || field === 'description') return textTest(field, clause);
  const read = readers[field];
  if (read === undefined) throw new JqlError(`Field '${clause.field}' does not exist or you do not have permission to view it.`);
  return valueTest(state, field, read, clause);
}

const aliases: Record<string, string> = { type: 'issuetype', issue: 'key', issuekey: 'key', id: 'key' };

/** What an issue holds in a field; [] where it is empty. Compared without regard to case. */
const readers: Record<string, (issue: Issue, state: JiraState) => string[]> = {
  project: ({ project }) => [project.key, project.name, project.id],
  issuetype: ({ type }) => [type.name, type.id],
  status: ({ status }) => [status.name, status.id],
  statuscategory: ({ status }) => [status.category.name, status.category.key, String(status.category.id)],
  priority: ({ priority }) => [priority.name, priority.id],
  resolution: ({ resolution }) => (resolution === null ? [] : [resolution.name, resolution.id]),
  assignee: ({ assignee }) => (assignee === null ? [] : [assignee.accountId]),
  reporter: ({ reporter }) => [reporter.accountId],
  labels: ({ labels }) => labels,
  key: ({ key, id }) => [key, id],
  parent: ({ parent }) => (parent === null ? [] : [parent.key, parent.id]),
  sprint: ({ sprint }, { sprints }) => sprints.filter(({ name }) => name === sprint).flatMap(({ id, name }) => [String(id), name]),
};

/** What may be asked for; a field that is not here takes any value. */
const known: Record<string, (state: JiraState) => string[]> = {
  project: ({ projects }) => projects.flatMap(({ key, name, id }) => [key, name, id]),
  issuetype: ({ projects }) => projects.flatMap(({ issueTypes }) => issueTypes.flatMap(({ name, id }) => [name, id])),
  status: ({ projects }) => projects.flatMap(({ statuses }) => statuses.flatMap(({ name, id }) => [name, id])),
  statuscategory: () => ['To Do', 'new', '2', 'In Progress', 'indeterminate', '4', 'Done', 'done', '3'],
  priority: ({ priorities }) => priorities.flatMap(({ name, id }) => [name, id]),
  resolution: ({ resolutions }) => resolutions.flatMap(({ name, id }) => [name, id]),
  key: ({ issues }) => [...issues.values()].flatMap(({ key, id }) => [key, id]),
  sprint: ({ sprints }) => sprints.flatMap(({ id, name }) => [String(id), name]),
};

function valueTest(state: JiraState, field: string, read: (issue: Issue, state: JiraState) => string[], clause: JqlClause): Test {
  const { operator } = clause;
  const wanted = new Set(clause.values.flatMap((value) => resolve(state, field, value)).map(lower));
  const asksEmpty = clause.values.some((value) => /^(?:empty|null)$/i.test(value));
  const holds: Test = (issue) => {
    const values = read(issue, state);
    return (asksEmpty && values.length === 0) || values.some((value) => wanted.has(lower(value)));
  };
  switch (operator) {
    case '=':
    case 'in':
    case 'is':
      return holds;
    case '!=':
    case 'not in':
    case 'is not':
      // As in Jira: an empty field is not "something else".
      return (issue) => !holds(issue) && (asksEmpty || read(issue, state).length > 0);
    default:
      throw new JqlError(`The operator '${operator}' is not supported by the '${clause.field}' field.`);
  }
}

const lower = (text: string): string => text.toLowerCase();

function resolve(state: JiraState, field: string, value: string): string[] {
  if (/^(?:empty|null)$/i.test(value)) return [];
  if (value === 'currentuser()' && (field === 'assignee' || field === 'reporter')) return [state.self.accountId];
  if (value === 'opensprints()' && field === 'sprint')
    return state.sprints.filter((sprint) => sprint.state === 'active').map(({ name }) => name);
  if (value.endsWith('()')) throw new JqlError(`Unable to find JQL function '${value}'.`);
  const values = known[field]?.(state);
  if (values !== undefined && !values.some((candidate) => lower(candidate) === lower(value)))
    throw new JqlError(
      field === 'key'
        ? `An issue with key '${value}' does not exist for field 'key'.`
        : `The value '${value}' does not exist for the field '${field}'.`,
    );
  return [value];
}

function textTest(field: string, { operator, values }: JqlClause): Test {
  if (operator !== '~' && operator !== '!~') throw new JqlError(`The operator '${operator}' is not supported by the '${field}' field.`);
  const value = values[0] ?? '';
  if (value.trim() === '' || /^[*?]/.test(value)) throw new JqlError(`Unable to parse the text '${value}' for field '${field}'.`);
  const phrase = /^"(.*)"$/.exec(value)?.[1];
  const words =
    phrase === undefined
      ? lower(value)
          .split(/[^\p{L}\p{N}]+/u)
          .filter((word) => word !== '')
      : [lower(phrase)];
  const holds: Test = (issue) => {
    const text = lower(textOf(issue, field));
    return words.every((word) => text.includes(word));
  };
  return operator === '~' ? holds : (issue) => !holds(issue);
}

function textOf(issue: Issue, field: string): string {
  if (field === 'summary') return issue.summary;
  if (field === 'description') return documentText(issue.description);
  return [issue.summary, documentText(issue.description), ...issue.comments.map(({ body }) => documentText(body))].join(' ');
}

const unitMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function timeTest(state: JiraState, field: 'created' | 'updated', { operator, values }: JqlClause): Test {
  const at = parseTime(state, values[0] ?? '', field);
  switch (operator) {
    case '>=':
      return (issue) => issue[field].getTime() >= at;
    case '>':
      return (issue) => issue[field].getTime() > at;
    case '<=':
      return (issue) => issue[field].getTime() <= at;
    case '<':
      return (issue) => issue[field].getTime() < at;
    default:
      throw new JqlError(`The operator '${operator}' is not supported by the '${field}' field.`);
  }
}

function parseTime(state: JiraState, text: string, field: string): number {
  const relative = /^(-?)(\d+)([mhdw])$/.exec(text);
  if (relative !== null)
    return state.clock().getTime() + (relative[1] === '-' ? -1 : 1) * Number(relative[2]) * (unitMs[relative[3] ?? ''] ?? 0);
  const date = /^\d{4}[-/]\d{2}[-/]\d{2}(?: \d{2}:\d{2})?$/.test(text)
    ? Date.parse(`${text.replaceAll('/', '-').replace(' ', 'T')}${text.includes(' ') ? 'Z' : ''}`)
    : NaN;
  if (Number.isNaN(date))
    throw new JqlError(
      `Date value '${text}' for field '${field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`,
    );
  return date;
}

function sortValue(state: JiraState, issue: Issue, field: string): number | string {
  switch (field) {
    case 'created':
      return issue.created.getTime();
    case 'updated':
      return issue.updated.getTime();
    case 'key':
    case 'issuekey':
      return issue.project.key + issue.key.slice(issue.project.key.length + 1).padStart(9, '0');
    case 'priority':
      return -state.priorities.findIndex(({ id }) => id === issue.priority.id);
    case 'status':
      return issue.status.name;
    case 'summary':
      return issue.summary;
    default:
      throw new JqlError(`Not able to sort using field '${field}'.`);
  }
}

function compare(left: number | string, right: number | string): number {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}
