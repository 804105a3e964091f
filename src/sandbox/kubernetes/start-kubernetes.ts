/** The simulated Kubernetes API as an https server on loopback. */
import { createServer } from 'node:https';
import { AppError } from '#kit/errors';
import { type Certificate, issueCertificate } from './certificates.ts';
import { createControllers } from './controllers/start-controllers.ts';
import { createFaults, type Faults } from './faults.ts';
import type { JsonObject } from './json.ts';
import { kindNamed } from './kinds.ts';
import { kubeconfigFor, type SandboxUser } from './kubeconfig.ts';
import { ObjectStore, type Saved } from './object-store.ts';
import { asObject, change } from './operations.ts';
import { mergePatch } from './patch.ts';
import { seedCluster } from './seed.ts';
import { company } from './seed-workloads.ts';
import { type Desk, type KubernetesEffect, type KubernetesRequest, serve } from './server.ts';
import { serveUpgrade } from './streams/upgrade.ts';
import type { Tokens } from './access.ts';

export interface SandboxKubernetes {
  url: string;
  /** PEM of the authority that signed the server's certificate. */
  ca: string;
  tokens: Tokens;
  /** YAML text for one of the users; the default namespace is `shop`. */
  kubeconfig: (user: SandboxUser) => string;
  /** In the order they came. */
  requests: KubernetesRequest[];
  effects: KubernetesEffect[];
  faults: Faults;
  /** Reads an object behind everybody's back. */
  find: (kind: string, namespace: string, name: string) => JsonObject | undefined;
  /** All of a kind, behind everybody's back. */
  list: (kind: string) => JsonObject[];
  /** Changes an object behind everybody's back, by a merge patch; it counts as nobody's effect. */
  patch: (kind: string, namespace: string, name: string, change: JsonObject) => JsonObject;
  /** Ends every watch that starts from an earlier version with 410. */
  expireWatches: () => void;
  save: () => SavedCluster;
  /** Calls back after every change, whoever made it; gives a function that stops it. */
  onChange: (listener: () => void) => () => void;
  close: () => Promise<void>;
}

/** What a restart needs, so that kubeconfigs stay good. */
export interface SavedCluster {
  objects: Saved;
  tokens: Tokens;
  authority: Certificate;
}

export interface StartKubernetesOptions {
  /** A free one unless given. */
  port?: number;
  saved?: SavedCluster;
  /** `empty`: nodes and the namespaces every cluster has; `branch`: a small office; the simulated company unless given. */
  seed?: 'company' | 'branch' | 'empty';
  /** Ids of `brokenWorkloads`: they are broken since half an hour. Ignored where `saved` is given. */
  broken?: readonly string[];
  /** From scheduled to ready; 300 ms unless given. */
  podStartMs?: number;
  podEndMs?: number;
  /** False: metrics.k8s.io is absent, as where nobody has installed metrics-server. */
  metrics?: boolean;
  clock?: () => Date;
}

const authorityName = 'DevOS sandbox';

/** Throws PORT_UNAVAILABLE where the port is taken. */
export async function startKubernetes(options: StartKubernetesOptions = {}): Promise<SandboxKubernetes> {
  const { saved } = options;
  const clock = options.clock ?? (() => new Date());
  const now = clock();
  const store = new ObjectStore(clock);
  const controllers = createControllers(store, { times: { startMs: options.podStartMs ?? 300, endMs: options.podEndMs ?? 100 }, company });
  if (saved === undefined) seedCluster(store, controllers, { clock, seed: options.seed ?? 'company', broken: options.broken ?? [] });
  else store.import(saved.objects);
  const tokens: Tokens = saved?.tokens ?? {
    admin: 'sandbox-admin-token',
    viewer: 'sandbox-viewer-token',
    expired: 'sandbox-expired-token',
  };
  const authority = saved?.authority ?? issueCertificate({ name: authorityName, use: 'authority', now });
  const issuer = { ...authority, name: authorityName };
  const own = issueCertificate({ name: '127.0.0.1', use: 'server', now }, issuer);
  const client = issueCertificate({ name: 'admin', groups: ['system:masters'], use: 'client', now }, issuer);
  const desk: Desk = {
    store,
    tokens,
    faults: createFaults(),
    requests: [],
    effects: [],
    metrics: options.metrics !== false,
    upgraded: new Set(),
  };
  const server = createServer(
    { cert: own.cert, key: own.key, ca: authority.cert, requestCert: true, rejectUnauthorized: false },
    (request, response) => void serve(desk, request, response),
  );
  server.on('upgrade', (request, socket, head) => void serveUpgrade(desk, request, socket, head));
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, options.port ?? 0).catch((error: unknown) => {
    controllers.stop();
    throw error;
  });
  controllers.start();
  const url = `https://127.0.0.1:${port}`;
  return {
    url,
    ca: authority.cert,
    tokens,
    kubeconfig: (user) => kubeconfigFor({ url, ca: authority.cert, tokens, client }, user),
    requests: desk.requests,
    effects: desk.effects,
    faults: desk.faults,
    find: (kind, namespace, name) => store.find(store.kinds().find((one) => one.kind === kind) ?? kindNamed(kind), namespace, name),
    list: (kind) => store.list(kindNamed(kind)),
    patch(kind, namespace, name, patch) {
      const make = (live: JsonObject) => asObject(mergePatch(live, patch));
      const options = { dryRun: false, manager: 'somebody-else', fieldValidation: 'Strict' };
      return change(store, kindNamed(kind), namespace, name, make, options).object;
    },
    expireWatches: () => store.expire(),
    onChange: (listener) => store.listen(listener),
    save: () => ({ objects: store.export(), tokens, authority }),
    async close() {
      controllers.stop();
      server.closeAllConnections();
      for (const socket of desk.upgraded) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new AppError(`The sandbox cannot listen on port ${port}: ${error.message}`, {
          code: 'PORT_UNAVAILABLE',
          hint: 'Leave the port out, and a free one is taken; or end what uses it: ss -ltnp',
          cause: error,
        }),
      ),
    );
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
