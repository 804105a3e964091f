import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Origin, Plan, PlanStep, SafetyLevel } from '#kit';
import { hashPlan } from '#plan';
import { afterEach, describe, expect, it } from 'vitest';
import { createPolicy } from './policy.ts';
import type { Approval, Policy } from './types.ts';

const now = new Date('2026-11-23T08:00:00Z');
const origin: Origin = { cwd: '/w', env: {}, via: 'cli', who: 'alice' };
const solo = createPolicy({ profile: 'solo', clock: () => now });
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function step(safety: SafetyLevel, change: Partial<PlanStep> = {}): PlanStep {
  return {
    id: '1',
    action: 'kubernetes.deployment.scale',
    input: { name: 'web-app', replicas: 5 },
    permission: safety === 'safe' ? 'read' : 'kubernetes:write',
    safety,
    reasons: ['why'],
    description: 'scale Deployment web-app from 3 to 5 replicas',
    where: 'cluster demo, namespace shop',
    diff: '~ web-app  replicas  3 -> 5',
    undo: 'scale back to 3',
    precondition: { replicas: 3 },
    after: [],
    ...change,
  };
}

async function planOf(policy: Policy, steps: PlanStep[], change: Partial<Plan> = {}): Promise<Plan> {
  const decision = await policy.decide({ steps, origin });
  const plan: Plan = {
    schemaVersion: 1,
    id: 'P-1',
    hash: '',
    revision: 1,
    title: 'scale deployment',
    sentence: null,
    origin,
    createdAt: now.toISOString(),
    expiresAt: '2026-11-30T08:00:00Z',
    safety: steps[0]?.safety ?? 'safe',
    runbook: null,
    steps,
    needs: decision.needs,
    policy: { profile: decision.profile, policies: decision.policies, reasons: decision.reasons },
    undoes: null,
    ...change,
  };
  return { ...plan, hash: hashPlan(plan) };
}

function approval(plan: Plan, change: Partial<Approval> = {}): Approval {
  return { planId: plan.id, hash: plan.hash, decision: 'approved', who: 'alice', via: 'cli', at: now, ...change };
}

/** A policy whose profile is this text. */
function policyOf(text: string): Policy {
  const folder = mkdtempSync(join(tmpdir(), 'devos-policy-'));
  folders.push(folder);
  writeFileSync(join(folder, 'own.cedar'), text);
  return createPolicy({ profile: 'own', clock: () => now, folder: pathToFileURL(`${folder}/`) });
}

describe('the solo profile', () => {
  it('lets reads run without a question', async () => {
    const decision = await solo.decide({ steps: [step('safe')], origin });

    expect(decision).toMatchObject({ decision: 'allow', needs: { confirm: 'none' }, policies: ['solo-read'], profile: 'solo' });
  });

  it('asks once for a change, and for the name where it is destructive', async () => {
    const moderate = await solo.decide({ steps: [step('moderate')], origin });
    const destructive = await solo.decide({ steps: [step('destructive')], origin });

    expect(moderate).toMatchObject({ decision: 'needs', needs: { confirm: 'once' }, policies: ['solo-change'] });
    expect(moderate.needs).not.toHaveProperty('typeName');
    expect(destructive).toMatchObject({
      decision: 'needs',
      needs: { confirm: 'name', typeName: 'web-app' },
      policies: ['solo-destructive'],
    });
  });

  it('asks for everything that a model proposed, also for a read', async () => {
    const proposed = { ...origin, proposedBy: 'ollama/llama3.2' };

    const read = await solo.decide({ steps: [step('safe')], origin: proposed });
    const destructive = await solo.decide({ steps: [step('destructive')], origin: proposed });

    expect(read).toMatchObject({ decision: 'needs', needs: { confirm: 'once' }, policies: ['solo-proposed', 'solo-read'] });
    expect(destructive).toMatchObject({ needs: { confirm: 'name', typeName: 'web-app' } });
  });

  it('can be another one, which forbids what a model proposed', async () => {
    const policy = policyOf(
      '@id("open") permit (principal, action, resource);\n@id("no-model") forbid (principal, action, resource) when { context.proposed };',
    );

    expect(await policy.decide({ steps: [step('safe')], origin })).toMatchObject({ decision: 'allow' });
    expect(await policy.decide({ steps: [step('safe')], origin: { ...origin, proposedBy: 'm' } })).toMatchObject({
      decision: 'deny',
      policies: ['no-model'],
    });
  });

  it('takes the strictest need of several steps', async () => {
    const steps = [step('safe'), step('destructive', { id: '2', input: { name: 'api' } }), step('moderate', { id: '3' })];

    const decision = await solo.decide({ steps, origin });

    expect(decision.needs).toMatchObject({ confirm: 'name', typeName: 'api' });
    expect(decision.policies).toEqual(['solo-read', 'solo-destructive', 'solo-change']);
  });

  it('knows systems that the schema does not name, and environments', async () => {
    const steps = [step('moderate', { action: 'project.scaffold.create', environment: { name: 'production', production: true } })];

    expect(await solo.decide({ steps, origin })).toMatchObject({ decision: 'needs', policies: ['solo-change'] });
  });
});

