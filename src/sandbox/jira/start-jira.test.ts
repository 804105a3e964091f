import { afterEach, describe, expect, it } from 'vitest';
import { createHttp, type Http, type HttpResponse, Secret } from '#kit';
import { type SandboxJira, startJira } from './start-jira.ts';

const open: { jira: SandboxJira; http: Http }[] = [];

async function start(): Promise<{
  jira: SandboxJira;
  send: (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => Promise<HttpResponse>;
}> {
  const jira = await startJira({ clock: () => new Date('2026-11-23T12:00:00Z') });
  const authorization = new Secret(`Basic ${Buffer.from(`${jira.email}:${jira.token}`).toString('base64')}`);
  const http = createHttp({ baseUrl: jira.url, headers: { authorization }, timeoutMs: 300 });
  open.push({ jira, http });
  const signal = new AbortController().signal;
  return { jira, send: (method, path, body) => http.send({ method, path: `/rest/api/3${path}`, body, signal, retry: false }) };
}

afterEach(async () => {
  for (const { jira, http } of open.splice(0)) {
    await http.close();
    await jira.close();
  }
});

const bug = (more: object = {}) => ({ fields: { project: { key: 'DEV' }, issuetype: { name: 'Bug' }, summary: 'x', ...more } });
const search = (jql: string, more: object = {}) => ({ jql, fields: ['summary'], ...more });

async function keys(send: Awaited<ReturnType<typeof start>>['send'], jql: string): Promise<string[]> {
  const { status, json, text } = await send('POST', '/search/jql', search(jql));
  if (status !== 200) return [text];
  return (json as { issues: { key: string }[] }).issues.map(({ key }) => key); // our own server's shape, checked in test/contract
}

describe('the simulated Jira', () => {
  it('lets nobody in without the token', async () => {
    const { jira } = await start();

    const answers = [
      await fetch(`${jira.url}/rest/api/3/myself`),
      await fetch(`${jira.url}/rest/api/3/myself`, { headers: { authorization: 'Basic eA==' } }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });

  it('says per field what is wrong, and makes nothing', async () => {
    const { jira, send } = await start();

    const answer = await send(
      'POST',
      '/issue',
      bug({ summary: '', description: 'text', priority: { name: 'Huge' }, nonsense: 1, labels: ['a b'] }),
    );

    expect(answer.status).toBe(400);
    expect(Object.keys((answer.json as { errors: object }).errors).toSorted()).toEqual([
      'description',
      'labels',
      'nonsense',
      'priority',
      'summary',
    ]);
    expect(jira.effects).toEqual([]);
  });

  it('wants a parent for a sub-task', async () => {
    const { send } = await start();

    const alone = await send('POST', '/issue', bug({ issuetype: { name: 'Sub-task' } }));
    const below = await send('POST', '/issue', bug({ issuetype: { name: 'Sub-task' }, parent: { key: 'DEV-123' } }));

    expect([alone.status, below.status]).toEqual([400, 201]);
  });

  it('counts each change once, with the key that came with it', async () => {
    const { jira, send } = await start();

    await send('POST', '/issue', { ...bug(), properties: [{ key: 'devos.idem', value: { key: 'R-1/1' } }] });
    await send('POST', '/issue/DEV-123/transitions', { transition: { id: '21' }, historyMetadata: { extraData: { key: 'R-1/2' } } });
    await send('POST', '/issue/DEV-123/transitions', { transition: { id: '21' } });

    expect(jira.effects.map(({ type, issue, key }) => [type, issue, key])).toEqual([
      ['issue-created', 'DEV-458', 'R-1/1'],
      ['issue-transitioned', 'DEV-123', 'R-1/2'],
    ]);
  });

  it('keeps to the workflow and its screens', async () => {
    const { send } = await start();

    const tooFar = await send('POST', '/issue/SHOP-3/transitions', { transition: { id: '32' } });
    const noResolution = await send('POST', '/issue/SHOP-4/transitions', { transition: { id: '32' } });
    const right = await send('POST', '/issue/SHOP-4/transitions', { transition: { id: '32' }, fields: { resolution: { name: 'Done' } } });

    expect([tooFar.status, noResolution.status, right.status]).toEqual([400, 400, 204]);
    expect(noResolution.json).toEqual({ errorMessages: [], errors: { resolution: 'resolution is required.' } });
  });

  it.each([
    ['project = DEV AND assignee = currentUser() ORDER BY updated DESC', ['DEV-456', 'DEV-123']],
    ['sprint in openSprints() ORDER BY key ASC', ['DEV-123', 'DEV-124', 'DEV-456']],
    ['project = OPS AND statusCategory != Done ORDER BY key', ['OPS-7', 'OPS-9']],
    ['issuetype = Bug AND text ~ "login safari"', ['DEV-200']],
    ['labels in (login, security) ORDER BY key', ['DEV-200', 'OPS-7']],
    ['assignee is EMPTY AND project in (DEV, SHOP) ORDER BY key', ['DEV-457', 'SHOP-4']],
    ['updated >= -3h ORDER BY updated DESC', ['DEV-456', 'DEV-200']],
    ['parent = DEV-123 OR (project = SHOP AND NOT type = Bug) ORDER BY key', ['DEV-124', 'SHOP-4']],
    ['status = "In Review"', ['DEV-200']],
  ])('finds %s', async (jql, expected) => {
    const { send } = await start();

    expect(await keys(send, jql)).toEqual(expected);
  });

  it.each([
    '',
    'ORDER BY key',
    'project = NOPE',
    'status = Nope',
    'nonsense = 1',
    'project = "DEV',
    'project DEV',
    'issue.property[devos.idem].key = "x"',
    'text ~ ""',
    'updated >= soon',
    'project = DEV)',
  ])('complains about %j', async (jql) => {
    const { send } = await start();

    expect((await send('POST', '/search/jql', search(jql))).status).toBe(400);
  });

  it('gives pages by token, and ids only where no field is asked for', async () => {
    const { send } = await start();
    const jql = 'project = DEV ORDER BY key';

    const first = await send('POST', '/search/jql', search(jql, { maxResults: 4 }));
    const { nextPageToken } = first.json as { nextPageToken: string };
    const second = await send('POST', '/search/jql', search(jql, { maxResults: 4, nextPageToken }));
    const other = await send('POST', '/search/jql', search('project = OPS', { nextPageToken }));
    const bare = await send('POST', '/search/jql', { jql: 'key = DEV-123' });

    expect([(first.json as { isLast: boolean }).isLast, (second.json as { isLast: boolean }).isLast, other.status]).toEqual([
      false,
      true,
      400,
    ]);
    expect((second.json as { issues: object[] }).issues).toHaveLength(2);
    expect(Object.keys((bare.json as { issues: object[] }).issues[0] ?? {})).toEqual(['id']);
  });

  it('has no old search any more', async () => {
    const { send } = await start();

    expect((await send('GET', '/search')).status).toBe(410);
  });

  it('lags in search on request, not in reading', async () => {
    const { jira, send } = await start();
    jira.faults.lagSearch(true);

    await send('POST', '/issue', bug());
    const found = await keys(send, 'key = DEV-458');
    const read = await send('GET', '/issue/DEV-458');
    jira.faults.lagSearch(false);

    expect([found, read.status, await keys(send, 'key = DEV-458')]).toEqual([[], 200, ['DEV-458']]);
  });

  it.each([
    ['limited', 'REMOTE_LIMITED', 0],
    ['unavailable', 'REMOTE_UNAVAILABLE', 0],
    ['cut', 'REMOTE_UNAVAILABLE', 0],
    ['cut-after', 'REMOTE_UNAVAILABLE', 1],
    ['hang', 'TIMEOUT', 0],
    ['hang-after', 'TIMEOUT', 1],
  ] as const)('fails on request: %s', async (kind, code, effects) => {
    const { jira, send } = await start();
    jira.faults.add({ kind, method: 'POST', path: '/issue' });

    await expect(send('POST', '/issue', bug())).rejects.toMatchObject({ code });

    expect(jira.effects).toHaveLength(effects);
    expect((await send('POST', '/issue', bug())).status).toBe(201);
  });

  it.each([
    ['error', 500, 0],
    ['error-after', 500, 1],
    ['wrong-json', 201, 1],
    ['unauthorized', 401, 0],
    ['forbidden', 403, 0],
  ] as const)('answers wrongly on request: %s', async (kind, status, effects) => {
    const { jira, send } = await start();
    jira.faults.add({ kind });

    const answer = await send('POST', '/issue', bug());

    expect([answer.status, jira.effects.length]).toEqual([status, effects]);
  });
});
