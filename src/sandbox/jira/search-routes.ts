/** `/search/jql`: pages by token, and only the fields that are asked for. The old `/search` is gone, as at the vendor. */
import { JqlError, parseJql } from './jql.ts';
import { searchIssues } from './match.ts';
import { type Answer, refusal } from './replies.ts';
import { type Call, listOf, type Route } from './route.ts';
import { isRecord } from './write.ts';

const path = '/rest/api/3/search/jql';

/** Issues that the index has not seen yet: search leaves them out, reading by key does not. */
export type HiddenIssues = (key: string) => boolean;

export function searchRoutes(isHidden: HiddenIssues): Route[] {
  return [
    { method: 'GET', path, answer: (call) => search(call, fromQuery(call.query), isHidden) },
    { method: 'POST', path, answer: (call) => search(call, isRecord(call.body) ? call.body : {}, isHidden) },
  ];
}

function fromQuery(query: URLSearchParams): Record<string, unknown> {
  const request: Record<string, unknown> = { fields: listOf(query, 'fields'), properties: listOf(query, 'properties') };
  for (const name of ['jql', 'nextPageToken', 'expand']) if (query.has(name)) request[name] = query.get(name);
  if (query.has('maxResults')) request['maxResults'] = Number(query.get('maxResults'));
  return request;
}

function search({ state, views }: Call, request: Record<string, unknown>, isHidden: HiddenIssues): Answer {
  const jql = typeof request['jql'] === 'string' ? request['jql'] : '';
  const fields = strings(request['fields']);
  const properties = strings(request['properties']);
  const asked = typeof request['maxResults'] === 'number' ? request['maxResults'] : 50;
  const maxResults = Math.max(1, Math.min(asked, 100));
  const startAt = readToken(request['nextPageToken'], jql);
  if (startAt === undefined) return refusal(400, ['The provided next page token is invalid.']);
  try {
    const found = searchIssues(state, parseJql(jql)).filter(({ key }) => !isHidden(key));
    const page = found.slice(startAt, startAt + maxResults);
    const isLast = startAt + page.length >= found.length;
    const issues = page.map((issue) => {
      const full = views.issue(issue, fields, properties.length > 0 ? { properties } : {});
      return fields.length === 0 ? { id: full['id'] } : full;
    });
    return { status: 200, json: { issues, isLast, ...(isLast ? {} : { nextPageToken: makeToken(startAt + page.length, jql) }) } };
  } catch (error) {
    if (error instanceof JqlError) return refusal(400, [error.message]);
    throw error;
  }
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []);

const makeToken = (at: number, jql: string): string => Buffer.from(JSON.stringify([at, jql])).toString('base64url');

/** A token counts for its own query only. */
function readToken(token: unknown, jql: string): number | undefined {
  if (token === undefined || token === null) return 0;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(String(token), 'base64url').toString());
    return Array.isArray(parsed) && typeof parsed[0] === 'number' && parsed[1] === jql ? parsed[0] : undefined;
  } catch {
    return undefined;
  }
}
