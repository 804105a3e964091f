/** Inputs that several Jira actions share, and the words they have in a sentence. */
import { choice, type InputMeta, pattern, type Slot } from '#kit';
import { z } from 'zod';

const issueNouns = ['ticket', 'tkt', 'issue', 'story', 'user story', 'bug', 'task', 'epic', 'card', 'subtask', 'sub-task', 'jira', 'item'];

export const issueKey = () =>
  pattern('[A-Z][A-Z0-9_]{0,30}-[0-9]{1,9}', {
    upper: true,
    nouns: issueNouns,
    describe: 'Key of the issue, such as DEV-123',
    ask: 'Which issue? Its key, such as DEV-123.',
  });

const withSlot = <T extends z.ZodType>(schema: T, description: string, meta: InputMeta): T =>
  schema.describe(description).meta({ description, ...meta });

/** A key or a name; planning turns it into the key. */
export const project = () =>
  withSlot(
    z
      .string()
      .max(80)
      .regex(/^\p{L}[\p{L}\p{N} _.&-]*$/u, 'must be the key or the name of a project, such as OPS'),
    'Project: its key, such as OPS, or its name; the configured one unless given',
    {
      slot: {
        type: 'name',
        of: 'project',
        nouns: ['project', 'proj', 'board'],
        after: ['in', 'in project', 'for project', 'to project', 'on project', 'inside'],
      },
      ask: 'Which project?',
    },
  );

export const typeWords = {
  Task: ['task', 'tasks', 'to-do', 'chore'],
  Bug: ['bug', 'bugs', 'bug ticket', 'bug report', 'defect', 'defects'],
  Story: ['story', 'stories', 'user story', 'user stories'],
  Epic: ['epic', 'epics'],
  'Sub-task': ['sub-task', 'sub-tasks', 'subtask', 'subtasks', 'sub task', 'sub tasks'],
};

export const issueType = (describe: string) => choice(typeWords, describe, 'Which type?', ['of type', 'type']);

/** Each status with the words that mean it. Any other name of a status can be given to the input, too. */
export const statusWords: Record<string, string[]> = {
  'To Do': ['to do', 'todo', 'to-do', 'reopen', 're-open'],
  'In Progress': [
    'in progress',
    'in-progress',
    'inprogress',
    'progress',
    'wip',
    'start',
    'start work',
    'start work on',
    'started',
    'ongoing',
  ],
  'In Review': ['in review', 'in-review', 'review', 'under review'],
  'Code Review': ['code review', 'in code review'],
  Done: ['done', 'close', 'complete', 'completed', 'finish', 'finished', 'resolve'],
  Closed: ['closed'],
  Resolved: ['resolved'],
  Blocked: ['blocked', 'block'],
  Cancelled: ['cancelled', 'canceled'],
  "Won't Do": ["won't do", 'wont do', "won't fix", 'wont fix'],
  Backlog: ['backlog'],
  // Only where it is introduced, as in "to open": "open OPS-1" asks to see it.
  Open: [],
  Reopened: ['reopened'],
  'On Hold': ['on hold', 'hold'],
  Testing: ['testing', 'test'],
  'In Testing': ['in testing', 'in test'],
  QA: ['qa'],
  'In QA': ['in qa'],
  'Ready for QA': ['ready for qa'],
  'Ready for Review': ['ready for review'],
  'Ready for Testing': ['ready for testing', 'ready for test'],
  'Selected for Development': ['selected for development', 'selected for dev'],
  'In Development': ['in development', 'in dev'],
  Released: ['released'],
  Rejected: ['rejected'],
};

/** "move DEV-1 into the next sprint" names no status. */
const noSprint = /^(?!(?:the |our )?(?:next|this|current|active|coming|upcoming) sprint$)/i;
export const statusName = () => z.string().min(1).max(120).regex(noSprint, 'must be a status');

export const withStatusSlot = <T extends z.ZodType>(
  schema: T,
  description: string,
  values: Record<string, string[]>,
  after: string[],
): T => {
  const slot: Slot = { type: 'choice', values, after };
  return withSlot(schema, description, { slot, ask: 'Which status?' });
};

export const priority = () =>
  withSlot(z.string().min(1).max(60), 'Priority: Highest, High, Medium, Low, Lowest, or what the site calls it', {
    slot: {
      type: 'choice',
      values: {
        Highest: ['highest priority', 'priority highest', 'top priority', 'critical priority', 'priority critical', 'priority: highest'],
        High: ['high priority', 'high-priority', 'priority high', 'high prio', 'prio high', 'priority: high'],
        Medium: ['medium priority', 'medium-priority', 'priority medium', 'normal priority', 'priority: medium'],
        Low: ['low priority', 'low-priority', 'priority low', 'low prio', 'prio low', 'priority: low'],
        Lowest: ['lowest priority', 'priority lowest', 'priority: lowest'],
      },
    },
    ask: 'Which priority?',
  });
