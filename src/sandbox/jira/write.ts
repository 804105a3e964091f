/** Changes: what may be set, and Jira's complaints where it may not. */
import { isDocument } from './document.ts';
import type { Issue, IssueType, JiraEffect, JiraState, NamedValue, Person, Project } from './types.ts';

export type FieldErrors = Record<string, string>;

export type JsonRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the settable fields of a body mean here. */
export interface FieldChanges {
  summary?: string;
  description?: unknown;
  priority?: NamedValue;
  assignee?: Person | null;
  labels?: string[];
  parent?: Issue | null;
  resolution?: NamedValue;
}

/** Reads `fields`, except project and type. Errors go into `errors`, by field. */
export function readFields(state: JiraState, fields: JsonRecord, errors: FieldErrors): FieldChanges {
  const changes: FieldChanges = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'project' || name === 'issuetype') continue;
    const read = fieldReaders[name];
    if (read === undefined) errors[name] = `Field '${name}' cannot be set. It is not on the appropriate screen, or unknown.`;
    else read(state, value, changes, errors);
  }
  return changes;
}

type FieldReader = (state: JiraState, value: unknown, changes: FieldChanges, errors: FieldErrors) => void;

const fieldReaders: Record<string, FieldReader> = {
  summary(_state, value, changes, errors) {
    if (typeof value !== 'string' || value.trim() === '') errors['summary'] = 'You must specify a summary of the issue.';
    else if (value.length > 255) errors['summary'] = 'Summary must be less than 255 characters.';
    else if (/[\r\n]/.test(value)) errors['summary'] = 'The summary is invalid because it contains newline characters.';
    else changes.summary = value;
  },
  description(_state, value, changes, errors) {
    if (value === null || isDocument(value)) changes.description = value;
    else errors['description'] = 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';
  },
  priority(state, value, changes, errors) {
    const found = findNamed(state.priorities, value);
    if (found === undefined) errors['priority'] = 'The priority selected is invalid.';
    else changes.priority = found;
  },
  resolution(state, value, changes, errors) {
    const found = findNamed(state.resolutions, value);
    if (found === undefined) errors['resolution'] = 'The resolution selected is invalid.';
    else changes.resolution = found;
  },
  assignee(state, value, changes, errors) {
    if (value === null) changes.assignee = null;
    else {
      const id = isRecord(value) ? (value['accountId'] ?? value['id']) : undefined;
      const found = state.people.find(({ accountId }) => accountId === id);
      if (found === undefined) errors['assignee'] = `User '${String(id)}' cannot be assigned issues.`;
      else changes.assignee = found;
    }
  },
  labels(_state, value, changes, errors) {
    if (!Array.isArray(value) || !value.every((label) => typeof label === 'string')) errors['labels'] = 'data was not an array';
    else if (value.some((label) => /\s/.test(label)))
      errors['labels'] = `The label '${value.find((label) => /\s/.test(label))}' contains spaces which is invalid.`;
    else changes.labels = [...new Set(value)];
  },
  parent(state, value, changes, errors) {
    const key = isRecord(value) ? String(value['key'] ?? value['id'] ?? '') : '';
    const found = findIssue(state, key);
    if (found === undefined) errors['parent'] = 'Could not find issue by id or key.';
    else changes.parent = found;
  },
};

function findNamed(values: NamedValue[], value: unknown): NamedValue | undefined {
  if (!isRecord(value)) return undefined;
  return values.find(
    ({ id, name }) => id === value['id'] || (typeof value['name'] === 'string' && name.toLowerCase() === value['name'].toLowerCase()),
  );
}

/** By key (any case) or id. */
export function findIssue(state: JiraState, keyOrId: string): Issue | undefined {
  return state.issues.get(keyOrId.toUpperCase()) ?? [...state.issues.values()].find(({ id }) => id === keyOrId);
}

export function findProject(state: JiraState, value: unknown): Project | undefined {
  const wanted = isRecord(value) ? (value['key'] ?? value['id']) : value;
  return state.projects.find(({ key, id }) => key === wanted || id === wanted);
}

export function findType(project: Project, value: unknown): IssueType | undefined {
  if (!isRecord(value)) return undefined;
  return project.issueTypes.find(
    ({ id, name }) => id === value['id'] || (typeof value['name'] === 'string' && name.toLowerCase() === value['name'].toLowerCase()),
  );
}

/** `[{ key, value }]`, as create and comment take it. */
export function readProperties(value: unknown): Map<string, unknown> | undefined {
  const properties = new Map<string, unknown>();
  if (value === undefined) return properties;
  if (!Array.isArray(value)) return undefined;
  for (const entry of value) {
    if (!isRecord(entry) || typeof entry['key'] !== 'string' || !('value' in entry)) return undefined;
    properties.set(entry['key'], entry['value']);
  }
  return properties;
}

/** The key inside `{ key }` of a property or of history metadata. */
export function keyIn(value: unknown): string | null {
  return isRecord(value) && typeof value['key'] === 'string' ? value['key'] : null;
}

export function note(state: JiraState, effect: Omit<JiraEffect, 'at'>): void {
  state.effects.push({ at: state.clock().toISOString(), ...effect });
}
