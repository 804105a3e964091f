/** A plan that nobody read anything for: what understanding alone gives. It can be looked at and measured, never run. */
import {
  cleanLine,
  AppError,
  type AnyAction,
  isPlanned,
  type Json,
  type JsonObject,
  type Needs,
  type Plan,
  type PlannedAction,
  type PlanStep,
  worstSafety,
} from '#kit';
import { assertOrder } from './build.ts';
import { hashPlan } from './hash.ts';
import { parseInput } from './input.ts';
import { rateSafety } from './safety.ts';
import type { BoundStep } from './types.ts';
import { planTitle, typedTarget } from './words.ts';

export interface OfflinePlanOptions {
  steps: BoundStep[];
  sentence: string | null;
  actions: (AnyAction | PlannedAction)[];
}

/** Long past, so that no offline plan can ever be approved; and the same for the same sentence, so that its id is. */
const epoch = '1970-01-01T00:00:00.000Z';
const undoWords = 'worked out when the plan is made against the live system';

/** Same sentence, same steps: same id and hash. Throws ACTION_UNKNOWN and INPUT_INVALID. */
export function offlinePlan({ steps, sentence, actions }: OfflinePlanOptions): Plan {
  assertOrder(steps);
  const offline = steps.map((step) => offlineStep(step, actions));
  const plan: Omit<Plan, 'hash'> = {
    schemaVersion: 1,
    id: '',
    revision: 1,
    title: planTitle(offline),
    sentence: sentence === null ? null : sentence.normalize('NFC').toWellFormed(),
    origin: { cwd: '', env: {}, via: 'cli', who: '' },
    createdAt: epoch,
    expiresAt: epoch,
    safety: worstSafety(offline.map((step) => step.safety)),
    runbook: steps.length === 1 ? (steps.find(({ action }) => isRunbook(action))?.action ?? null) : null,
    steps: offline,
    needs: offlineNeeds(offline),
    policy: { profile: 'offline', policies: [], reasons: ['policy decides when the plan is made against the live system'] },
    undoes: null,
  };
  const named = { ...plan, id: `P-${hashPlan(plan).slice(0, 8)}` };
  return { ...named, hash: hashPlan(named) };
}

function offlineStep(step: BoundStep, actions: OfflinePlanOptions['actions']): PlanStep {
  const action = actions.find((candidate) => candidate.id === step.action);
  if (action === undefined)
    throw new AppError(`There is no action ${step.action}`, { code: 'ACTION_UNKNOWN', hint: 'List them with: devos actions' });
  const input = parseInput(action, step.input);
  const planned = isPlanned(action);
  const safety = planned ? { level: action.usualSafety, reasons: ['not available yet'] } : rateSafety(action, input, {});
  return {
    id: step.id,
    ...(planned ? { planned } : {}),
    action: action.id,
    input,
    permission: action.permission,
    safety: safety.level,
    reasons: safety.reasons.map(cleanLine),
    description: describe(action.summary, input),
    where: 'not looked up (offline)',
    command: [],
    diff: '',
    undo: planned || action.undo === undefined ? null : undoWords,
    precondition: {},
    after: step.after,
  };
}

function describe(summary: string, input: JsonObject): string {
  const parts = Object.entries(input).map(([name, value]) => `${name} ${shown(value)}`);
  return cleanLine(parts.length === 0 ? summary : `${summary}: ${parts.join(', ')}`);
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `service.deploy`: a runbook has two parts where an action has three. */
function isRunbook(id: string): boolean {
  return id.split('.').length === 2;
}

/** The least that every shipped profile asks for. */
function offlineNeeds(steps: PlanStep[]): Needs {
  const typeName = typedTarget(steps);
  const base = { approvals: [], change: null, window: null };
  if (typeName !== undefined) return { ...base, confirm: 'name', typeName };
  return { ...base, confirm: steps.some((step) => step.safety !== 'safe') ? 'once' : 'none' };
}
