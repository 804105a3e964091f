/** What the registry holds, as lists and help show it. */
import type { ActionInfo, AnyAction, AnyIntegration } from '#kit';
import { z } from 'zod';

export function describeActions(integrations: AnyIntegration[]): ActionInfo[] {
  return integrations.flatMap((integration) =>
    integration.actions.map((action) => ({
      id: action.id,
      system: integration.id,
      summary: action.summary,
      safety: action.usualSafety,
      status: 'available' as const,
      inputs: describeInputs(action),
      examples: action.language.examples,
    })),
  );
}

function describeInputs(action: AnyAction): ActionInfo['inputs'] {
  const { properties = {}, required = [] } = z.toJSONSchema(action.input, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    optional: !required.includes(name),
    description: typeof property === 'object' ? (property.description ?? '') : '',
    ...(typeof property === 'object' && typeof property.type === 'string' ? { type: property.type } : {}),
  }));
}
