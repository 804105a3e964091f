/** Asks the policies about each step of a plan. The strictest answer counts for all of it. */
import type { PlanStep } from '#kit';
import { type DecideInput, type Decision, targetOf } from '#plan';
import type { EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Cedar, CedarRequest } from './cedar.ts';
import { type Confirm, parseNeeds, planNeeds, stricter } from './needs.ts';

export function decideWith(cedar: Cedar, profile: string, { steps, origin }: DecideInput): Decision {
  let confirm: Confirm = 'none';
  const policies = new Set<string>();
  const reasons = new Set<string>();
  for (const step of steps) {
    const answer = cedar.ask(requestOf(step, origin));
    for (const error of answer.errors) reasons.add(`a policy could not be evaluated (${error})`);
    if (answer.errors.length === 0 && answer.policies.length === 0) reasons.add(`no policy allows ${step.action} (${step.safety}) here`);
    for (const id of answer.policies) {
      const annotations = cedar.policies.get(id)?.annotations ?? {};
      policies.add(id);
      reasons.add(annotations['reason'] ?? `policy ${id}`);
      confirm = stricter(confirm, parseNeeds(annotations['needs']));
    }
    if (!answer.allowed) return denied(profile, answer.policies, [...reasons]);
  }
  return {
    decision: confirm === 'none' ? 'allow' : 'needs',
    needs: planNeeds(confirm, steps),
    profile,
    policies: [...policies],
    reasons: [...reasons],
  };
}

export function denied(profile: string, policies: string[], reasons: string[]): Decision {
  return { decision: 'deny', needs: { approvals: [], change: null, window: null, confirm: 'none' }, profile, policies, reasons };
}

/** Every attribute of the schema is always given: a missing one would make a policy err. */
function requestOf(step: PlanStep, origin: DecideInput['origin']): CedarRequest {
  const system = step.action.split('.')[0] ?? '';
  const place = step.environment;
  const action = entity('Action', step.action);
  const principal = entity('User', origin.who);
  const resource = entity('Resource', `${system}/${place?.name ?? '-'}/${targetOf(step)}`);
  const parents: TypeAndId[] = [entity('System', system)];
  const entities: EntityJson[] = [
    { uid: principal, attrs: {}, parents: [] },
    { uid: action, attrs: {}, parents: [entity('Action', `safety:${step.safety}`), entity('Action', `system:${system}`)] },
  ];
  if (place !== undefined) {
    parents.push(entity('Environment', place.name));
    entities.push({ uid: entity('Environment', place.name), attrs: { production: place.production }, parents: [] });
  }
  entities.push({ uid: resource, attrs: {}, parents });
  const context = {
    safety: step.safety,
    entrance: origin.via,
    permission: step.permission,
    production: place?.production ?? false,
    proposed: origin.proposedBy !== undefined,
  };
  return { principal, action, resource, context, entities };
}

function entity(type: string, id: string): TypeAndId {
  return { type, id };
}
