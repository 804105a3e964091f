/** What a plan is called, from its typed steps only: a sentence or a ticket can never word the header. */
import { cleanLine, type JsonObject, type PlanStep } from '#kit';

/** Inputs that name what a step acts on, the most telling first; then the place, for steps that take all of it. */
const targetInputs = [
  'name',
  'release',
  'stack',
  'issue',
  'number',
  'resource',
  'server',
  'tool',
  'app',
  'service',
  'folder',
  'path',
  'file',
  'channel',
];
const placeInputs = ['project', 'namespace', 'cluster', 'environment'];

/** `kubernetes.deployment.scale` → `scale deployment`; `jira.issue.create` → `create issue`. */
export function titleOf(actionId: string): string {
  const [, ...rest] = actionId.split('.');
  const verb = rest.pop() ?? actionId;
  return [verb, ...rest].map(spaced).join(' ');
}

/** The title of a plan: each kind of step once, the first three named. */
export function planTitle(steps: Pick<PlanStep, 'action'>[]): string {
  const titles = [...new Set(steps.map((step) => titleOf(step.action)))];
  const shown = titles.slice(0, 3).join(', ');
  return titles.length > 3 ? `${shown} and ${titles.length - 3} more` : shown;
}

/** What a step acts on, as a person would type it: the object's name, else the place, else the kind of object. */
export function targetOf(step: { action: string; input: JsonObject }): string {
  for (const key of [...targetInputs, ...placeInputs]) {
    const value = step.input[key];
    if (typeof value === 'string' && cleanLine(value).trim() !== '') return cleanLine(value).trim();
  }
  return spaced(step.action.split('.').at(-2) ?? step.action);
}

/** What is typed to confirm: the target of each destructive step once, parted by spaces. Undefined where no step is destructive. */
export function typedTarget(steps: Pick<PlanStep, 'action' | 'input' | 'safety'>[]): string | undefined {
  const targets = steps.filter((step) => step.safety === 'destructive').map((step) => targetOf(step));
  return targets.length === 0 ? undefined : [...new Set(targets)].join(' ');
}

function spaced(camel: string): string {
  return camel.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
