import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../__fixtures__/world.ts';
import { documentText } from '../document.ts';
import { createIssue } from './create-issue.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld({ project: 'OPS' });
});
afterEach(() => world.close());

const summary = 'Login fails';

async function made(input: Parameters<typeof createIssue.run>[0], key = 'R-1/1') {
  const preview = await createIssue.preview(input, world.context(key));
  return createIssue.input.parse(preview.input);
}

describe('jira.issue.create: preview', () => {
  it('shows every field, the site, as whom, and how it is undone, and writes nothing', async () => {
    const preview = await createIssue.preview(
      {
        summary,
        type: 'Bug',
        project: 'dev',
        description: 'First.\nSecond.',
        priority: 'high',
        assignee: 'ben',
        labels: ['login'],
        parent: 'DEV-100',
      },
      world.context(),
    );

    expect(preview.diff).toEqual([
      '+ project: DEV (Development)',
      '+ type: Bug',
      '+ summary: Login fails',
      '+ description: First.',
      '+   Second.',
      '+ priority: High',
      '+ assignee: Ben Okafor <ben.okafor@shop.example>',
      '+ labels: login, devos',
      '+ parent: DEV-100 "Passwordless login"',
    ]);
    expect(preview).toMatchObject({
      where: `Jira ${world.client.host}, project DEV`,
      as: 'Dana Reyes <dana.reyes@shop.example>',
      description: 'create Bug "Login fails" in DEV',
      undo: 'it is moved to Cancelled, where its workflow lets it; Jira issues are not deleted',
    });
    expect(world.writes()).toEqual([]);
  });

  it('gives the same answer for what it has resolved, so that a plan can be checked again', async () => {
    const first = await createIssue.preview({ summary, project: 'web shop', assignee: 'me', priority: 'low' }, world.context());

    const again = await createIssue.preview(createIssue.input.parse(first.input), world.context());

    expect(again).toEqual(first);
    expect(first.input).toEqual({ summary, type: 'Task', project: 'SHOP', assignee: '5f0000000000000000000001', priority: 'Low' });
  });

  it('takes the configured project and a task where nothing is said, a sub-task under an issue', async () => {
    expect((await made({ summary })).project).toBe('OPS');
    expect(await made({ summary, parent: 'DEV-123' })).toMatchObject({ type: 'Sub-task', project: 'DEV', parent: 'DEV-123' });
    expect(await made({ summary, parent: 'DEV-100' })).toMatchObject({ type: 'Task', project: 'DEV' });
  });

  it.each([
    ['a project that is not there', { project: 'NOPE' }, 'NOT_FOUND', 'OPS (Operations)'],
    ['a type that the project does not have', { project: 'SHOP', type: 'Epic' }, 'INPUT_INVALID', 'Bug'],
    ['a priority that the site does not have', { priority: 'P1' }, 'INPUT_INVALID', 'Highest'],
    ['a person whom nobody knows', { assignee: 'Zoe' }, 'NOT_FOUND', 'full name'],
    ['a parent that is not there', { parent: 'DEV-9999' }, 'NOT_FOUND', 'parent'],
    ['a sub-task without a parent', { type: 'Sub-task' }, 'NEEDS_ANSWER', 'under'],
  ] as const)('refuses %s and says what there is', async (_what, more, code, hint) => {
    await expect(createIssue.preview({ summary, ...more }, world.context())).rejects.toMatchObject({
      code,
      hint: expect.stringContaining(hint),
    });
    expect(world.writes()).toEqual([]);
  });
});

