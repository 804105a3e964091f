/** The simulated company's Jira: three projects, a few people, a few issues. */
import { toDocument } from './document.ts';
import type { Issue, IssueType, JiraState, Person, Project, Status, StatusCategory, Transition } from './types.ts';

const categories = {
  new: { id: 2, key: 'new', name: 'To Do', colorName: 'blue-gray' },
  indeterminate: { id: 4, key: 'indeterminate', name: 'In Progress', colorName: 'yellow' },
  done: { id: 3, key: 'done', name: 'Done', colorName: 'green' },
} satisfies Record<string, StatusCategory>;

const status = (id: string, name: string, category: keyof typeof categories): Status => ({ id, name, category: categories[category] });

const statuses = {
  todo: status('10000', 'To Do', 'new'),
  progress: status('10001', 'In Progress', 'indeterminate'),
  review: status('10002', 'In Review', 'indeterminate'),
  done: status('10003', 'Done', 'done'),
  cancelled: status('10004', 'Cancelled', 'done'),
  blocked: status('10005', 'Blocked', 'indeterminate'),
};

const types: IssueType[] = [
  { id: '10100', name: 'Epic', subtask: false, level: 1 },
  { id: '10101', name: 'Story', subtask: false, level: 0 },
  { id: '10102', name: 'Task', subtask: false, level: 0 },
  { id: '10103', name: 'Bug', subtask: false, level: 0 },
  { id: '10104', name: 'Sub-task', subtask: true, level: -1 },
];

const person = (accountId: string, displayName: string): Person => ({
  accountId,
  displayName,
  emailAddress: `${displayName.toLowerCase().replace(' ', '.')}@shop.example`,
  active: true,
});

/** A fresh company. `clock` gives every time that is written. */
export function seedJira(clock: () => Date): JiraState {
  let id = 10_200;
  const people = [
    person('5f0000000000000000000001', 'Dana Reyes'),
    person('5f0000000000000000000002', 'Ana Silva'),
    person('5f0000000000000000000003', 'Ben Okafor'),
    person('5f0000000000000000000004', 'Priya Nair'),
    person('5f0000000000000000000005', 'Tomasz Nowak'),
  ];
  const [self, ana, ben, priya, tomasz] = people;
  if (self === undefined || ana === undefined || ben === undefined || priya === undefined || tomasz === undefined)
    throw new Error('the company has nobody');
  const state: JiraState = {
    people,
    self,
    projects: seedProjects(self, ana),
    priorities: ['Highest', 'High', 'Medium', 'Low', 'Lowest'].map((name, index) => ({ id: String(index + 1), name })),
    resolutions: ['Done', "Won't Do", 'Duplicate'].map((name, index) => ({ id: String(10_300 + index), name })),
    sprints: [
      { id: 41, name: 'Sprint 41', state: 'closed' },
      { id: 42, name: 'Sprint 42', state: 'active' },
    ],
    issues: new Map(),
    effects: [],
    nextId: () => String((id += 1)),
    clock,
  };
  seedIssues(state, { self, ana, ben, priya, tomasz });
  return state;
}

function seedProjects(lead: Person, other: Person): Project[] {
  const { todo, progress, review, done, cancelled, blocked } = statuses;
  const all = [todo, progress, review, done, cancelled, blocked];
  const free: Transition[] = [
    { id: '11', name: 'To Do', to: todo, needs: [] },
    { id: '21', name: 'Start', to: progress, needs: [] },
    { id: '31', name: 'Send to review', to: review, needs: [] },
    { id: '41', name: 'Done', to: done, needs: [] },
    { id: '51', name: 'Cancel', to: cancelled, needs: [] },
    { id: '61', name: 'Block', to: blocked, needs: [] },
  ];
  // Stricter, as many companies have it: one way through, and a screen that asks for the resolution.
  const strict: Transition[] = [
    { id: '12', name: 'Start progress', from: ['To Do'], to: progress, needs: [] },
    { id: '22', name: 'Stop progress', from: ['In Progress'], to: todo, needs: [] },
    { id: '32', name: 'Resolve', from: ['In Progress'], to: done, needs: ['resolution'] },
    { id: '42', name: 'Reopen', from: ['Done'], to: todo, needs: [] },
  ];
  return [
    { id: '10010', key: 'OPS', name: 'Operations', lead, issueTypes: types, statuses: all, transitions: free, nextNumber: 1 },
    { id: '10011', key: 'DEV', name: 'Development', lead: other, issueTypes: types, statuses: all, transitions: free, nextNumber: 1 },
    {
      id: '10012',
      key: 'SHOP',
      name: 'Web Shop',
      lead: other,
      issueTypes: types.filter((type) => type.name !== 'Epic'),
      statuses: [todo, progress, done],
      transitions: strict,
      nextNumber: 1,
    },
  ];
}

