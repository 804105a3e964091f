import type { SafetyLevel } from '#kit';
import { describe, expect, it } from 'vitest';
import { planTitle, targetOf, titleOf, typedTarget } from './words.ts';

describe('titles', () => {
  it('turn an id into verb and object', () => {
    expect(titleOf('kubernetes.deployment.scale')).toBe('scale deployment');
    expect(titleOf('kubernetes.deployment.setImage')).toBe('set image deployment');
    expect(titleOf('jira.issue.create')).toBe('create issue');
  });

  it('name the first three kinds of step', () => {
    const steps = ['a.b.one', 'a.b.two', 'a.b.one', 'a.b.three', 'a.b.four'].map((action) => ({ action }));

    expect(planTitle(steps)).toBe('one b, two b, three b and 1 more');
  });
});

describe('targets', () => {
  it('are the name, else the place, else the kind of object', () => {
    const action = 'kubernetes.pods.restart';

    expect(targetOf({ action, input: { namespace: 'shop', name: 'web-app' } })).toBe('web-app');
    expect(targetOf({ action, input: { namespace: 'production' } })).toBe('production');
    expect(targetOf({ action, input: { name: ' \u202e ' } })).toBe('pods');
  });

  it('of destructive steps are typed, each once', () => {
    const step = (safety: SafetyLevel, name: string) => ({ action: 'x.y.z', input: { name }, safety });

    expect(typedTarget([step('moderate', 'a')])).toBeUndefined();
    expect(typedTarget([step('destructive', 'a'), step('safe', 'b'), step('destructive', 'c'), step('destructive', 'a')])).toBe('a c');
  });
});