describe('deny', () => {
  it.each([
    ['an empty profile', ''],
    ['a profile that does not parse', 'permit (('],
    ['a policy without an id', 'permit (principal, action, resource);'],
    ['two policies of one id', '@id("a") permit (principal, action, resource);\n@id("a") permit (principal, action, resource);'],
    ['an attribute that the schema does not know', '@id("a") permit (principal, action, resource) when { context.nobody };'],
    ['a comparison of the wrong types', '@id("a") permit (principal, action, resource) when { context.safety < 3 };'],
    ['a need that nobody enforces', '@id("a") @needs("approvals:1:sre") permit (principal, action, resource);'],
    [
      'one misspelt forbid beside an open permit',
      '@id("a") permit (principal, action, resource);\n@id("b") forbid (principal, action in Action::"safety:saef", resource);',
    ],
    [
      'one unknown need beside an open permit',
      '@id("a") permit (principal, action, resource);\n@id("b") @needs("change:normal") permit (principal, action, resource) when { context.production };',
    ],
    ['a group that does not exist', '@id("a") permit (principal, action in Action::"safety:saef", resource);'],
  ])('everything with %s', async (_, text) => {
    const policy = policyOf(text);

    for (const level of ['safe', 'moderate', 'destructive'] as const)
      expect(await policy.decide({ steps: [step(level)], origin })).toMatchObject({ decision: 'deny' });
  });

  it('is not what an open profile says (control for the list above)', async () => {
    const policy = policyOf('@id("a") permit (principal, action, resource);');

    expect(await policy.decide({ steps: [step('destructive')], origin })).toMatchObject({ decision: 'allow', policies: ['a'] });
  });

  it('everything with a profile that is not there or climbs out of its folder', async () => {
    for (const profile of ['nobody', '../solo', 'solo.cedar', '']) {
      const policy = createPolicy({ profile, clock: () => now });

      const decision = await policy.decide({ steps: [step('safe')], origin });

      expect(decision.decision).toBe('deny');
      expect(decision.reasons[0]).toContain('cannot be used');
    }
  });

  it('wins over permits, and names the policy that forbids', async () => {
    const policy = policyOf(
      '@id("all") permit (principal, action, resource);\n@id("no-prod") @reason("production is closed") forbid (principal, action, resource) when { context.production };',
    );

    const production = await policy.decide({ steps: [step('safe', { environment: { name: 'live', production: true } })], origin });
    const staging = await policy.decide({ steps: [step('safe', { environment: { name: 'staging', production: false } })], origin });

    expect(production).toMatchObject({ decision: 'deny', policies: ['no-prod'], reasons: ['production is closed'] });
    expect(staging.decision).toBe('allow');
  });

  it('is the answer for a whole plan when one step is denied', async () => {
    const policy = policyOf('@id("read") permit (principal, action in Action::"safety:safe", resource);');

    const decision = await policy.decide({ steps: [step('safe'), step('moderate', { id: '2' })], origin });

    expect(decision).toMatchObject({ decision: 'deny', policies: [] });
    expect(decision.reasons).toContain('no policy allows kubernetes.deployment.scale (moderate) here');
  });
});

