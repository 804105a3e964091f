/** Every integration. One line for each folder beside this file. */
import { AppError, type AnyIntegration, type ContextSource } from '#kit';
import { jira } from './jira/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { createSystem } from './system/index.ts';

/** What integrations need of other layers; the server has it. */
export interface IntegrationParts {
  context: ContextSource;
}

export function createIntegrations(parts: IntegrationParts): AnyIntegration[] {
  return [kubernetes, jira, createSystem(parts.context)];
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
