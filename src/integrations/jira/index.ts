/** Jira Cloud. */
import { type ConnectionHealth, defineIntegration, type LiveNames } from '#kit';
import { createIssue } from './actions/create-issue.ts';
import { getIssue } from './actions/get-issue.ts';
import { searchIssues } from './actions/search-issues.ts';
import { transitionIssue } from './actions/transition-issue.ts';
import type { JiraClient } from './client.ts';
import { connectJira, JiraConfig, jiraStamp } from './config.ts';
import { asWhom } from './place.ts';

export type { JiraClient } from './client.ts';

export const jira = defineIntegration<JiraClient>({
  id: 'jira',
  summary: 'Issues of a Jira Cloud site',
  config: JiraConfig,
  actions: [createIssue, getIssue, transitionIssue, searchIssues],
  carries: [],
  stamp: jiraStamp,
  connect: async (options) => {
    const client = await connectJira(options);
    return { client, close: () => client.close() };
  },
  names: readNames,
  health: readHealth,
});

/** Projects by key and by name. */
async function readNames(client: JiraClient, signal: AbortSignal): Promise<LiveNames> {
  const projects = await client.projects('', signal);
  return { names: projects.flatMap(({ key, name }) => [key, name].map((text) => ({ of: 'project', name: text }))), defaults: {} };
}

async function readHealth(client: JiraClient, signal: AbortSignal): Promise<ConnectionHealth> {
  return { ok: true, as: await asWhom(client, signal), message: `Jira at ${client.host}` };
}
