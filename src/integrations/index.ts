/** Every integration. One line for each folder beside this file. */
import { AppError, type AnyIntegration, type ContextSource, type PlannedAction } from '#kit';
import { jira } from './jira/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { createSystem } from './system/index.ts';
import { rancher } from './rancher/index.ts';
import { helm } from './helm/index.ts';
import { cdkPlanned } from './cdk/planned.ts';
import { cloudformationPlanned } from './cloudformation/planned.ts';
import { jiraPlanned } from './jira/planned.ts';
import { servicenowPlanned } from './servicenow/planned.ts';
import { newrelicPlanned } from './newrelic/planned.ts';
import { splunkPlanned } from './splunk/planned.ts';
import { figmaPlanned } from './figma/planned.ts';
import { sharepointPlanned } from './sharepoint/planned.ts';
import { teamsPlanned } from './teams/planned.ts';
import { mcpPlanned } from './mcp/planned.ts';
import { systemPlanned } from './system/planned.ts';

/** What integrations need of other layers; the server has it. */
export interface IntegrationParts {
  context: ContextSource;
}

export function createIntegrations(parts: IntegrationParts): AnyIntegration[] {
  return [kubernetes, rancher, helm, jira, createSystem(parts.context)];
}

/** The declarations, for whoever only reads them: language, reference pages, offline plans. */
export const integrations: AnyIntegration[] = createIntegrations({
  context: {
    collect: () =>
      Promise.reject(
        new AppError('Nothing is connected here', { code: 'CONNECTION_MISSING', hint: 'Ask the daemon: devos "show my system context"' }),
      ),
  },
});

/** Actions of the catalogue that are understood already and run once their integration lands. */
export const plannedActions: PlannedAction[] = [
  ...cdkPlanned,
  ...cloudformationPlanned,
  ...jiraPlanned,
  ...servicenowPlanned,
  ...newrelicPlanned,
  ...splunkPlanned,
  ...figmaPlanned,
  ...sharepointPlanned,
  ...teamsPlanned,
  ...mcpPlanned,
  ...systemPlanned,
];
