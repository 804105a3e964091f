/** The exact text that a person approves. Nothing in it comes from the sentence; what comes from outside is cleaned. */
import { cleanLine, type Needs, type Plan, type PlanStep, type SafetyLevel } from '#kit';
import { paint, type Paint, quoteCommand, wrap } from './text.ts';

export interface RenderOptions {
  /** ANSI colours; every coloured word also says what it means. */
  color?: boolean;
  /** Columns; prose is wrapped, the lines of a diff never are. */
  width?: number;
}

const levelColor: Record<SafetyLevel, Paint> = { safe: 'green', moderate: 'yellow', destructive: 'red' };
const labelWidth = 9;

interface Page {
  color: boolean;
  width: number;
  indent: string;
}

/** Ends with a newline. */
export function renderPlan(plan: Plan, { color = false, width = 80 }: RenderOptions = {}): string {
  const page: Page = { color, width: Math.max(width, 40), indent: '  ' };
  const [only, second] = plan.steps;
  const body = only !== undefined && second === undefined ? stepLines(only, page) : manyLines(plan.steps, page);
  const lines = [heading(plan, page), ...body, ...closing(plan, page)];
  return `${lines.join('\n')}\n`;
}

function heading(plan: Plan, page: Page): string {
  const count = plan.steps.length === 1 ? '' : ` (${plan.steps.length} steps)`;
  const left = `Plan ${cleanLine(plan.id)}  ${cleanLine(plan.title)}${count}`;
  const level = plan.safety.toUpperCase();
  const gap = ' '.repeat(Math.max(2, page.width - left.length - level.length));
  return `${paint(left, 'bold', page.color)}${gap}${paint(level, levelColor[plan.safety], page.color)}`;
}

function manyLines(steps: PlanStep[], page: Page): string[] {
  return steps.flatMap((step) => {
    const number = `${cleanLine(step.id)}.`;
    const after = step.after.length === 0 ? '' : ` (after ${step.after.map(cleanLine).join(', ')})`;
    const level = paint(step.safety.toUpperCase(), levelColor[step.safety], page.color);
    const head = `  ${number.padEnd(3)}${cleanLine(step.description)}${after}  ${level}`;
    return [head, ...stepLines(step, { ...page, indent: '     ' })];
  });
}

function stepLines(step: PlanStep, page: Page): string[] {
  const lines: string[] = [];
  if (step.safety === 'destructive') lines.push(...field('danger', dangerWords(step), page, 'red'));
  const as = step.as === undefined ? [] : [`as  ${cleanLine(step.as)}`];
  lines.push(...parts('where', [placeWords(step), ...as], page));
  lines.push(...changeLines(step, page));
  if (step.carried !== undefined)
    lines.push(...field('carried', `${step.carried.map(cleanLine).join(', ')} (from an earlier request)`, page));
  if (step.command !== undefined && step.command.length > 0)
    lines.push(...verbatim('same as', [quoteCommand(step.command.map(cleanLine))], page));
  if (step.safety !== 'safe') lines.push(...field('undo', step.undo === null ? 'cannot be undone' : cleanLine(step.undo), page));
  lines.push(...field('why', step.reasons.map(cleanLine).join('; '), page));
  return lines;
}

/** A production environment says so, whatever it is called. */
export function placeWords({ environment, where }: PlanStep): string {
  if (environment === undefined) return cleanLine(where);
  const name = cleanLine(environment.name);
  return `${name}${environment.production && name !== 'production' ? ' [production]' : ''}  (${cleanLine(where)})`;
}

function changeLines(step: PlanStep, page: Page): string[] {
  if (step.diff !== '') return verbatim('change', step.diff.split('\n').map(cleanLine), page);
  return field(step.safety === 'safe' ? 'reads' : 'change', cleanLine(step.description), page);
}

/** Verb, object, count, and that it cannot be undone, as the typed step says it. */
function dangerWords(step: PlanStep): string {
  const words = cleanLine(step.description);
  const lines = step.diff.split('\n');
  const counts = [count(lines, '+', 'added'), count(lines, '~', 'changed'), count(lines, '-', 'removed')].filter((part) => part !== '');
  const total = lines.filter((line) => /^[-+~]/.test(line)).length;
  const counted = total > 1 ? `, ${counts.join(', ')}` : '';
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${counted}${step.undo === null ? ' - cannot be undone' : ''}`;
}

function count(lines: string[], sign: string, word: string): string {
  const found = lines.filter((line) => line.startsWith(sign)).length;
  return found === 0 ? '' : `${found} ${word}`;
}

function closing(plan: Plan, page: Page): string[] {
  const rules = plan.policy.policies.map(cleanLine).join(', ');
  const lines = field(
    'rule',
    `${rules === '' ? plan.policy.reasons.map(cleanLine).join('; ') : rules} (profile ${cleanLine(plan.policy.profile)})`,
    page,
  );
  if (plan.origin.proposedBy !== undefined)
    lines.unshift(...field('from', `a model proposed this (${cleanLine(plan.origin.proposedBy)}): check it`, page));
  if (plan.undoes !== null) lines.unshift(...field('undoes', `run ${cleanLine(plan.undoes)}`, page));
  return [...lines, ...parts('needs', needsWords(plan.needs), page)];
}

function needsWords(needs: Needs): string[] {
  const words = needs.approvals.map(approvalWords);
  if (needs.change !== null) words.push(`change ${cleanLine(needs.change)}`);
  if (needs.window !== null) words.push(`window ${cleanLine(needs.window)}`);
  if (needs.confirm === 'once') words.push('your confirmation');
  if (needs.confirm === 'name') words.push(`your confirmation: type  ${cleanLine(needs.typeName ?? '')}`);
  return words.length === 0 ? ['nothing'] : words;
}

/** `1:sre` → `1 approval (sre)`. */
function approvalWords(need: string): string {
  const [amount = '1', group] = need.split(':');
  return `${cleanLine(amount)} approval${amount === '1' ? '' : 's'}${group === undefined ? '' : ` (${cleanLine(group)})`}`;
}

/** Side by side where they fit, else one below the other. */
function parts(label: string, values: string[], page: Page): string[] {
  const line = values.join('   ');
  if (line.length <= page.width - page.indent.length - labelWidth) return verbatim(label, [line], page, false);
  return values.flatMap((value, index) => field(index === 0 ? label : '', value, page));
}

function field(label: string, value: string, page: Page, color?: Paint): string[] {
  const lines = wrap(value, page.width - page.indent.length - labelWidth);
  return verbatim(label, color === undefined ? lines : lines.map((line) => paint(line, color, page.color)), page, false);
}

/** Lines that stay as they are, with the label before the first. */
function verbatim(label: string, lines: string[], page: Page, tint = true): string[] {
  return lines.map((line, index) => {
    const text = tint ? tinted(line, page) : line;
    return `${page.indent}${(index === 0 ? label : '').padEnd(labelWidth)}${text}`.trimEnd();
  });
}

function tinted(line: string, page: Page): string {
  const colors: Record<string, Paint> = { '+': 'green', '-': 'red', '~': 'yellow' };
  const color = colors[line.charAt(0)];
  return color === undefined ? line : paint(line, color, page.color);
}
