export { type JiraEffect, type JiraRequest, type SandboxJira, startJira, type StartJiraOptions } from './jira/index.ts';
