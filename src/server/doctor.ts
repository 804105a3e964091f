/** Health of the installation: each check with the command that mends it. */
import { statfs } from 'node:fs/promises';
import type { Audit } from '#audit';
import { type Check, type ConnectionInfo, type Origin, toAppError } from '#kit';
import type { Config } from './config.ts';
import type { ConnectionPool } from './connections.ts';

/** Less free space than this is a warning: the database and the audit log must be able to grow. */
const wantedFreeBytes = 512 * 1024 * 1024;

export interface DoctorOptions {
  connections: ConnectionPool;
  audit: Audit;
  loadConfig: (place: { cwd: string; env: Record<string, string> }) => Promise<Config>;
  /** Where the database keeps its data. */
  dataDir: string;
}

export async function readConnections(connections: ConnectionPool, origin: Origin, signal: AbortSignal): Promise<ConnectionInfo[]> {
  return Promise.all(
    connections.integrations.map(async (integration) => {
      const health = await connections.health(integration, origin, signal);
      return {
        system: integration.id,
        ok: health.ok,
        as: health.as ?? null,
        message: health.message,
        hint: health.hint ?? null,
        isSetUp: health.isSetUp !== false,
      };
    }),
  );
}

export async function runDoctor(options: DoctorOptions, origin: Origin, signal: AbortSignal): Promise<Check[]> {
  const [connections, audit, space, config] = await Promise.all([
    readConnections(options.connections, origin, signal),
    checkAudit(options.audit),
    checkSpace(options.dataDir),
    checkConfig(options, origin),
  ]);
  const systems = connections.map(({ system, ok, message, as, hint, isSetUp }): Check => ({
    name: system,
    ok,
    message: as === null ? message : `${message} as ${as}`,
    fix: hint,
    needed: isSetUp,
  }));
  return [
    { name: 'node', ok: true, message: process.version, fix: null },
    { name: 'database', ok: true, message: 'answers', fix: null },
    audit,
    space,
    config,
    ...systems,
  ];
}

async function checkAudit(audit: Audit): Promise<Check> {
  const report = await audit.verify();
  return { name: 'audit', ok: report.ok, message: report.message, fix: report.ok ? null : 'devos audit verify' };
}

async function checkSpace(dataDir: string): Promise<Check> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const ok = free >= wantedFreeBytes;
  return {
    name: 'disk',
    ok,
    message: `${Math.floor(free / 1024 ** 2)} MB free for ${dataDir}`,
    fix: ok ? null : 'Free some space, or set DEVOS_STATE_DIR to a larger disk',
  };
}

async function checkConfig(options: DoctorOptions, origin: Origin): Promise<Check> {
  try {
    const { files } = await options.loadConfig(origin);
    return { name: 'config', ok: true, message: files.length === 0 ? 'no devos.yaml; defaults' : files.join(', '), fix: null };
  } catch (error) {
    const { message, hint } = toAppError(error);
    return { name: 'config', ok: false, message, fix: hint };
  }
}
