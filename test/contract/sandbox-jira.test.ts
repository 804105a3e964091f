/** The simulated Jira against the vendor's description, in both directions. The description lies beside the repository; without it this is skipped. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { OpenAPIBackend, type Document } from 'openapi-backend';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jira as jiraIntegration } from '../../src/integrations/jira/index.ts';
import { jiraRoutes, type SandboxJira, startJira } from '../../src/sandbox/jira/index.ts';

const folder = new URL('../../../shared/specs/jira/', import.meta.url);
const full = new URL('jira-cloud-platform-v3.full.json', folder);
const subset = new URL('jira-cloud-platform-v3.devos-subset.json', folder);
const hasSpecs = existsSync(full) && existsSync(subset);
if (!hasSpecs) console.warn('SKIPPED: the vendor description of Jira is not beside the repository (../shared/specs/jira)');

/** Operations that DevOS does not use yet, so that nothing is said about them here. */
const notServed = [
  'DELETE /rest/api/3/issue/{issueIdOrKey}',
  'DELETE /rest/api/3/issue/{issueIdOrKey}/comment/{id}',
  'DELETE /rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}',
  'DELETE /rest/api/3/issue/{issueIdOrKey}/remotelink',
  'DELETE /rest/api/3/issue/{issueIdOrKey}/worklog',
  'DELETE /rest/api/3/project/{projectIdOrKey}',
  'DELETE /rest/api/3/webhook',
  'GET /rest/api/3/field',
  'GET /rest/api/3/issue/{issueIdOrKey}/comment/{id}',
  'GET /rest/api/3/issue/{issueIdOrKey}/remotelink',
  'GET /rest/api/3/issue/{issueIdOrKey}/worklog',
  'GET /rest/api/3/issueLinkType',
  'GET /rest/api/3/issuetype',
  'GET /rest/api/3/mypermissions',
  'GET /rest/api/3/permissions',
  'GET /rest/api/3/webhook',
  'POST /rest/api/3/field',
  'POST /rest/api/3/issue/bulk',
  'POST /rest/api/3/issue/{issueIdOrKey}/remotelink',
  'POST /rest/api/3/issue/{issueIdOrKey}/worklog',
  'POST /rest/api/3/issueLink',
  'POST /rest/api/3/issueLinkType',
  'POST /rest/api/3/issuetype',
  'POST /rest/api/3/jql/parse',
  'POST /rest/api/3/priority',
  'POST /rest/api/3/search/approximate-count',
  'POST /rest/api/3/webhook',
  'PUT /rest/api/3/issue/{issueIdOrKey}/assignee',
  'PUT /rest/api/3/issue/{issueIdOrKey}/comment/{id}',
  'PUT /rest/api/3/project/{projectIdOrKey}',
];

interface Content {
  content?: Record<string, unknown>;
}

type Operation = { requestBody?: Content; responses?: Record<string, Content> };

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

async function readDescription(url: URL): Promise<Document> {
  return JSON.parse(await readFile(url, 'utf8')) as Document; // the vendor's own file; openapi-backend checks it
}

function operationsOf(description: Document): Map<string, Operation> {
  const found = new Map<string, Operation>();
  for (const [path, item] of Object.entries(description.paths ?? {}))
    for (const method of methods) {
      const operation = (item as Record<string, Operation | undefined> | undefined)?.[method]; // a path item holds operations by method
      if (operation !== undefined) found.set(`${method.toUpperCase()} ${path}`, operation);
    }
  return found;
}

/** openapi-backend looks at `application/json` only; a body under any type would pass unseen. */
function copyWildcards(description: Document): number {
  let copied = 0;
  for (const { requestBody, responses } of operationsOf(description).values())
    for (const { content } of [requestBody ?? {}, ...Object.values(responses ?? {})])
      if (content?.['*/*'] !== undefined && content['application/json'] === undefined) {
        content['application/json'] = content['*/*'];
        copied += 1;
      }
  return copied;
}

const document = (text: string) => ({ type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] });