describe('authorize', () => {
  it('allows what needs nothing, and waits for a confirmation otherwise', async () => {
    const read = await planOf(solo, [step('safe')]);
    const change = await planOf(solo, [step('moderate')]);

    expect(await solo.authorize(read, [])).toEqual({ state: 'allowed' });
    expect(await solo.authorize(change, [])).toEqual({ state: 'waiting', waitingFor: 'a confirmation: devos approve P-1' });
    expect(await solo.authorize(change, [approval(change)])).toEqual({ state: 'allowed' });
  });

  it('counts no approval of another hash, another plan or an agent', async () => {
    const plan = await planOf(solo, [step('moderate')]);

    for (const wrong of [{ hash: `${plan.hash.slice(0, -1)}0` }, { hash: '' }, { planId: 'P-2' }, { via: 'mcp' }, { via: 'webhook' }])
      expect(await solo.authorize(plan, [approval(plan, wrong)])).toMatchObject({ state: 'waiting' });
  });

  it('takes the latest decision of a person, in whatever order they are read', async () => {
    const plan = await planOf(solo, [step('moderate')]);
    const yes = approval(plan, { at: '2026-11-23T08:00:00Z' });
    const no = approval(plan, { decision: 'denied', at: '2026-11-23T08:00:01Z' });
    const yesAgain = approval(plan, { at: '2026-11-23T08:00:02Z' });

    for (const list of [
      [yes, no],
      [no, yes],
    ])
      expect(await solo.authorize(plan, list)).toMatchObject({ state: 'denied', error: { code: 'POLICY_DENIED' } });
    for (const list of [
      [yes, no, yesAgain],
      [yesAgain, no, yes],
    ])
      expect(await solo.authorize(plan, list)).toEqual({ state: 'allowed' });
    for (const list of [
      [yes, { ...no, at: yes.at }],
      [{ ...no, at: yes.at }, yes],
    ])
      expect(await solo.authorize(plan, list)).toMatchObject({ state: 'denied' });
  });

  it('lets a denial win over another person, and over an approval of another hash', async () => {
    const plan = await planOf(solo, [step('moderate')]);
    const denial = approval(plan, { who: 'bob', decision: 'denied', at: '2026-11-23T07:00:00Z' });

    expect(await solo.authorize(plan, [denial, approval(plan)])).toMatchObject({ state: 'denied' });
    expect(await solo.authorize(plan, [denial, approval(plan, { who: 'bob', hash: 'x' })])).toMatchObject({ state: 'denied' });
  });

  it('denies an expired plan and one whose expiry cannot be read', async () => {
    for (const expiresAt of ['2026-11-23T07:59:59Z', 'soon']) {
      const plan = await planOf(solo, [step('moderate')], { expiresAt });

      expect(await solo.authorize(plan, [approval(plan)])).toMatchObject({ state: 'denied', error: { code: 'PLAN_EXPIRED' } });
    }
  });

  it('denies a plan that was changed after it was approved', async () => {
    const plan = await planOf(solo, [step('moderate')]);
    const changed: Plan = { ...plan, steps: [step('moderate', { input: { name: 'web-app', replicas: 500 } })] };
    const loosened: Plan = { ...plan, needs: { ...plan.needs, confirm: 'none' } };

    expect(await solo.authorize(changed, [approval(plan)])).toMatchObject({ state: 'denied', error: { code: 'POLICY_DENIED' } });
    expect(await solo.authorize(loosened, [])).toMatchObject({ state: 'denied', error: { code: 'POLICY_DENIED' } });
  });

  it('asks the policies again: a plan made under a looser profile does not run under a stricter one', async () => {
    const open = policyOf('@id("all") permit (principal, action, resource);');
    const closed = policyOf('@id("read") permit (principal, action in Action::"safety:safe", resource);');
    const plan = await planOf(open, [step('destructive')]);
    const change = await planOf(open, [step('moderate')]);

    expect(await open.authorize(plan, [])).toEqual({ state: 'allowed' });
    expect(await solo.authorize(change, [approval(change)])).toMatchObject({ state: 'denied', error: { code: 'PLAN_STALE' } });
    expect(await solo.authorize(plan, [approval(plan)])).toMatchObject({ state: 'denied', error: { code: 'PLAN_STALE' } });
    expect(await closed.authorize(plan, [approval(plan)])).toMatchObject({ state: 'denied', error: { code: 'POLICY_DENIED' } });
  });
});

describe('checkApproval', () => {
  const person = { who: 'alice', via: 'cli' } as const;

  it('takes a confirmation of exactly this hash', async () => {
    const plan = await planOf(solo, [step('moderate')]);

    expect(() => solo.checkApproval(plan, { hash: plan.hash, ...person })).not.toThrow();
    expect(() => solo.checkApproval(plan, { hash: 'x', ...person })).toThrowError(expect.objectContaining({ code: 'APPROVAL_INVALID' }));
  });

  it('wants the name typed for a destructive plan, and says which', async () => {
    const plan = await planOf(solo, [step('destructive')]);

    expect(() => solo.checkApproval(plan, { hash: plan.hash, typed: ' web-app\n', ...person })).not.toThrow();
    for (const typed of [undefined, '', 'yes', 'web-ap', 'WEB-APP'])
      expect(() => solo.checkApproval(plan, { hash: plan.hash, ...person, ...(typed === undefined ? {} : { typed }) })).toThrowError(
        expect.objectContaining({ code: 'APPROVAL_INVALID', hint: 'Type exactly: web-app' }),
      );
  });

  it('never takes it from an agent', async () => {
    const plan = await planOf(solo, [step('moderate')]);

    expect(() => solo.checkApproval(plan, { hash: plan.hash, who: 'alice', via: 'mcp' })).toThrowError(
      expect.objectContaining({ code: 'APPROVAL_INVALID' }),
    );
  });

  it('refuses an expired plan with another code than a refused one', async () => {
    const plan = await planOf(solo, [step('moderate')], { expiresAt: '2026-11-23T07:00:00Z' });

    expect(() => solo.checkApproval(plan, { hash: plan.hash, ...person })).toThrowError(expect.objectContaining({ code: 'PLAN_EXPIRED' }));
  });
});
