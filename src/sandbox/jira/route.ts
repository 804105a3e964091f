import type { Answer, Views } from './replies.ts';
import type { JiraState } from './types.ts';

export interface Call {
  state: JiraState;
  views: Views;
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As in the vendor's description: `/rest/api/3/issue/{issueIdOrKey}`. */
  path: string;
  answer: (call: Call) => Answer;
}

/** A list in the query: repeated, or separated by commas. */
export function listOf(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** A whole number in the query, between 0 and `max`. */
export function numberOf(query: URLSearchParams, name: string, usual: number, max: number): number {
  const value = Number(query.get(name) ?? usual);
  return Number.isInteger(value) && value >= 0 ? Math.min(value, max) : usual;
}
