/** What the registry holds, as lists and help show it. */
import { type ActionInfo, type AnyIntegration, type Declaration, isPlanned } from '#kit';
import { z } from 'zod';
import { catalogueOf } from './catalogue.ts';

export function describeActions(integrations: AnyIntegration[]): ActionInfo[] {
  return catalogueOf(integrations).map((action) => ({
    id: action.id,
    system: action.id.split('.')[0] ?? '',
    summary: action.summary,
    safety: action.usualSafety,
    status: isPlanned(action) ? 'planned' : 'available',
    inputs: describeInputs(action),
    examples: action.language.examples,
  }));
}

function describeInputs(action: Declaration): ActionInfo['inputs'] {
  const { properties = {}, required = [] } = z.toJSONSchema(action.input, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    optional: !required.includes(name),
    description: typeof property === 'object' ? (property.description ?? '') : '',
    ...(typeof property === 'object' && typeof property.type === 'string' ? { type: property.type } : {}),
  }));
}
