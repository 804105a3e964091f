import { describe, expect, it } from 'vitest';
import { offlinePlanner } from './offline.ts';

describe('the offline planner', () => {
  it('offers what may have been meant, and plans nothing from it', async () => {
    const planner = await offlinePlanner();

    const result = planner.plan('grimble web-app up to 5 replicas');

    expect(result).toMatchObject({ status: 'refuse', code: 'NOT_UNDERSTOOD', suggestions: [expect.stringContaining('web-app')] });
    expect(result).not.toHaveProperty('plan');
    expect(planner.plan('yes').status).toBe('refuse');
  });

  it('offers nothing where a guard refused', async () => {
    const planner = await offlinePlanner();

    expect(planner.plan('do not scale web-app to 5')).toMatchObject({ status: 'refuse', code: 'NEGATED', suggestions: [] });
  });
});
