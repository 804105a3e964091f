/** JQL from typed parts. Every value is quoted here and nowhere else. */
import { AppError } from '#kit';

export interface SearchParts {
  sprint?: string;
  parent?: string;
  /** `me`, `unassigned`, or an account id. */
  assignee?: string;
  reporter?: string;
  project?: string;
  status?: string;
  type?: string;
  text?: string;
  jql?: string;
  /** ISO 8601. */
  updatedSince?: string;
}

const quote = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** `bounded`: false where nothing narrows the search; Jira refuses such a query. */
export function buildJql(parts: SearchParts): { jql: string; bounded: boolean } {
  const own = splitOrder(parts.jql ?? '');
  const clauses = [
    ...(own.where === '' ? [] : [`(${own.where})`]),
    ...(parts.project === undefined ? [] : [`project = ${quote(parts.project)}`]),
    ...(parts.type === undefined ? [] : [`issuetype = ${quote(parts.type)}`]),
    ...(parts.status === undefined ? [] : [statusClause(parts.status)]),
    ...(parts.assignee === undefined ? [] : [personClause('assignee', parts.assignee)]),
    ...(parts.reporter === undefined ? [] : [personClause('reporter', parts.reporter)]),
    ...(parts.parent === undefined ? [] : [`parent = ${quote(parts.parent)}`]),
    ...(parts.sprint === undefined ? [] : [sprintClause(parts.sprint)]),
    ...(parts.text === undefined ? [] : [textClause(parts.text)]),
    ...(parts.updatedSince === undefined ? [] : [`updated >= ${minutesAgo(parts.updatedSince)}`]),
  ];
  const bounded = clauses.length > 0;
  return { jql: `${bounded ? clauses.join(' AND ') : 'updated >= -30d'} ${own.order || 'ORDER BY updated DESC'}`, bounded };
}

/** A person's own JQL keeps its order; the rest goes into brackets, so that OR cannot reach over the other parts. */
function splitOrder(jql: string): { where: string; order: string } {
  const text = jql.trim();
  const outside = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, (quoted) => '_'.repeat(quoted.length));
  const at = outside.search(/\border\s+by\b/i);
  const where = (at < 0 ? text : text.slice(0, at)).trim();
  assertBrackets(at < 0 ? outside : outside.slice(0, at));
  return { where, order: at < 0 ? '' : text.slice(at).trim() };
}

/** `x) OR (y` would leave its brackets. */
function assertBrackets(outside: string): void {
  let depth = 0;
  for (const character of outside) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) break;
  }
  if (depth !== 0 || /["']/.test(outside))
    throw new AppError('The JQL has brackets or quotes that do not match', {
      code: 'INPUT_INVALID',
      hint: 'Close what is open, for example: project = OPS AND (type = Bug)',
    });
}

function statusClause(status: string): string {
  switch (status.toLowerCase()) {
    case 'open':
    case 'unresolved':
      return 'statusCategory != Done';
    case 'closed':
    case 'done':
      return 'statusCategory = Done';
    default:
      return `status = ${quote(status)}`;
  }
}

function personClause(field: string, person: string): string {
  if (person === 'me') return `${field} = currentUser()`;
  return person === 'unassigned' ? `${field} is EMPTY` : `${field} = ${quote(person)}`;
}

function sprintClause(sprint: string): string {
  return /^(?:active|current|open|this)$/i.test(sprint)
    ? 'sprint in openSprints()'
    : `sprint = ${/^\d+$/.test(sprint) ? sprint : quote(sprint)}`;
}

/** A single word may as well be a label. */
function textClause(text: string): string {
  const words = searchWords(text);
  const inText = `text ~ ${quote(words)}`;
  return words.includes(' ') ? inText : `(${inText} OR labels = ${quote(words)})`;
}

/** The search language inside `text ~` has its own operators; people mean words. */
function searchWords(text: string): string {
  const words = text
    .replace(/[+\-&|!(){}[\]^~*?\\:"/]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (words === '')
    throw new AppError('There is no word to search for', { code: 'INPUT_INVALID', hint: 'Give a word that the issues contain.' });
  return words;
}

/** `PT1H30M` → `-90m`. */
function minutesAgo(duration: string): string {
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] =
    /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration) ?? [];
  const total = Number(days) * 1440 + Number(hours) * 60 + Number(minutes) + Math.ceil(Number(seconds) / 60);
  return total % 1440 === 0 && total > 0 ? `-${total / 1440}d` : `-${Math.max(1, total)}m`;
}
