/** What Rancher answers, and how it refuses. */
import type { ServerResponse } from 'node:http';
import type { Json } from '../kubernetes/json.ts';

export interface Answer {
  status: number;
  json?: Json;
}

/** Norman's shape, which the proxy uses too. */
export function refusal(status: number, code: string, message: string): Answer {
  return { status, json: { baseType: 'error', type: 'error', status: String(status), code, message } };
}

export const notFound = (what: string): Answer => refusal(404, 'NotFound', `${what} not found`);
export const unauthorized = (): Answer => refusal(401, 'Unauthorized', 'must authenticate');
export const forbidden = (what: string): Answer => refusal(403, 'Forbidden', `forbidden: ${what}`);

export interface Page {
  limit: number;
  marker: string | undefined;
}

const mostPerPage = 1000;

export function pageOf(query: URLSearchParams): Page {
  const limit = Number(query.get('limit') ?? 100);
  return { limit: Number.isInteger(limit) && limit > 0 ? Math.min(limit, mostPerPage) : 100, marker: query.get('marker') ?? undefined };
}

/** A collection of Norman: the marker of the next page is the id of its first. */
export function collection(resourceType: string, items: { id: string; json: Json }[], { limit, marker }: Page, self: URL): Answer {
  const start =
    marker === undefined
      ? 0
      : Math.max(
          0,
          items.findIndex(({ id }) => id === marker),
        );
  const next = items[start + limit]?.id;
  const link = new URL(self);
  if (next !== undefined) link.searchParams.set('marker', next);
  const data = items.slice(start, start + limit).map(({ json }) => json);
  return {
    status: 200,
    json: {
      type: 'collection',
      resourceType,
      links: { self: self.href },
      pagination: { limit, total: items.length, ...(next === undefined ? {} : { next: link.href }) },
      data,
    },
  };
}

export function send(response: ServerResponse, { status, json }: Answer): void {
  // Not chained: a fault may stand in for either.
  response.writeHead(status, json === undefined ? {} : { 'content-type': 'application/json' });
  response.end(json === undefined ? undefined : JSON.stringify(json));
}
