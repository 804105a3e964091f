import { type AnyAction, count, defineAction, destructive, moderate, planAction, workload } from '#kit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isIntact } from './hash.ts';
import { offlinePlan } from './offline.ts';

const scale: AnyAction = defineAction<object>()({
  id: 'kubernetes.deployment.scale',
  summary: 'Scale a workload to a number of replicas',
  permission: 'kubernetes:write',
  idempotent: true,
  input: z.object({ name: workload(), replicas: count({ max: 1000, nouns: ['replicas'], describe: 'Replicas', ask: 'How many?' }) }),
  output: z.object({}),
  language: { triggers: ['scale'], examples: ['scale {name}'] },
  usualSafety: 'moderate',
  safety: ({ replicas }, { live }) => (replicas === 0 || live !== undefined ? destructive('stops it') : moderate()),
  preview: () => Promise.reject(new Error('offline planning must not preview')),
  run: () => Promise.reject(new Error('planning must not run')),
  undo: () => ({ action: 'kubernetes.deployment.scale', input: {} }),
});

function planOf(replicas: number): ReturnType<typeof offlinePlan> {
  return offlinePlan({
    steps: [{ id: '1', action: scale.id, input: { name: 'web-app', replicas }, after: [] }],
    sentence: 'scale web-app',
    actions: [scale],
  });
}

describe('offlinePlan', () => {
  it('has the shape of a plan with nothing read', () => {
    const plan = planOf(5);

    expect(plan.steps[0]).toEqual({
      id: '1',
      action: 'kubernetes.deployment.scale',
      input: { name: 'web-app', replicas: 5 },
      permission: 'kubernetes:write',
      safety: 'moderate',
      reasons: ['changes something that is easily put back'],
      description: 'Scale a workload to a number of replicas: name web-app, replicas 5',
      where: 'not looked up (offline)',
      command: [],
      diff: '',
      undo: 'worked out when the plan is made against the live system',
      precondition: {},
      after: [],
    });
    expect(plan.needs).toEqual({ approvals: [], change: null, window: null, confirm: 'once' });
  });

  it('is the same for the same words, and its id follows its content', () => {
    expect(planOf(5)).toEqual(planOf(5));
    expect(planOf(5).id).not.toBe(planOf(6).id);
    expect(planOf(5).id).toMatch(/^P-[0-9a-f]{8}$/);
    expect(isIntact(planOf(5))).toBe(true);
  });

  it('shows what is planned only, at its usual level', () => {
    const later = planAction({
      id: 'helm.release.uninstall',
      summary: 'Uninstall a release',
      permission: 'helm:write',
      usualSafety: 'destructive',
      input: z.object({ release: z.string() }),
      language: { triggers: ['uninstall'], examples: [] },
    });
    const plan = offlinePlan({
      steps: [{ id: '1', action: later.id, input: { release: 'kafka' }, after: [] }],
      sentence: 'uninstall kafka',
      actions: [later],
    });

    expect(plan.steps[0]).toMatchObject({ planned: true, safety: 'destructive', reasons: ['not available yet'], undo: null });
    expect(plan.runbook).toBeNull();
    expect(
      offlinePlan({
        steps: [{ id: '1', action: 'service.deploy', input: {}, after: [] }],
        sentence: null,
        actions: [{ ...later, id: 'service.deploy', input: z.object({}) }],
      }).runbook,
    ).toBe('service.deploy');
  });

  it('can never be approved: it expired long ago', () => {
    expect(new Date(planOf(5).expiresAt).getTime()).toBe(0);
  });

  it('rates without live facts, and wants the name typed where it is destructive', () => {
    expect(planOf(0)).toMatchObject({ safety: 'destructive', needs: { confirm: 'name', typeName: 'web-app' } });
  });

  it('refuses what does not fit and what is not there', () => {
    expect(() => planOf(-1)).toThrowError(expect.objectContaining({ code: 'INPUT_INVALID' }));
    expect(() =>
      offlinePlan({ steps: [{ id: '1', action: 'a.b.c', input: {}, after: [] }], sentence: null, actions: [scale] }),
    ).toThrowError(expect.objectContaining({ code: 'ACTION_UNKNOWN' }));
  });
});
