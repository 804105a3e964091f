/** Connects integrations on first use and keeps the clients: one for each system, folder and set of carried variables. */
import {
  AppError,
  type AnyIntegration,
  type Bound,
  cleanLine,
  type ClusterSource,
  type ConnectionHealth,
  type Connections,
  type JsonObject,
  type LiveNames,
  toAppError,
} from '#kit';
import { planned } from './catalogue.ts';
import type { Config } from './config.ts';

type Place = { cwd: string; env: Record<string, string> };

interface Live {
  client: unknown;
  close: () => Promise<void>;
}

export interface ConnectionPool extends Connections {
  integrations: AnyIntegration[];
  live: (integration: AnyIntegration, place: Place) => Promise<Live>;
  names: (integration: AnyIntegration, place: Place, signal: AbortSignal) => Promise<LiveNames | undefined>;
  health: (integration: AnyIntegration, place: Place, signal: AbortSignal) => Promise<ConnectionHealth>;
  close: () => Promise<void>;
}

export interface ConnectionPoolOptions {
  integrations: AnyIntegration[];
  loadConfig: (place: Place) => Promise<Config>;
  /** The daemon's environment with the request's variables; secret references are resolved in it. */
  environment: (place: Place) => Record<string, string | undefined>;
  clock: () => Date;
}

/** At most so many clients are kept; the least recently used one is closed. */
const maxLive = 64;

/** What belongs to one request happens within this time. */
const requestMs = 1000;

export function createConnections(options: ConnectionPoolOptions): ConnectionPool {
  const live = new Map<string, Promise<Live>>();
  const recent = new WeakMap<object, Map<string, { at: number; live: Promise<Live> }>>();

  /** One request binds several times; files are looked at again for the next. */
  function connect(integration: AnyIntegration, place: Place): Promise<Live> {
    const known = recent.get(place.env) ?? new Map<string, { at: number; live: Promise<Live> }>();
    recent.set(place.env, known);
    const key = `${integration.id} ${place.cwd}`;
    const last = known.get(key);
    const now = options.clock().getTime();
    if (last !== undefined && now - last.at < requestMs) return last.live;
    const made = connectFresh(integration, place);
    known.set(key, { at: now, live: made });
    made.catch(() => known.delete(key));
    return made;
  }

  async function clustersOf(system: string, place: Place): Promise<ClusterSource | undefined> {
    const source = options.integrations.find(({ id }) => id === system);
    if (source?.clusters === undefined) return undefined;
    try {
      return source.clusters((await connect(source, place)).client);
    } catch (error) {
      if (AppError.isInstance(error) && error.code === 'CONNECTION_MISSING') return undefined;
      throw error;
    }
  }

  async function connectFresh(integration: AnyIntegration, place: Place): Promise<Live> {
    const config = await options.loadConfig(place);
    checkSettings(integration, config.connections[integration.id] ?? {});
    const env = options.environment(place);
    const connectOptions = {
      config: config.connections[integration.id] ?? {},
      environments: config.environments,
      env,
      cwd: place.cwd,
      clustersOf: (system: string) => clustersOf(system, place),
    };
    const stamp = await integration.stamp?.(connectOptions);
    const key = JSON.stringify([
      integration.id,
      place.cwd,
      integration.carries.map((name) => place.env[name]),
      connectOptions.config,
      config.environments,
      stamp,
    ]);
    const known = live.get(key);
    if (known !== undefined) {
      live.delete(key);
      live.set(key, known);
      return known;
    }
    const made = integration.connect(connectOptions);
    live.set(key, made);
    made.catch(() => {
      if (live.get(key) === made) live.delete(key);
    });
    forgetOldest(live);
    return made;
  }

  return {
    integrations: options.integrations,
    live: connect,
    async bind(actionId, place): Promise<Bound> {
      const integration = options.integrations.find((candidate) => candidate.actions.some((action) => action.id === actionId));
      const action = integration?.actions.find((candidate) => candidate.id === actionId);
      if (planned.some(({ id }) => id === actionId))
        throw new AppError(`${actionId} is not available yet`, {
          code: 'ACTION_PLANNED',
          hint: 'What there is is listed by: devos actions',
        });
      if (integration === undefined || action === undefined)
        throw new AppError(`There is no action ${actionId}`, { code: 'ACTION_UNKNOWN', hint: 'List them with: devos actions' });
      const { client } = await connect(integration, place);
      return { action, client, clock: options.clock, cwd: place.cwd };
    },
    async names(integration, place, signal) {
      if (integration.names === undefined) return undefined;
      const { client } = await connect(integration, place);
      return integration.names(client, signal);
    },
    async health(integration, place, signal) {
      try {
        const { client } = await connect(integration, place);
        return await integration.health(client, signal);
      } catch (error) {
        const { message, hint, code } = toAppError(error);
        return { ok: false, message, hint, isSetUp: code !== 'CONNECTION_MISSING' && code !== 'KUBECONFIG_MISSING' };
      }
    },
    async close() {
      const open = await Promise.allSettled(live.values());
      live.clear();
      await Promise.allSettled(open.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
    },
  };
}

/** Nobody waits for it, and nobody's request fails by it: the oldest may be stuck in connecting, or fail to close. */
function forgetOldest(live: Map<string, Promise<Live>>): void {
  if (live.size <= maxLive) return;
  const [oldest] = live;
  if (oldest === undefined) return;
  live.delete(oldest[0]);
  void oldest[1].then(({ close }) => close()).catch(() => undefined);
}

/** Where nothing is set, the integration itself says what it needs. */
function checkSettings({ id, config }: AnyIntegration, settings: JsonObject): void {
  if (Object.keys(settings).length === 0) return;
  const [issue] = config.safeParse(settings).error?.issues ?? [];
  if (issue === undefined) return;
  throw new AppError(`${['connections', id, ...issue.path].join('.')}: ${cleanLine(issue.message)}`, {
    code: 'CONFIG_INVALID',
    hint: 'Every setting is described in docs/guides/connect.md; see which files are read with: devos doctor',
  });
}
