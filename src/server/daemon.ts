/** Joins the layers into the one process that holds everything: store, audit, policy, engine, language and the socket. */
import { chmod, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { createAudit } from '#audit';
import { type CrashPoint, createEngine } from '#engine';
import { collectContext } from '#context';
import { createIntegrations } from '#integrations';
import { type AnyIntegration, AppError, redact } from '#kit';
import { ensurePrivateFolder, socketPath } from '#kit/state';
import { createLanguage, createProposer, languageActions } from '#language';
import { createPolicy } from '#policy';
import { openStore } from '#store';
import pino from 'pino';
import { describeActions } from './actions.ts';
import { catalogueOf } from './catalogue.ts';
import { loadConfig } from './config.ts';
import { createConnections } from './connections.ts';
import { createConversations } from './conversations.ts';
import { createDesk } from './desk.ts';
import { carriedNames, requestEnvironment } from './environment.ts';
import { createLlmPlanner } from './llm/llm-planner.ts';
import { createNameSource } from './names.ts';
import { createPlanner, newId } from './planner.ts';
import { createRequests } from './requests.ts';
import { createRoutes } from './routes.ts';
import { createUndoSteps } from './undo-steps.ts';

export interface DaemonOptions {
  stateDir: string;
  env: Record<string, string | undefined>;
  clock: () => Date;
  /** The registry, unless a test brings its own. */
  integrations?: AnyIntegration[];
  /** For the crash test: called at each boundary of a step. */
  crash?: (point: CrashPoint, key: string) => void;
}

type Place = { cwd: string; env: Record<string, string> };

export interface Daemon {
  socket: string;
  stop: () => Promise<void>;
}

/** Waits this long for verification, live streams and the database when it is told to stop. */
const stopTimeoutMs = 10_000;

/** Starts everything or throws a coded error: DATABASE_UNAVAILABLE, DISK_FULL, RUN_STATE where another daemon holds the folder. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { stateDir, env, clock, integrations = createIntegrations({ context: { collect: collectContext } }) } = options;
  const log = pino({
    level: env['DEVOS_LOG_LEVEL'] ?? 'info',
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: { streamWrite: redact },
  });
  const socket = socketPath(stateDir);
  await assertFree(socket);
  const databaseUrl = env['DEVOS_DATABASE_URL'];
  const store = await openStore({ stateDir, log, ...(databaseUrl === undefined || databaseUrl === '' ? {} : { databaseUrl }) });
  const audit = createAudit({ store, clock, log });
  const carried = carriedNames(integrations);
  const environment = (where: Place) => requestEnvironment(env, where.env, carried);
  const systems = integrations.map(({ id }) => id);
  const place = (where: Place) => loadConfig({ cwd: where.cwd, env: environment(where), systems });
  const connections = createConnections({ integrations, loadConfig: place, environment, clock });
  const policy = createPolicy({ profile: 'solo', clock });
  const engine = createEngine({
    store,
    audit,
    connections,
    authorize: async (plan) => policy.authorize(plan, await store.approvals.forPlan(plan.id)),
    clock,
    newId: () => newId('R'),
    log,
    executorId: 'devos-1',
    databaseUrl: store.url,
    onLeaseLost: () => process.exit(70),
    ...(options.crash === undefined ? {} : { crash: options.crash }),
  });
  await engine.start();

  const names = createNameSource({ pool: connections, loadConfig: place, clock, staleMs: 15_000, expiredMs: 600_000, timeoutMs: 5000 });
  const language = createLanguage(languageActions(catalogueOf(integrations)), createProposer());
  const conversations = createConversations({
    outcome: async (planId) => {
      const run = await store.runs.findByPlan(planId);
      if (run === undefined) return undefined;
      const { id, state, steps } = await engine.show(run.id);
      return { id, state, outputs: Object.fromEntries(steps.map((step) => [step.id, step.output])) };
    },
  });
  const undoSteps = createUndoSteps({ store, engine });
  const actions = integrations.flatMap((integration) => integration.actions);
  const llm = createLlmPlanner({ actions, audit, loadConfig: place, environment });
  const planner = createPlanner({ language, names, conversations, undoSteps, connections, policy, llm, clock });
  const desk = createDesk({ store, audit, policy, planner, engine, connections, clock });
  const infos = describeActions(integrations);
  const startedAt = clock().toISOString();
  const version = await readVersion();
  const app = createRoutes({
    desk,
    engine,
    audit,
    connections,
    dataDir: store.server?.folder ?? stateDir,
    loadConfig: place,
    requests: createRequests(carried, infos),
    actions: infos,
    health: () => ({ ok: true, version, pid: process.pid, startedAt, database: store.url, stateDir }),
    log: (fields, message) => log.error(fields, message),
  });
  // Only now that the lease is ours: a daemon that started beside us would lose the socket that it listens on.
  await rm(socket, { force: true });
  await app.listen({ path: socket });
  await chmod(socket, 0o600);
  log.info({ socket, pid: process.pid }, 'daemon ready');
  return {
    socket,
    async stop() {
      const late = setTimeout(() => process.exit(1), stopTimeoutMs);
      await app.close();
      await engine.stop();
      await connections.close();
      await store.close({ stopServer: true });
      await rm(socket, { force: true });
      clearTimeout(late);
    },
  };
}

/** A socket file that nobody listens on is left over from a crash; a living daemon keeps its own. */
async function assertFree(socket: string): Promise<void> {
  ensurePrivateFolder(dirname(socket));
  const taken = await new Promise<boolean>((resolve) => {
    const probe = connect(socket, () => resolve(true));
    probe.on('error', () => resolve(false)).on('connect', () => probe.end());
  });
  if (taken)
    throw new AppError(`A daemon already listens on ${socket}`, {
      code: 'DAEMON_UNAVAILABLE',
      hint: 'Use it, or end it with: devos daemon stop',
    });
}

async function readVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}
