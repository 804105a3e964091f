/** Who may do what, where: Cedar policies over what planning worked out, and the approvals that were given. */
import { readFile } from 'node:fs/promises';
import { AppError, type Plan, toAppError } from '#kit';
import { type DecideInput, type Decision, isIntact } from '#plan';
import { checkApproval, countApprovals, expired, isExpired } from './approvals.ts';
import { type Cedar, loadCedar } from './cedar.ts';
import { decideWith, denied } from './decide.ts';
import { isStricter, parseNeeds } from './needs.ts';
import type { Authorization, Policy } from './types.ts';

export interface PolicyOptions {
  /** Name of a file under `profiles/`. */
  profile: string;
  clock: () => Date;
  /** Where profiles are read from; the shipped ones unless given. */
  folder?: URL;
}

/** Reads the profile and loads Cedar behind the caller; a decision waits for it. A profile that cannot be used denies everything. */
export function createPolicy({ profile, clock, folder = new URL('./profiles/', import.meta.url) }: PolicyOptions): Policy {
  const loaded: Promise<Cedar | AppError> = loadProfile(profile, folder).catch((error: unknown) => toAppError(error));

  async function decide(input: DecideInput): Promise<Decision> {
    const cedar = await loaded;
    if (AppError.isInstance(cedar)) return denied(profile, [], [`the profile ${profile} cannot be used: ${cedar.message}`]);
    try {
      return decideWith(cedar, profile, input);
    } catch (error) {
      return denied(profile, [], [`policy could not be asked: ${toAppError(error).message}`]);
    }
  }

  return {
    decide,
    async authorize(plan, approvals) {
      if (!isIntact(plan))
        return no(
          new AppError(`Plan ${plan.id} was changed after it was made`, {
            code: 'POLICY_DENIED',
            hint: 'Nothing was run. Make a new plan, and check the log: devos audit verify',
          }),
        );
      const { approvedBy, deniedBy } = countApprovals(plan, approvals);
      if (deniedBy.length > 0)
        return no(
          new AppError(`Plan ${plan.id} was denied by ${deniedBy.join(', ')}`, {
            code: 'POLICY_DENIED',
            hint: 'Nothing was changed. Make a new plan if it is still wanted.',
            details: { deniedBy },
          }),
        );
      if (isExpired(plan, clock())) return no(expired(plan));
      return judge(plan, await decide({ steps: plan.steps, origin: plan.origin }), approvedBy);
    },
    checkApproval: (plan, request) => checkApproval(plan, request, clock()),
  };
}

function judge(plan: Plan, now: Decision, approvedBy: string[]): Authorization {
  if (now.decision === 'deny')
    return no(
      new AppError(`Policy denies plan ${plan.id}: ${now.reasons.join('; ')}`, {
        code: 'POLICY_DENIED',
        hint: 'Nothing was changed. The policies may have changed since the plan was made.',
        details: { policies: now.policies },
      }),
    );
  // What was confirmed is what the plan asked for then; a stricter policy since then wants to be asked again.
  if (isStricter(now.needs.confirm, plan.needs.confirm) || now.needs.typeName !== plan.needs.typeName)
    return no(
      new AppError(`Policy asks for more than plan ${plan.id} says`, {
        code: 'PLAN_STALE',
        hint: 'Nothing was changed. Make a new plan with the same sentence.',
      }),
    );
  if (plan.needs.confirm === 'none' || approvedBy.length > 0) return { state: 'allowed' };
  return { state: 'waiting', waitingFor: `a confirmation: devos approve ${plan.id}` };
}

function no(error: AppError): Authorization {
  return { state: 'denied', error: error.toBody() };
}

async function loadProfile(profile: string, folder: URL): Promise<Cedar> {
  if (!/^[a-z][a-z0-9-]*$/.test(profile))
    throw new AppError(`${JSON.stringify(profile)} is not the name of a profile`, { code: 'CONFIG_INVALID', hint: 'Use: solo' });
  const [policies, schema] = await Promise.all([
    readFile(new URL(`${profile}.cedar`, folder), 'utf8'),
    readFile(new URL('./schema.cedarschema', import.meta.url), 'utf8'),
  ]);
  const cedar = await loadCedar({ policies, schema });
  for (const { annotations } of cedar.policies.values()) parseNeeds(annotations['needs']);
  return cedar;
}
