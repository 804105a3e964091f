import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../__fixtures__/world.ts';
import { searchIssues } from './search-issues.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const keys = async (input: Parameters<typeof searchIssues.run>[0]) =>
  (await searchIssues.run(input, world.context())).issues.map(({ key }) => key);

describe('jira.issues.search', () => {
  it.each([
    [{ assignee: 'me' }, ['DEV-456', 'DEV-123', 'OPS-7', 'OPS-12']],
    [{ assignee: 'me', status: 'open', project: 'ops' }, ['OPS-7']],
    [{ assignee: 'tomasz' }, ['DEV-200']],
    [{ assignee: 'unassigned', project: 'Web Shop' }, ['SHOP-4']],
    [{ reporter: 'ana.silva@shop.example', type: 'Epic' }, ['DEV-100']],
    [{ status: 'In Review' }, ['DEV-200']],
    [{ sprint: 'active', type: 'Sub-task' }, ['DEV-124']],
    [{ sprint: 'Sprint 41' }, ['DEV-457']],
    [{ parent: 'dev-123' }, ['DEV-124']],
    [{ text: 'safari login!' }, ['DEV-200']],
    [{ text: 'security' }, ['OPS-7']],
    [{ updatedSince: 'PT3H' }, ['DEV-456', 'DEV-200']],
    [{ jql: 'project = SHOP OR project = OPS ORDER BY key ASC', type: 'Bug' }, ['OPS-9', 'SHOP-3']],
  ] as const)('finds %j', async (input, expected) => {
    expect(await keys(input)).toEqual(expected);
  });

  it('shows the query, as whom, and what it narrows by itself', async () => {
    const mine = await searchIssues.preview({ assignee: 'me', project: 'dev' }, world.context());
    const all = await searchIssues.preview({}, world.context());

    expect(mine).toMatchObject({
      input: { assignee: 'me', project: 'DEV' },
      as: 'Dana Reyes <dana.reyes@shop.example>',
      description: 'search issues: project = "DEV" AND assignee = currentUser() ORDER BY updated DESC',
    });
    expect(all.description).toContain('of the last 30 days');
  });

  it('reads all pages and prints a table', async () => {
    const output = await searchIssues.run({ project: 'DEV', jql: 'labels is EMPTY ORDER BY key' }, world.context());

    const rendered = searchIssues.render?.(output, {});

    expect(rendered?.table?.columns).toEqual(['KEY', 'TYPE', 'STATUS', 'PRIORITY', 'ASSIGNEE', 'UPDATED', 'SUMMARY']);
    expect(rendered?.table?.rows[4]).toEqual(['DEV-457', 'Task', 'Blocked', 'Medium', '-', '2026-11-19 18:00', 'Upgrade the payment SDK']);
    expect(output.more).toBe(false);
  });

  it('says when nothing is found', async () => {
    const output = await searchIssues.run({ text: 'nothing like this' }, world.context());

    expect(searchIssues.render?.(output, {}).text).toBe('No issues found.');
  });

  it.each([
    [{ project: 'NOPE' }, 'NOT_FOUND'],
    [{ assignee: 'zoe' }, 'NOT_FOUND'],
    [{ status: 'Nope' }, 'INPUT_INVALID'],
    [{ jql: 'nonsense' }, 'INPUT_INVALID'],
    [{ jql: 'project = OPS) OR (project = DEV' }, 'INPUT_INVALID'],
    [{ text: '"*"' }, 'INPUT_INVALID'],
  ] as const)('refuses %j', async (input, code) => {
    await expect(searchIssues.run(input, world.context())).rejects.toMatchObject({ code });
  });

  it('asks again after a rate limit, because a search is a read', async () => {
    world.site.faults.add({ kind: 'limited', path: '/search/jql', retryAfterSeconds: 0 });

    expect(await keys({ status: 'In Review' })).toEqual(['DEV-200']);
  });
});
