/** What the simulated Jira holds. */

export interface Person {
  accountId: string;
  displayName: string;
  emailAddress: string;
  active: boolean;
}

export interface StatusCategory {
  id: number;
  /** `new`, `indeterminate`, `done`. */
  key: string;
  name: string;
  colorName: string;
}

export interface Status {
  id: string;
  name: string;
  category: StatusCategory;
}

export interface IssueType {
  id: string;
  name: string;
  subtask: boolean;
  /** 1 epic, 0 standard, -1 sub-task. */
  level: number;
}

export interface Transition {
  id: string;
  name: string;
  /** Names of the statuses it starts from; absent: from every other one. */
  from?: string[];
  to: Status;
  /** Fields that its screen asks for. */
  needs: string[];
}

export interface Project {
  id: string;
  key: string;
  name: string;
  lead: Person;
  issueTypes: IssueType[];
  statuses: Status[];
  transitions: Transition[];
  nextNumber: number;
}

export interface NamedValue {
  id: string;
  name: string;
}

export interface Change {
  id: string;
  author: Person;
  created: Date;
  items: { field: string; from?: string; fromString?: string; to?: string; toString?: string }[];
  historyMetadata?: Record<string, unknown>;
}

export interface Comment {
  id: string;
  author: Person;
  body: unknown;
  created: Date;
  properties: Map<string, unknown>;
}

export interface Issue {
  id: string;
  key: string;
  project: Project;
  type: IssueType;
  summary: string;
  /** An Atlassian document, or null. */
  description: unknown;
  status: Status;
  priority: NamedValue;
  assignee: Person | null;
  reporter: Person;
  labels: string[];
  parent: Issue | null;
  /** Name of the sprint it is in. */
  sprint: string | null;
  resolution: NamedValue | null;
  created: Date;
  updated: Date;
  comments: Comment[];
  properties: Map<string, unknown>;
  changes: Change[];
}

export interface Sprint {
  id: number;
  name: string;
  state: 'active' | 'closed' | 'future';
}

/** One change that was made here; tests count these. */
export interface JiraEffect {
  at: string;
  type: 'issue-created' | 'issue-updated' | 'issue-transitioned' | 'comment-added' | 'property-set';
  issue: string;
  /** The idempotency key that came with it, where one did. */
  key: string | null;
  text: string;
}

export interface JiraState {
  people: Person[];
  /** Who the token belongs to. */
  self: Person;
  projects: Project[];
  priorities: NamedValue[];
  resolutions: NamedValue[];
  sprints: Sprint[];
  issues: Map<string, Issue>;
  effects: JiraEffect[];
  nextId: () => string;
  clock: () => Date;
}
