import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { inputMeta } from '#kit';
import { options, startWorld, type World } from './__fixtures__/world.ts';
import { documentText, toDocument } from './document.ts';
import { jira } from './index.ts';
import { buildJql } from './jql.ts';

const open: World[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(more = {}): Promise<World> {
  const world = await startWorld(more);
  open.push(world);
  return world;
}

describe('connecting to Jira', () => {
  const token = { env: 'TOKEN' };
  const env = { TOKEN: 's3cret' };

  it('says what to write where nothing is configured', async () => {
    await expect(jira.connect(options({}))).rejects.toMatchObject({
      code: 'CONNECTION_MISSING',
      hint: expect.stringMatching(/^Add to ~\/\.config\/devos\/devos\.yaml: connections: \{ jira: \{ url: /),
    });
  });

  it.each([
    ['a token as a value', { url: 'https://x.example', email: 'me@x.example', token: 's3cret' }, 'never a value'],
    ['an unknown setting', { url: 'https://x.example', email: 'me@x.example', token, nonsense: 1 }, 'nonsense'],
    ['no address', { email: 'me@x.example', token }, 'url'],
    ['another protocol', { url: 'file:///etc/passwd', email: 'me@x.example', token }, 'url'],
    ['plain HTTP to another machine', { url: 'http://x.example', email: 'me@x.example', token }, 'unprotected'],
    ['a variable that is not set', { url: 'https://x.example', email: 'me@x.example', token: { env: 'NOBODY' } }, 'NOBODY'],
  ])('refuses %s, without repeating the secret', async (_what, config, said) => {
    const thrown: unknown = await jira.connect(options(config, env)).catch((error: unknown) => error);

    expect(thrown).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(said) });
    expect(JSON.stringify(thrown)).not.toContain('s3cret');
  });

  it('is healthy with the right token, and says what to do with a wrong one', async () => {
    const world = await start();
    const wrong = await jira.connect(options({ url: world.site.url, email: world.site.email, token }, env));

    const health = await jira.health(world.client, world.context().signal);

    expect(health).toEqual({ ok: true, as: 'Dana Reyes <dana.reyes@shop.example>', message: `Jira at ${world.client.host}` });
    await expect(jira.health(wrong.client, world.context().signal)).rejects.toMatchObject({ code: 'AUTH_FAILED' });
    await wrong.close();
  });

  it('asks again who it is after a failure', async () => {
    const world = await start();
    world.site.faults.add({ kind: 'unauthorized' });

    await expect(jira.health(world.client, world.context().signal)).rejects.toMatchObject({ code: 'AUTH_FAILED' });

    expect((await jira.health(world.client, world.context().signal)).ok).toBe(true);
  });

  it('offers projects by key and by name', async () => {
    const world = await start();

    const live = await jira.names?.(world.client, world.context().signal);

    expect(live?.names.map(({ of, name }) => `${of} ${name}`)).toContain('project Web Shop');
    expect(live?.names).toHaveLength(6);
  });

  it('connects anew when the file of the token changes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'devos-jira-'));
    folders.push(folder);
    const path = join(folder, 'token');
    writeFileSync(path, 'one', { mode: 0o600 });
    const config = { url: 'https://x.example', email: 'me@x.example', token: { file: path } };

    const before = await jira.stamp?.(options(config));
    writeFileSync(path, 'two');
    utimesSync(path, 1, 1);

    expect(await jira.stamp?.(options(config))).not.toBe(before);
  });
});

describe('declarations', () => {
  it('have the names and inputs of the catalogue, described, with a question or a reason to have none', () => {
    const inputs = Object.fromEntries(jira.actions.map(({ id, input }) => [id, Object.keys(inputMeta(input)).toSorted()]));

    expect(inputs).toEqual({
      'jira.issue.create': ['assignee', 'description', 'labels', 'parent', 'priority', 'project', 'summary', 'type'],
      'jira.issue.get': ['issue'],
      'jira.issue.transition': ['comment', 'issue', 'status'],
      'jira.issues.search': ['assignee', 'jql', 'parent', 'project', 'reporter', 'sprint', 'status', 'text', 'type', 'updatedSince'],
    });
  });
});

describe('buildJql', () => {
  it('quotes every value, so that none can add to the query', () => {
    const { jql } = buildJql({ project: 'A" OR project = "B', assignee: 'x\\" OR 1 = 1', status: 'a\\' });

    expect(jql).toBe('project = "A\\" OR project = \\"B" AND status = "a\\\\" AND assignee = "x\\\\\\" OR 1 = 1" ORDER BY updated DESC');
  });

  it('keeps a given query together and its order, wherever "order by" stands in quotes', () => {
    const { jql } = buildJql({ jql: 'summary ~ "order by" OR type = Bug order by key', project: 'OPS' });

    expect(jql).toBe('(summary ~ "order by" OR type = Bug) AND project = "OPS" order by key');
  });

  it.each([
    ['P7D', '-7d'],
    ['PT90S', '-2m'],
    ['P1DT2H', '-1560m'],
    ['PT0S', '-1m'],
  ])('counts %s back as %s', (updatedSince, expected) => {
    expect(buildJql({ updatedSince }).jql).toContain(`updated >= ${expected} `);
  });
});

describe('documents', () => {
  it('hold paragraphs and line breaks, and give them back', () => {
    const text = 'One\ntwo\n\nThree';

    expect(documentText(toDocument(text))).toBe('One\ntwo\nThree');
    expect(toDocument(text)).toMatchObject({ type: 'doc', version: 1, content: [{ type: 'paragraph' }, { type: 'paragraph' }] });
  });

  it('give the text of what people write in Jira, cleaned', () => {
    const item = (text: string) => ({ type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] });
    const mention = { type: 'mention', attrs: { id: '1', text: '@Ana' } };
    const document = {
      type: 'doc',
      version: 1,
      content: [
        { type: 'bulletList', content: [item('a\u202e\u001b[31m'), item('b')] },
        { type: 'paragraph', content: [mention] },
      ],
    };

    expect(documentText(document)).toBe('- a\n- b\n@Ana');
    expect([documentText(null), documentText('old text'), documentText({ type: 7 })]).toEqual(['', 'old text', '']);
  });

  it('do not overflow on a document nested without end', () => {
    let document: object = { type: 'text', text: 'deep' };
    for (let depth = 0; depth < 10_000; depth += 1) document = { type: 'paragraph', content: [document] };

    expect(documentText(document)).toBe('');
  });
});
