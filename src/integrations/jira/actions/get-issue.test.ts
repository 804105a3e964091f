import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../__fixtures__/world.ts';
import { getIssue } from './get-issue.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

describe('jira.issue.get', () => {
  it('reads an issue and shows it', async () => {
    const output = await getIssue.run({ issue: 'DEV-123' }, world.context());

    expect(output).toMatchObject({
      key: 'DEV-123',
      type: 'Story',
      status: 'To Do',
      assignee: 'Dana Reyes',
      parent: 'DEV-100',
      updated: '2026-11-22T16:00:00.000Z',
    });
    expect(getIssue.render?.(output, { issue: 'DEV-123' }).text).toBe(
      [
        'DEV-123  Sign in with a passkey',
        'Type:      Story',
        'Status:    To Do',
        'Priority:  Medium',
        'Assignee:  Dana Reyes',
        'Reporter:  Ana Silva',
        'Labels:    -',
        'Parent:    DEV-100',
        'Updated:   2026-11-22 16:00 UTC',
        `Link:      ${world.site.url}/browse/DEV-123`,
        '',
        'Sign in with a passkey.',
      ].join('\n'),
    );
  });

  it('plans a read', async () => {
    const preview = await getIssue.preview({ issue: 'dev-123' }, world.context());

    expect(preview).toMatchObject({ input: { issue: 'DEV-123' }, description: 'read issue DEV-123', diff: [] });
  });

  it('tells an issue that is not there from one that may not be read, and from a token that has expired', async () => {
    await expect(getIssue.run({ issue: 'DEV-9999' }, world.context())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    world.site.faults.add({ kind: 'forbidden' });
    await expect(getIssue.run({ issue: 'DEV-123' }, world.context())).rejects.toMatchObject({ code: 'FORBIDDEN' });
    world.site.faults.add({ kind: 'unauthorized' });
    await expect(getIssue.run({ issue: 'DEV-123' }, world.context())).rejects.toMatchObject({
      code: 'AUTH_FAILED',
      hint: expect.stringContaining('api-tokens'),
    });
  });

  it('waits out a rate limit', async () => {
    world.site.faults.add({ kind: 'limited', retryAfterSeconds: 0, times: 2 });

    expect(await getIssue.run({ issue: 'DEV-123' }, world.context())).toMatchObject({ key: 'DEV-123' });
  });

  it('does not take a page of a gateway for an issue', async () => {
    world.site.faults.add({ kind: 'wrong-json' });

    await expect(getIssue.run({ issue: 'DEV-123' }, world.context())).rejects.toMatchObject({
      code: 'REMOTE_REJECTED',
      details: { unclear: false },
    });
  });
});
