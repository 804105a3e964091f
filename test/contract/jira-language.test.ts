/** What people say about tickets, with names taken as given: the vocabulary of the Jira actions through the language engine. */
import { openNames } from '#inventory';
import { createLanguage, languageActions } from '#language';
import { describe, expect, it } from 'vitest';
import { integrations } from '../../src/integrations/index.ts';

const language = createLanguage(languageActions(integrations.flatMap((integration) => integration.actions)));
const names = openNames({ environments: [] });

function understand(sentence: string) {
  return language.understand(sentence, { names, now: new Date('2026-11-23T12:00:00Z') });
}

describe('sentences about tickets', () => {
  it.each([
    ['Create a bug ticket for the login issue', 'jira.issue.create', { type: 'Bug', summary: 'login issue' }],
    ['Create a story for user authentication feature', 'jira.issue.create', { type: 'Story', summary: 'user authentication feature' }],
    [
      'open a task called "rotate the certificates" in project OPS',
      'jira.issue.create',
      { type: 'Task', summary: 'rotate the certificates', project: 'OPS' },
    ],
    [
      'create a sub-task under DEV-123: store public keys',
      'jira.issue.create',
      { type: 'Sub-task', parent: 'DEV-123', summary: 'store public keys' },
    ],
    [
      'create a high priority bug in SHOP: cart loses items',
      'jira.issue.create',
      { type: 'Bug', priority: 'High', project: 'SHOP', summary: 'cart loses items' },
    ],
    ['Update ticket DEV-123 to in progress', 'jira.issue.transition', { issue: 'DEV-123', status: 'In Progress' }],
    ['Move ticket DEV-456 to done', 'jira.issue.transition', { issue: 'DEV-456', status: 'Done' }],
    ['close DEV-12', 'jira.issue.transition', { issue: 'DEV-12', status: 'Done' }],
    ['what is the status of DEV-123?', 'jira.issue.get', { issue: 'DEV-123' }],
    ['Show me all tickets assigned to me', 'jira.issues.search', { assignee: 'me' }],
    ['my open bugs', 'jira.issues.search', { assignee: 'me', status: 'open', type: 'Bug' }],
    ['tickets updated in the last 7 days in project DATA', 'jira.issues.search', { project: 'DATA', updatedSince: 'P7D' }],
  ])('%s', (sentence, action, input) => {
    const understood = understand(sentence);

    expect(understood.status === 'plan' ? understood.steps.map((step) => [step.action, step.input]) : understood).toEqual([
      [action, input],
    ]);
  });

  it.each([
    'should I create a ticket?',
    'do not close DEV-1',
    'I heard that DEV-123 was set to done',
    "don't create a ticket for this",
    'close all my tickets',
  ])('changes nothing for: %s', (sentence) => {
    const understood = understand(sentence);

    const changes = understood.status === 'plan' ? understood.steps.filter(({ action }) => /create|transition/.test(action)) : [];
    expect(changes).toEqual([]);
  });

  it.each([
    ['create a ticket', 'summary'],
    ['move DEV-1', 'status'],
    ['move ticket to done', 'issue'],
  ])('asks about what is missing: %s', (sentence, input) => {
    expect(understand(sentence)).toMatchObject({ status: 'clarify', questions: [{ input }] });
  });
});
