/** The HTTP API on the unix socket; the routes are listed in kit/api.ts. */
import type { Audit } from '#audit';
import type { Engine } from '#engine';
import { AppError, type ActionInfo, cleanLine, type DoFrame, type Health, toAppError } from '#kit';
import { renderPlan } from '#plan';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Desk } from './desk.ts';
import { readConnections, runDoctor, type DoctorOptions } from './doctor.ts';
import type { Requests } from './requests.ts';

export interface RoutesOptions extends DoctorOptions {
  desk: Desk;
  engine: Engine;
  audit: Audit;
  requests: Requests;
  actions: ActionInfo[];
  health: () => Health;
  log: (fields: Record<string, unknown>, message: string) => void;
}

/** Larger than any sentence that is accepted, so that a too long one gets a proper answer instead of a cut connection. */
const bodyLimitBytes = 4 * 1024 * 1024;

export function createRoutes(options: RoutesOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: bodyLimitBytes,
    logger: false,
    forceCloseConnections: true,
    // An address that the router itself cannot read never reaches the handlers below.
    frameworkErrors: (_error, request, reply) => {
      const error = new AppError('The address cannot be understood', {
        code: 'USAGE',
        hint: `Look at it: ${request.raw.url?.slice(0, 200)}`,
      });
      const body = JSON.stringify({ schemaVersion: 1, error: error.toBody() });
      reply.hijack();
      reply.raw.writeHead(error.httpStatus, { 'content-type': 'application/json; charset=utf-8' }).end(body);
    },
  });
  app.addHook('onRequest', async (request) => {
    if (/%00/.test(request.url)) throw new AppError('The address holds a zero byte', { code: 'USAGE', hint: 'See docs/reference/http.md' });
  });
  app.setErrorHandler((error, request, reply) => {
    // The rest of a refused body is read and thrown away: a connection that closes under a sender loses it the answer.
    reply.removeHeader('connection');
    request.raw.resume();
    const known = bodyError(error) ?? toAppError(error);
    if (known.code === 'INTERNAL') options.log({ error }, 'request failed');
    return reply.status(known.httpStatus).send({ schemaVersion: 1, error: known.toBody() });
  });
  app.setNotFoundHandler((request, reply) => {
    const error = new AppError(`There is no ${request.method} ${request.url}`, { code: 'NOT_FOUND', hint: 'See docs/reference/http.md' });
    return reply.status(404).send({ schemaVersion: 1, error: error.toBody() });
  });
  addPlans(app, options);
  addRuns(app, options);
  addRest(app, options);
  return app;
}

function bodyError(error: unknown): AppError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new AppError('The request is too large', { code: 'INPUT_TOO_LARGE', hint: 'A sentence has at most 4,000 characters.' });
  if (typeof code === 'string' && code.startsWith('FST_ERR_CTP'))
    return new AppError('The request body is not JSON', { code: 'USAGE', hint: 'Send application/json; see docs/reference/http.md' });
  return undefined;
}

