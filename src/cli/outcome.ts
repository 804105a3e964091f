/** How a run ended: for the person, for programs, and as an exit code. */
import type { RunState, RunView, StepView } from '#kit/api';
import { exitCodes } from '#kit/errors';
import type { Context } from './context.ts';
import { printValue } from './print.ts';
import { exitOf } from './report.ts';
import { cleanText } from '#kit/clean';
import { self } from './self.ts';

export async function printOutcome({ io, globals, api }: Context, view: RunView): Promise<number> {
  switch (globals.output) {
    case 'table':
      io.out(describeRun(view));
      // Reads that had to be confirmed: what they gave is what was asked for.
      if (view.safety === 'safe' && view.state === 'done') io.out(cleanText(await api.text(`/v1/runs/${view.id}/text`)));
      break;
    case 'name':
      io.out(`${view.id}\n`);
      break;
    default:
      await printValue(io, globals.output, {
        schemaVersion: 1,
        status: view.state,
        run: view,
        undo: view.canUndo ? `${self()} undo ${view.id}` : null,
        ...(view.error === null ? {} : { error: view.error }),
      });
  }
  if (globals.output === 'table') for (const line of nextSteps(view)) io.err(`${cleanText(line)}\n`);
  return exitOfRun(view);
}

export function exitOfRun({ state, error }: Pick<RunView, 'state' | 'error'>): number {
  const exits: Record<RunState, number> = {
    done: exitCodes.done,
    running: exitCodes.done,
    failed: error === null ? exitCodes.failed : exitOf(error.code),
    cancelled: exitCodes.failed,
    waiting: exitCodes.waiting,
    denied: exitCodes.denied,
    stale: exitCodes.stale,
    expired: exitCodes.stale,
    unknown: exitCodes.unknown,
  };
  return exits[state];
}

/** A headline and a line for each step; text from outside made plain. */
export function describeRun(view: RunView): string {
  const head = `${view.id}  ${view.title}  ${view.state}${view.waitingFor === null ? '' : ` for ${view.waitingFor}`}`;
  return `${[head, ...view.steps.map(describeStep)].map((line) => cleanText(line).replaceAll('\n', ' ')).join('\n')}\n`;
}

function describeStep(step: StepView): string {
  const parts = [`  ${step.id}  ${step.state}  ${step.description}`];
  if (step.verified !== null) parts.push(`verified: ${step.verified}`);
  if (step.found) parts.push('found at the other side, not made again');
  if (step.sends > 1) parts.push(`sent ${step.sends} times with one key`);
  if (step.error !== null) parts.push(`${step.error.code}: ${step.error.message}`);
  return parts.join('  ');
}

/** What the person may do next, each with its command. */
function nextSteps(view: RunView): string[] {
  const lines: string[] = [];
  if (view.error !== null) lines.push(`error ${view.error.code}: ${view.error.message}`, `hint: ${view.error.hint}`);
  if (view.state === 'waiting') lines.push(`approve: ${self()} approve ${view.planId}`);
  if (view.state === 'unknown') lines.push(`look at the other side, then: devos runs resume ${view.id}`);
  if (view.state === 'done' && view.canUndo) lines.push(`undo: ${self()} undo ${view.id}`);
  return lines;
}
