export { type JiraRequest, jiraRoutes, type SandboxJira, startJira, type StartJiraOptions } from './start-jira.ts';
export type { JiraEffect } from './types.ts';