/** Aborts when the client goes away before its answer is complete. */
function whileConnected(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

type WithId = FastifyRequest<{ Params: { id: string } }>;

function addPlans(app: FastifyInstance, { desk, requests }: RoutesOptions): void {
  app.post('/v1/do', async (request, reply) => {
    const asked = requests.do(request.body);
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const send = (frame: DoFrame): void => void reply.raw.write(`${JSON.stringify(frame)}\n`);
    try {
      const result = await desk.do(asked, whileConnected(reply), send);
      reply.raw.end(`${JSON.stringify({ type: 'result', result } satisfies DoFrame)}\n`);
    } catch (error) {
      reply.raw.end(`${JSON.stringify({ type: 'error', error: toAppError(error).toBody() } satisfies DoFrame)}\n`);
    }
  });
  app.post('/v1/plans', (request, reply) => desk.plan(requests.do(request.body), whileConnected(reply)));
  app.post('/v1/explain', (request) => desk.explain(requests.do(request.body)));
  app.get('/v1/plans/:id', (request: WithId) => desk.findPlan(request.params.id));
  app.get('/v1/plans/:id/text', async (request: WithId, reply) =>
    reply.type('text/plain; charset=utf-8').send(renderPlan(await desk.findPlan(request.params.id))),
  );
  app.post('/v1/plans/:id/approve', (request: WithId) => desk.approve(request.params.id, requests.approve(request.body)));
  app.post('/v1/plans/:id/deny', (request: WithId) => desk.deny(request.params.id, requests.deny(request.body)));
}

function addRuns(app: FastifyInstance, { desk, engine, requests }: RoutesOptions): void {
  app.post('/v1/runs', (request) => {
    const { planId, origin } = requests.start(request.body);
    return desk.start(planId, origin);
  });
  app.get('/v1/runs', (request) => engine.list(wholeNumber(parameter(request, 'limit'), 20, 1000)));
  app.get('/v1/runs/:id', (request: WithId) => engine.show(request.params.id));
  app.get('/v1/runs/:id/text', async (request: WithId, reply) =>
    reply.type('text/plain; charset=utf-8').send(await desk.outputText(request.params.id)),
  );
  app.get('/v1/runs/:id/events', async (request: WithId, reply) => {
    const after = wholeNumber(parameter(request, 'after'), 0, Number.MAX_SAFE_INTEGER);
    await engine.show(request.params.id);
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const signal = whileConnected(reply);
    try {
      for await (const event of engine.events(request.params.id, after, signal)) reply.raw.write(`${JSON.stringify(event)}\n`);
    } finally {
      reply.raw.end();
    }
  });
  app.post('/v1/runs/:id/cancel', (request: WithId) => engine.cancel(request.params.id, requests.who));
  app.post('/v1/runs/:id/resume', (request: WithId) => engine.resume(request.params.id, requests.who));
  app.post('/v1/runs/:id/undo', (request: WithId, reply) =>
    desk.undo(request.params.id, requests.originated(request.body).origin, whileConnected(reply)),
  );
}

function addRest(app: FastifyInstance, options: RoutesOptions): void {
  app.get('/v1/health', () => options.health());
  app.get('/v1/actions', () => options.actions);
  app.get('/v1/actions/:id', (request: WithId) => {
    const found = options.actions.find(({ id }) => id === request.params.id);
    if (found !== undefined) return found;
    throw new AppError(`There is no action ${cleanLine(request.params.id)}`, {
      code: 'ACTION_UNKNOWN',
      hint: 'They are listed by: devos actions',
    });
  });
  app.post('/v1/connections', (request, reply) =>
    readConnections(options.connections, options.requests.originated(request.body).origin, whileConnected(reply)),
  );
  app.post('/v1/doctor', (request, reply) => runDoctor(options, options.requests.originated(request.body).origin, whileConnected(reply)));
  app.get('/v1/audit', (request) => {
    const [limit, run, after] = [parameter(request, 'limit'), parameter(request, 'run'), parameter(request, 'after')];
    return options.audit.list({
      limit: wholeNumber(limit, 50, 10_000),
      ...(run === undefined ? {} : { run }),
      ...(after === undefined ? {} : { after: wholeNumber(after, 0, Number.MAX_SAFE_INTEGER) }),
    });
  });
  app.post('/v1/audit/verify', () => options.audit.verify());
}

/** Of the query; the same name twice would be a list. */
function parameter({ query }: FastifyRequest, name: string): string | undefined {
  const value: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, name) : undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new AppError(`${name} is there more than once`, { code: 'USAGE', hint: 'See docs/reference/http.md' });
}

function wholeNumber(text: string | undefined, otherwise: number, max: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new AppError(`${text} is not a whole number from 0 to ${max}`, { code: 'USAGE', hint: 'See docs/reference/http.md' });
  return value;
}