describe('jira.issue.create: run', () => {
  it('makes the issue as it was shown, verifies it, and says how it is undone', async () => {
    const input = await made({ summary, type: 'Bug', project: 'DEV', description: 'It fails.', assignee: 'me', labels: ['login'] });

    const output = await createIssue.run(input, world.context());

    const issue = await world.client.findIssue(output.key, { fields: ['*all'], properties: ['*all'] }, world.context().signal);
    expect(output).toMatchObject({ key: 'DEV-458', url: `${world.site.url}/browse/DEV-458`, undoStatus: 'Cancelled' });
    expect(documentText(issue?.fields.description)).toBe('It fails.');
    expect(issue?.fields).toMatchObject({
      summary,
      labels: ['login', 'devos'],
      assignee: { displayName: 'Dana Reyes' },
    });
    expect(issue?.properties).toEqual({ 'devos.idem': { key: 'R-1/1' } });
    expect(await createIssue.verify?.(input, output, world.context())).toEqual({ ok: true, message: 'DEV-458 is there, in To Do' });
    expect(createIssue.undo?.(input, output)).toEqual({
      action: 'jira.issue.transition',
      input: { issue: 'DEV-458', status: 'Cancelled' },
    });
  });

  it('does not verify an issue that is gone or says something else (control for the above)', async () => {
    const input = await made({ summary });
    const output = await createIssue.run(input, world.context());

    const gone = await createIssue.verify?.(input, { ...output, key: 'OPS-999' }, world.context());
    const other = await createIssue.verify?.({ ...input, summary: 'Another' }, output, world.context());

    expect([gone?.ok, other?.ok]).toEqual([false, false]);
  });

  it('says when it cannot be undone', () => {
    expect(() => createIssue.undo?.({ summary }, { key: 'A-1', id: '1', url: '', summary, undoStatus: null })).toThrow('no end');
  });
});

describe('jira.issue.create: when the answer does not come', () => {
  it.each([
    ['cut-after', 'REMOTE_UNAVAILABLE'],
    ['error-after', 'REMOTE_UNAVAILABLE'],
    ['wrong-json', 'REMOTE_REJECTED'],
  ] as const)('says that it is unclear after %s, and finds the issue that was made', async (kind, code) => {
    const input = await made({ summary });
    world.site.faults.add({ kind, method: 'POST', path: '/issue' });

    await expect(createIssue.run(input, world.context())).rejects.toMatchObject({ code, details: { unclear: true } });
    const found = await createIssue.find?.(input, world.context());

    expect(found).toMatchObject({ key: 'OPS-13', undoStatus: 'Cancelled' });
    expect(world.site.effects).toHaveLength(1);
  });

  it('finds it while search still lags', async () => {
    const input = await made({ summary });
    world.site.faults.lagSearch(true);
    world.site.faults.add({ kind: 'cut-after', method: 'POST', path: '/issue' });

    await expect(createIssue.run(input, world.context())).rejects.toMatchObject({ details: { unclear: true } });

    expect(await createIssue.find?.(input, world.context())).toMatchObject({ key: 'OPS-13' });
  });

  it('finds nothing where nothing was made, and takes no other issue for it', async () => {
    const input = await made({ summary });
    await createIssue.run(input, world.context('R-2/1'));
    world.site.faults.add({ kind: 'cut', method: 'POST', path: '/issue' });

    await expect(createIssue.run(input, world.context())).rejects.toMatchObject({ code: 'REMOTE_UNAVAILABLE' });

    expect(await createIssue.find?.(input, world.context())).toBeUndefined();
    expect(await createIssue.find?.(input, world.context('R-2/1'))).toMatchObject({ key: 'OPS-13' });
  });

  it.each([
    ['limited', 'REMOTE_LIMITED', false],
    ['unauthorized', 'AUTH_FAILED', false],
    ['forbidden', 'FORBIDDEN', false],
  ] as const)('knows that nothing was made after %s', async (kind, code, unclear) => {
    const input = await made({ summary });
    world.site.faults.add({ kind, method: 'POST', path: '/issue' });

    await expect(createIssue.run(input, world.context())).rejects.toMatchObject({ code, details: { unclear } });

    expect(world.site.effects).toEqual([]);
  });
});