interface Seed {
  number: number;
  type: string;
  summary: string;
  status: Status;
  assignee: Person | null;
  priority?: string;
  labels?: string[];
  sprint?: string;
  hoursAgo: number;
  parent?: string;
}

function seedIssues(
  state: JiraState,
  { self, ana, ben, priya, tomasz }: Record<'self' | 'ana' | 'ben' | 'priya' | 'tomasz', Person>,
): void {
  const { todo, progress, review, done, blocked } = statuses;
  const seeds: Record<string, Seed[]> = {
    OPS: [
      { number: 7, type: 'Task', summary: 'Rotate the TLS certificates', status: todo, assignee: self, hoursAgo: 30, labels: ['security'] },
      {
        number: 9,
        type: 'Bug',
        summary: 'Disk alarm on node-2 never clears',
        status: progress,
        assignee: ben,
        priority: 'High',
        hoursAgo: 5,
      },
      { number: 12, type: 'Task', summary: 'Raise the quota of namespace payments', status: done, assignee: self, hoursAgo: 300 },
    ],
    DEV: [
      { number: 100, type: 'Epic', summary: 'Passwordless login', status: progress, assignee: ana, hoursAgo: 400 },
      {
        number: 123,
        type: 'Story',
        summary: 'Sign in with a passkey',
        status: todo,
        assignee: self,
        sprint: 'Sprint 42',
        hoursAgo: 20,
        parent: 'DEV-100',
      },
      {
        number: 124,
        type: 'Sub-task',
        summary: 'Store public keys',
        status: todo,
        assignee: priya,
        sprint: 'Sprint 42',
        hoursAgo: 19,
        parent: 'DEV-123',
      },
      {
        number: 200,
        type: 'Bug',
        summary: 'Login fails on Safari',
        status: review,
        assignee: tomasz,
        priority: 'Highest',
        hoursAgo: 2,
        labels: ['login'],
      },
      { number: 456, type: 'Task', summary: 'Write the release notes', status: progress, assignee: self, sprint: 'Sprint 42', hoursAgo: 1 },
      { number: 457, type: 'Task', summary: 'Upgrade the payment SDK', status: blocked, assignee: null, sprint: 'Sprint 41', hoursAgo: 90 },
    ],
    SHOP: [
      { number: 3, type: 'Bug', summary: 'Cart loses items after sign-in', status: todo, assignee: priya, priority: 'High', hoursAgo: 50 },
      { number: 4, type: 'Story', summary: 'Gift cards', status: progress, assignee: null, hoursAgo: 70 },
    ],
  };
  for (const project of state.projects) {
    for (const seed of seeds[project.key] ?? []) addIssue(state, project, seed, ana);
    project.nextNumber = Math.max(0, ...(seeds[project.key] ?? []).map((seed) => seed.number)) + 1;
  }
}

function addIssue(state: JiraState, project: Project, seed: Seed, reporter: Person): void {
  const type = project.issueTypes.find((candidate) => candidate.name === seed.type);
  const priority = state.priorities.find((candidate) => candidate.name === (seed.priority ?? 'Medium'));
  if (type === undefined || priority === undefined) throw new Error(`the company's ${project.key}-${seed.number} cannot be`);
  const at = new Date(state.clock().getTime() - seed.hoursAgo * 3_600_000);
  const issue: Issue = {
    id: state.nextId(),
    key: `${project.key}-${seed.number}`,
    project,
    type,
    summary: seed.summary,
    description: toDocument(`${seed.summary}.`),
    status: seed.status,
    priority,
    assignee: seed.assignee,
    reporter,
    labels: seed.labels ?? [],
    parent: seed.parent === undefined ? null : (state.issues.get(seed.parent) ?? null),
    sprint: seed.sprint ?? null,
    resolution: seed.status.category.key === 'done' ? (state.resolutions[0] ?? null) : null,
    created: at,
    updated: at,
    comments: [],
    properties: new Map(),
    changes: [],
  };
  state.issues.set(issue.key, issue);
}
