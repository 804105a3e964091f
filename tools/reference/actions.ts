/** docs/reference/actions.md: every action, from its declaration. */
import { z } from 'zod';
import type { AnyAction, AnyIntegration, Declaration, PlannedAction } from '../../src/kit/index.ts';

export function actionsPage(integrations: AnyIntegration[], planned: readonly PlannedAction[]): string {
  const count = integrations.reduce((sum, integration) => sum + integration.actions.length, 0);
  const intro = `${count} actions of ${integrations.length} systems. Run one with a sentence like its examples, or with typed inputs: \`devos run <id> --<input> <value>\`.\nThe safety level is what most calls have; the plan of a call says its own and why.`;
  return [
    '# Actions',
    intro,
    ...integrations.flatMap((integration) => [
      `## ${integration.id}`,
      `${integration.summary}.`,
      ...integration.actions.map((action) => actionSection(action)),
    ]),
    ...plannedSection(planned),
  ].join('\n\n');
}

function plannedSection(planned: readonly PlannedAction[]): string[] {
  if (planned.length === 0) return [];
  const rows = planned.map(({ id, summary, language }) => `| ${id} | ${cell(summary)} | ${cell(language.examples[0] ?? '')} |`);
  return [
    '## Planned',
    `${planned.length} more are understood and shown by \`devos plan --offline\`, but cannot be run yet.`,
    ['| action | | said as |', '| --- | --- | --- |', ...rows].join('\n'),
  ];
}

function actionSection(action: AnyAction): string {
  const facts = [`safety: ${action.usualSafety}`, `permission: \`${action.permission}\``];
  if (action.usualSafety !== 'safe') facts.push(action.undo === undefined ? 'cannot be undone' : 'can be undone');
  const parts = [`### ${action.id}`, `${action.summary}.`, `${facts.join(' · ')}`];
  const inputs = inputRows(action);
  if (inputs.length > 0) parts.push(['| input | type | |', '| --- | --- | --- |', ...inputs].join('\n'));
  parts.push(action.language.examples.map((example) => `- "${example}"`).join('\n'));
  return parts.join('\n\n');
}

function inputRows(action: Declaration): string[] {
  const { properties = {}, required = [] } = z.toJSONSchema(action.input, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, schema]) => {
    const field = typeof schema === 'object' ? schema : {};
    return `| ${name}${required.includes(name) ? '' : '?'} | ${cell(typeWords(field))} | ${cell(field.description ?? '')} |`;
  });
}

function typeWords(field: z.core.JSONSchema.BaseSchema): string {
  if (field.enum !== undefined) return field.enum.map(String).join(', ');
  if (field.type === 'integer') return `whole number${bound('from', field.minimum)}${bound('to', field.maximum)}`;
  if (field.type === 'array') return 'list';
  return field.type === 'boolean' ? 'true or false' : String(field.type ?? 'any').replace('string', 'text');
}

function bound(word: string, value: number | undefined): string {
  return value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? '' : ` ${word} ${value}`;
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
}
