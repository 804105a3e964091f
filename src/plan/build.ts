/** Bound steps become a plan: previewed, rated, decided over, hashed. Reads outside, changes nothing. */
import {
  cleanLine,
  AppError,
  type Connections,
  type JsonObject,
  type Origin,
  type Plan,
  type PlanStep,
  type Preview,
  worstSafety,
} from '#kit';
import { hashPlan, toJson } from './hash.ts';
import { parseInput } from './input.ts';
import { rateSafety } from './safety.ts';
import type { BoundStep, Decide } from './types.ts';
import { planTitle } from './words.ts';

export interface BuildPlanOptions {
  steps: BoundStep[];
  sentence: string | null;
  origin: Origin;
  /** The run that this plan puts back. */
  undoes?: string | null;
  connections: Connections;
  decide: Decide;
  clock: () => Date;
  newId: () => string;
  signal: AbortSignal;
}

const lifeMs = 7 * 86_400_000;

/**
 * Throws INPUT_INVALID (naming the field), POLICY_DENIED (with the policies that decided), ACTION_UNKNOWN, and whatever the
 * previews found: NOT_FOUND, FORBIDDEN, REMOTE_UNAVAILABLE … Nothing is stored.
 */
export async function buildPlan(options: BuildPlanOptions): Promise<Plan> {
  const { origin, clock } = options;
  assertOrder(options.steps);
  const steps = await previewAll(options);
  const decision = await options.decide({ steps, origin });
  if (decision.decision === 'deny')
    throw new AppError(`Policy denies this: ${decision.reasons.map(cleanLine).join('; ')}`, {
      code: 'POLICY_DENIED',
      hint: `Nothing was changed. The profile is ${decision.profile}; decided by: ${decision.policies.join(', ') || 'no policy that allows it'}`,
      details: { profile: decision.profile, policies: decision.policies, reasons: decision.reasons },
    });
  const now = clock();
  const plan: Omit<Plan, 'hash'> = {
    schemaVersion: 1,
    id: options.newId(),
    revision: 1,
    title: planTitle(steps),
    sentence: options.sentence === null ? null : options.sentence.normalize('NFC').toWellFormed(),
    origin,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + lifeMs).toISOString(),
    safety: worstSafety(steps.map((step) => step.safety)),
    runbook: null,
    steps,
    needs: decision.needs,
    policy: { profile: decision.profile, policies: decision.policies, reasons: decision.reasons },
    undoes: options.undoes ?? null,
  };
  return { ...plan, hash: hashPlan(plan) };
}

/** Previews do not depend on each other, so all are made at once; the first that fails stops the others. */
async function previewAll(options: BuildPlanOptions): Promise<PlanStep[]> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  try {
    return await Promise.all(options.steps.map((step) => previewStep(step, options, signal)));
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

async function previewStep(step: BoundStep, { connections, origin }: BuildPlanOptions, signal: AbortSignal): Promise<PlanStep> {
  const { action, client, clock, cwd } = await connections.bind(step.action, { cwd: origin.cwd, env: origin.env });
  const asked = parseInput(action, step.input);
  const preview = await action.preview(asked, { client, clock, cwd, signal });
  const input = parseInput(action, preview.input);
  const facts = { live: preview.facts, ...(preview.environment === undefined ? {} : { environment: preview.environment }) };
  const safety = rateSafety(action, input, facts);
  return {
    id: step.id,
    action: action.id,
    input,
    permission: action.permission,
    safety: safety.level,
    reasons: safety.reasons.map(cleanLine),
    ...carriedParts(step, input),
    ...shownParts(preview),
    ...(action.session === true ? { session: true as const } : {}),
    precondition: asObject(toJson(preview.precondition)),
    after: step.after,
  };
}

/** What the sentence did not say stands in the plan, so that whoever approves it sees it. */
function carriedParts({ carried = [] }: BoundStep, input: JsonObject): Pick<PlanStep, 'carried'> {
  const shown = carried.flatMap((name) => {
    const value = input[name];
    return value === undefined ? [] : [cleanLine(`${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)];
  });
  return shown.length === 0 ? {} : { carried: shown };
}

/** The parts that a person reads; names in them come from outside. */
function shownParts(preview: Preview): Pick<PlanStep, 'description' | 'where' | 'as' | 'environment' | 'command' | 'diff' | 'undo'> {
  return {
    description: cleanLine(preview.description),
    where: cleanLine(preview.where),
    ...(preview.as === undefined ? {} : { as: cleanLine(preview.as) }),
    ...(preview.environment === undefined ? {} : { environment: preview.environment }),
    ...(preview.command === undefined ? {} : { command: preview.command.map(cleanLine) }),
    diff: preview.diff.map(cleanLine).join('\n'),
    undo: preview.undo === undefined ? null : cleanLine(preview.undo),
  };
}

function asObject(value: unknown): JsonObject {
  // Only called with what `toJson` gave for a declared JsonObject.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Steps come in an order that can be run: ids once each, and `after` names earlier steps only. */
export function assertOrder(steps: BoundStep[]): void {
  const seen = new Set<string>();
  if (steps.length === 0)
    throw new AppError('A plan needs at least one step', { code: 'USAGE', hint: 'Say what to do, for example: devos "show pods"' });
  for (const step of steps) {
    const unmet = step.after.find((id) => !seen.has(id));
    if (seen.has(step.id) || unmet !== undefined)
      throw new AppError(
        unmet === undefined ? `Two steps have the id ${step.id}` : `Step ${step.id} waits for ${unmet}, which does not come before it`,
        {
          code: 'USAGE',
          hint: 'Give each step its own id, and let it wait for earlier steps only.',
        },
      );
    seen.add(step.id);
  }
}
