import type { Plan } from '#kit';

/** A whole plan for tests of the tables; nothing in it is looked at but id, hash and times. */
export function samplePlan(id: string, change: Partial<Plan> = {}): Plan {
  return {
    schemaVersion: 1,
    id,
    hash: `hash of ${id}`,
    revision: 1,
    title: 'scale deployment',
    sentence: 'scale web-app to 5',
    origin: { cwd: '/', env: {}, via: 'cli', who: 'ada' },
    createdAt: '2030-01-01T00:00:00.000Z',
    expiresAt: '2030-01-02T00:00:00.000Z',
    safety: 'moderate',
    runbook: null,
    steps: [],
    needs: { approvals: [], change: null, window: null, confirm: 'once' },
    policy: { profile: 'solo', policies: [], reasons: [] },
    undoes: null,
    ...change,
  };
}
