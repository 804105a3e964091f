/** The one question about a plan. Enter never approves; what destroys is approved by typing its target's name. */
import type { Plan, PlanStep } from '#kit/api';
import type { Io } from './io.ts';
import { cleanText } from '#kit/clean';

export type Decision = { say: 'approve'; typed?: string } | { say: 'request' } | { say: 'edit'; sentence: string } | { say: 'no' };

/** After so many answers that are none, it counts as no. */
const maxAsked = 5;

export async function decide(io: Pick<Io, 'ask' | 'err'>, plan: Plan): Promise<Decision> {
  for (let asked = 0; asked < maxAsked; asked++) {
    const answer = (await io.ask(promptFor(plan)))?.trim();
    if (answer === undefined || answer === '') return { say: 'no' };
    const decision = await understand(io, plan, answer);
    if (decision !== undefined) return decision;
  }
  return { say: 'no' };
}

async function understand(io: Pick<Io, 'ask' | 'err'>, plan: Plan, answer: string): Promise<Decision | undefined> {
  // The name goes first: a target may be called `n`.
  if (plan.needs.confirm === 'name' && answer === plan.needs.typeName) return { say: 'approve', typed: answer };
  switch (answer.toLowerCase()) {
    case 'a':
    case 'approve':
    case 'y':
    case 'yes':
      if (plan.needs.confirm !== 'name' && plan.needs.approvals.length === 0) return { say: 'approve' };
      break;
    case 'r':
    case 'request':
      if (plan.needs.approvals.length > 0) return { say: 'request' };
      break;
    case 'n':
    case 'no':
      return { say: 'no' };
    case 'd':
    case 'details':
      io.err(describeDetails(plan));
      return undefined;
    case 'e':
    case 'edit': {
      if (plan.sentence === null) break;
      const sentence = (await io.ask('new sentence: ', cleanText(plan.sentence)))?.trim();
      return sentence === undefined || sentence === '' ? undefined : { say: 'edit', sentence };
    }
  }
  io.err(
    plan.needs.confirm === 'name'
      ? 'That is neither the name nor one of the letters. Nothing was changed.\n'
      : 'Please type one of the letters. Nothing was changed.\n',
  );
  return undefined;
}

/** The wording of the prompt; made from the typed plan only, never from the sentence. */
export function promptFor(plan: Plan): string {
  const others = `[d]etails  ${plan.sentence === null ? '' : '[e]dit -> new plan  '}[n]o (default): `;
  if (plan.needs.approvals.length > 0) return `[r]equest approval  ${others}`;
  if (plan.needs.confirm === 'name') return `${headingOf(plan)}\nType ${cleanText(plan.needs.typeName ?? '')} to do it  ${others}`;
  return `[a]pprove once  ${others}`;
}

/** Verb, object and count: what is about to happen, in one line. */
function headingOf(plan: Plan): string {
  const [first] = plan.steps;
  const what = plan.steps.length === 1 && first !== undefined ? first.description : `${plan.title}, ${plan.steps.length} steps`;
  const lasting = plan.steps.some((step) => step.safety !== 'safe' && step.undo === null) ? ' - cannot be undone' : '';
  return cleanText(`${what.charAt(0).toUpperCase()}${what.slice(1)}${lasting}`);
}

export function describeDetails(plan: Plan): string {
  const lines = [
    `plan      ${plan.id}  revision ${plan.revision}  expires ${plan.expiresAt}`,
    `hash      ${plan.hash}`,
    `policy    profile ${plan.policy.profile}: ${[...plan.policy.policies, ...plan.policy.reasons].join(', ')}`,
    ...(plan.sentence === null ? [] : [`typed     | ${plan.sentence}`]),
    ...plan.steps.flatMap(describeStep),
  ];
  return `${lines.map(cleanText).join('\n')}\n`;
}

function describeStep(step: PlanStep): string[] {
  const lines = [
    `step ${step.id}    ${step.action}  ${step.safety.toUpperCase()}: ${step.reasons.join('; ')}`,
    `  input   ${JSON.stringify(step.input)}`,
    `  where   ${step.where}${step.as === undefined ? '' : `  as  ${step.as}`}`,
  ];
  if (step.diff !== '') lines.push(...step.diff.split('\n').map((line) => `  change  ${line}`));
  if (step.command !== undefined) lines.push(`  same as ${step.command.join(' ')}`);
  if (Object.keys(step.precondition).length > 0) lines.push(`  holds   while ${JSON.stringify(step.precondition)} is unchanged`);
  lines.push(`  undo    ${step.undo ?? 'cannot be undone'}`);
  return lines;
}
