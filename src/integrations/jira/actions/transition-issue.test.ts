import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../__fixtures__/world.ts';
import { transitionIssue } from './transition-issue.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

describe('jira.issue.transition: preview', () => {
  it('shows from where to where, and writes nothing', async () => {
    const preview = await transitionIssue.preview({ issue: 'dev-123', status: 'in progress', comment: 'on it' }, world.context());

    expect(preview).toMatchObject({
      input: { issue: 'DEV-123', status: 'In Progress', comment: 'on it' },
      where: `Jira ${world.client.host}, issue DEV-123`,
      as: 'Dana Reyes <dana.reyes@shop.example>',
      description: 'move DEV-123 "Sign in with a passkey" from To Do to In Progress',
      diff: ['  DEV-123 "Sign in with a passkey"', '- status: To Do', '+ status: In Progress', '+ comment: on it'],
      precondition: { issue: 'DEV-123', status: 'To Do' },
      undo: 'DEV-123 is moved back to To Do, where its workflow lets it',
    });
    expect(world.writes()).toEqual([]);
  });

  it('notices that somebody else moved it since', async () => {
    const before = await transitionIssue.preview({ issue: 'DEV-123', status: 'Done' }, world.context());
    await transitionIssue.run({ issue: 'DEV-123', status: 'In Review' }, world.context('R-9/1'));

    const now = await transitionIssue.preview({ issue: 'DEV-123', status: 'Done' }, world.context());

    expect([before.precondition['status'], now.precondition['status']]).toEqual(['To Do', 'In Review']);
  });

  it('takes a word of the same meaning only where one status has it', async () => {
    const closed = await transitionIssue.preview({ issue: 'DEV-123', status: 'closed' }, world.context());

    expect(closed.input['status']).toBe('Done');
    await expect(transitionIssue.preview({ issue: 'DEV-123', status: 'started' }, world.context())).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      hint: 'From there it can go to: In Progress, In Review, Done, Cancelled, Blocked',
    });
  });

  it('names where a strict workflow lets it go', async () => {
    await expect(transitionIssue.preview({ issue: 'SHOP-3', status: 'Done' }, world.context())).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: 'SHOP-3 cannot go from To Do to "Done"',
      hint: 'From there it can go to: In Progress',
    });
  });

  it('fills in the resolution that the screen insists on, and shows it', async () => {
    const preview = await transitionIssue.preview({ issue: 'SHOP-4', status: 'Done' }, world.context());

    expect(preview.diff).toContain('+ resolution: Done');
  });

  it('plans no change where it is already', async () => {
    const preview = await transitionIssue.preview({ issue: 'DEV-456', status: 'In Progress' }, world.context());
    await transitionIssue.run({ issue: 'DEV-456', status: 'In Progress' }, world.context());

    expect(preview.description).toBe('leave DEV-456 "Write the release notes" in In Progress, where it is already');
    expect(world.writes()).toEqual([]);
  });

  it('says when there is no such issue', async () => {
    await expect(transitionIssue.preview({ issue: 'DEV-9999', status: 'Done' }, world.context())).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('jira.issue.transition: run', () => {
  it('moves it, adds the comment, verifies both, and can be undone', async () => {
    const input = { issue: 'SHOP-4', status: 'Done', comment: 'Shipped.\nThanks!' };

    const output = await transitionIssue.run(input, world.context());

    expect(output).toEqual({ key: 'SHOP-4', url: `${world.site.url}/browse/SHOP-4`, from: 'In Progress', to: 'Done' });
    expect(world.site.effects).toMatchObject([{ type: 'issue-transitioned', issue: 'SHOP-4', key: 'R-1/1' }]);
    expect(await transitionIssue.verify?.(input, output, world.context())).toEqual({ ok: true, message: 'SHOP-4 is in Done' });
    expect(transitionIssue.undo?.(input, output)).toEqual({
      action: 'jira.issue.transition',
      input: { issue: 'SHOP-4', status: 'In Progress' },
    });
  });

  it('does not verify what is not so (control for the above)', async () => {
    const input = { issue: 'DEV-456', status: 'Done' };
    const output = await transitionIssue.run(input, world.context());

    const comment = await transitionIssue.verify?.({ ...input, comment: 'never added' }, output, world.context());
    await transitionIssue.run({ issue: 'DEV-456', status: 'Blocked' }, world.context('R-2/1'));
    const status = await transitionIssue.verify?.(input, output, world.context());

    expect(comment).toMatchObject({ ok: false, message: expect.stringContaining('no comment') });
    expect(status).toEqual({ ok: false, message: 'DEV-456 is in Blocked, not in Done' });
  });

  it('finds its own move after a cut, even when somebody moved the issue on', async () => {
    const input = { issue: 'DEV-456', status: 'Done' };
    world.site.faults.add({ kind: 'cut-after', method: 'POST', path: '/transitions' });

    await expect(transitionIssue.run(input, world.context())).rejects.toMatchObject({ details: { unclear: true } });
    const found = await transitionIssue.find?.(input, world.context());
    await transitionIssue.run({ issue: 'DEV-456', status: 'To Do' }, world.context('R-2/1'));
    const later = await transitionIssue.find?.(input, world.context());

    expect(found).toMatchObject({ from: 'In Progress', to: 'Done' });
    expect(later).toMatchObject({ from: 'In Progress', to: 'Done' });
  });

  it('finds nothing where the call never arrived', async () => {
    const input = { issue: 'DEV-456', status: 'Done' };
    world.site.faults.add({ kind: 'error', method: 'POST', path: '/transitions' });

    await expect(transitionIssue.run(input, world.context())).rejects.toMatchObject({
      code: 'REMOTE_UNAVAILABLE',
      details: { unclear: true },
    });

    expect(await transitionIssue.find?.(input, world.context())).toBeUndefined();
  });
});