describe.runIf(hasSpecs)('the simulated Jira against the vendor description', () => {
  let jira: SandboxJira;
  let api: OpenAPIBackend;
  let described: Map<string, Operation>;

  beforeAll(async () => {
    jira = await startJira();
    const description = await readDescription(full);
    described = operationsOf(description);
    copyWildcards(description);
    // Only what is served is compiled: the whole description takes seconds.
    const served = new Set(jiraRoutes().map(({ path }) => path));
    description.paths = Object.fromEntries(Object.entries(description.paths ?? {}).filter(([path]) => served.has(path)));
    api = new OpenAPIBackend({ definition: description, quick: true, validate: true, ajvOpts: { strict: false, logger: false } });
    await api.init();
  }, 60_000);

  afterAll(() => jira.close());

  /** Sends, and validates what left and what came back. */
  async function check(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; request: unknown; response: unknown; json: unknown }> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Basic ${Buffer.from(`${jira.email}:${jira.token}`).toString('base64')}`,
      'content-type': 'application/json',
    };
    const answer = await fetch(jira.url + path, { method, headers, ...(text === undefined ? {} : { body: text }) });
    const raw = await answer.text();
    const json: unknown = raw === '' ? undefined : JSON.parse(raw);
    const [pathname = '', query = ''] = path.split('?');
    const sent = { method, path: pathname, query, headers, body };
    const operation = api.matchOperation({ method, path: pathname, query, headers, body: text });
    if (operation === undefined) throw new Error(`the description has no ${method} ${pathname}`);
    const request = api.validateRequest({ ...sent, body: text }, operation).errors ?? null;
    const response = json === undefined ? null : (api.validateResponse(json, operation, answer.status).errors ?? null);
    return { status: answer.status, request, response, json };
  }

  it('serves no route that the description does not have', () => {
    const unknown = jiraRoutes()
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => !described.has(route));

    expect(jiraRoutes().length).toBeGreaterThan(15);
    expect(unknown).toEqual([]);
  });

  it('serves every operation of the subset, or names it as not served', async () => {
    const wanted = [...operationsOf(await readDescription(subset)).keys()];
    const served = new Set(jiraRoutes().map(({ method, path }) => `${method} ${path}`));

    const silent = wanted.filter((operation) => !served.has(operation));

    expect(silent.toSorted()).toEqual(notServed.toSorted());
    console.info(
      `Jira: ${wanted.length - silent.length} of ${wanted.length} operations of the subset served; not served: ${silent.length}`,
    );
  });

  it.each([
    ['GET', '/rest/api/3/myself', 200],
    ['GET', '/rest/api/3/serverInfo', 200],
    ['GET', '/rest/api/3/project/search?maxResults=2', 200],
    ['GET', '/rest/api/3/project/DEV', 200],
    ['GET', '/rest/api/3/project/DEV/statuses', 200],
    ['GET', '/rest/api/3/issue/createmeta/DEV/issuetypes', 200],
    ['GET', '/rest/api/3/issue/createmeta/DEV/issuetypes/10103', 200],
    ['GET', '/rest/api/3/user/search?query=ana', 200],
    ['GET', '/rest/api/3/user/assignable/search?project=DEV&query=ben', 200],
    ['GET', '/rest/api/3/priority', 200],
    ['GET', '/rest/api/3/status', 200],
    ['GET', '/rest/api/3/issue/DEV-123', 200],
    ['GET', '/rest/api/3/issue/DEV-123?fields=summary,status&properties=devos.idem&expand=changelog', 200],
    ['GET', '/rest/api/3/issue/DEV-123/comment?expand=properties', 200],
    ['GET', '/rest/api/3/issue/SHOP-4/transitions?expand=transitions.fields', 200],
    ['GET', '/rest/api/3/search/jql?jql=project%20%3D%20DEV&fields=summary&maxResults=2', 200],
    ['GET', '/rest/api/3/issue/DEV-9999', 404],
    ['GET', '/rest/api/3/project/NOPE', 404],
    ['GET', '/rest/api/3/search/jql?jql=nonsense', 400],
  ])('answers %s %s in the form described', async (method, path, status) => {
    const result = await check(method, path);

    expect([result.status, result.request, result.response]).toEqual([status, null, null]);
  });

  it('takes and gives the bodies that are described, through the life of an issue', async () => {
    const properties = [{ key: 'devos.idem', value: { key: 'R-1/1' } }];
    const made = await check('POST', '/rest/api/3/issue', {
      fields: { project: { key: 'DEV' }, issuetype: { name: 'Bug' }, summary: 'x', description: document('y'), labels: ['devos'] },
      properties,
    });
    const key = String((made.json as { key: string }).key); // checked against the description in this very test
    const results = [
      made,
      await check('PUT', `/rest/api/3/issue/${key}`, { fields: { summary: 'z' } }),
      await check('POST', `/rest/api/3/issue/${key}/comment`, { body: document('done'), properties }),
      await check('POST', `/rest/api/3/issue/${key}/transitions`, {
        transition: { id: '21' },
        historyMetadata: { type: 'devos', extraData: { key: 'R-1/2' } },
      }),
      await check('PUT', `/rest/api/3/issue/${key}/properties/devos.note`, { a: 1 }),
      await check('GET', `/rest/api/3/issue/${key}/properties/devos.note`),
      await check('GET', `/rest/api/3/issue/${key}?expand=changelog`),
      await check('POST', '/rest/api/3/search/jql', { jql: `key = ${key}`, fields: ['*all'], properties: ['devos.idem'], maxResults: 10 }),
      await check('POST', '/rest/api/3/issue', { fields: { project: { key: 'NOPE' }, summary: '' } }),
    ];

    expect(results.map(({ status }) => status)).toEqual([201, 204, 201, 204, 201, 200, 200, 200, 400]);
    expect(results.flatMap(({ request, response }) => [request, response]).filter((errors) => errors !== null)).toEqual([]);
  });

  it('gets only described requests from the integration', async () => {
    const connected = await jiraIntegration.connect({
      config: { url: jira.url, email: jira.email, token: { env: 'TOKEN' } },
      environments: [],
      env: { TOKEN: jira.token },
      cwd: '/',
      clustersOf: () => Promise.resolve(undefined),
    });
    const context = {
      client: connected.client,
      signal: AbortSignal.timeout(20_000),
      clock: () => new Date(),
      cwd: '/',
      key: 'R-7/1',
      progress: () => undefined,
      output: () => undefined,
    };
    const before = jira.requests.length;
    const inputs: [string, object][] = [
      [
        'jira.issue.create',
        { summary: 'a', project: 'DEV', type: 'Bug', description: 'b', assignee: 'me', priority: 'High', labels: ['c'], parent: 'DEV-100' },
      ],
      ['jira.issue.get', { issue: 'DEV-123' }],
      ['jira.issue.transition', { issue: 'SHOP-4', status: 'Done', comment: 'd' }],
      ['jira.issues.search', { assignee: 'ana', project: 'Development', text: 'login' }],
    ];

    for (const [id, input] of inputs) {
      const action = jiraIntegration.actions.find((candidate) => candidate.id === id);
      const preview = await action?.preview(input, context);
      const output: unknown = await action?.run(preview?.input, context);
      await action?.find?.(preview?.input, context);
      expect(await action?.verify?.(preview?.input, output, context)).toMatchObject(action?.verify === undefined ? {} : { ok: true });
    }
    await jiraIntegration.names?.(connected.client, context.signal);
    await connected.close();

    const sent = jira.requests.slice(before);
    const wrong = sent.flatMap(({ method, path, body }) => {
      const [pathname = '', query = ''] = path.split('?');
      const text = body === undefined ? undefined : JSON.stringify(body);
      const request = { method, path: pathname, query, headers: { 'content-type': 'application/json' }, body: text };
      const operation = api.matchOperation(request);
      if (operation === undefined) return [`${method} ${path} is not described`];
      return (api.validateRequest(request, operation).errors ?? []).map(
        (error) => `${method} ${path}: ${error.instancePath} ${error.message}`,
      );
    });
    expect(sent.length).toBeGreaterThan(20);
    expect(sent.filter(({ status }) => status >= 400).map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.not.arrayContaining([expect.stringContaining('POST')]),
    );
    expect(wrong).toEqual([]);
  });

  it('notices a wrong answer and a wrong request (control for the above)', () => {
    const operation = api.matchOperation({ method: 'GET', path: '/rest/api/3/myself', headers: {} });
    const create = api.matchOperation({ method: 'POST', path: '/rest/api/3/issue/DEV-1/transitions', headers: {} });
    if (operation === undefined || create === undefined) throw new Error('the description has lost an operation');
    const body = JSON.stringify({ transition: '31' });

    const answer = api.validateResponse({ accountId: 7, nonsense: true }, operation, 200).errors;
    const request = api.validateRequest(
      { method: 'POST', path: '/rest/api/3/issue/DEV-1/transitions', headers: { 'content-type': 'application/json' }, body },
      create,
    ).errors;

    expect(answer?.length).toBeGreaterThan(0);
    expect(request?.length).toBeGreaterThan(0);
  });
});
