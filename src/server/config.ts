/** `devos.yaml`: system, then user, then what a project may add. A file that cannot be understood stops the request. */
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AppError, type EnvironmentRule, type JsonObject } from '#kit';
import { z } from 'zod';
import { addLlm, type LlmConfig, PlannerFile, ProjectPlannerFile } from './llm/settings.ts';
import { readConfigFile, readText } from './read-config-file.ts';

const Environment = z.strictObject({
  name: z.string().min(1).max(63),
  production: z.boolean().default(false),
  clusters: z.array(z.string()).default([]),
  namespaces: z.array(z.string()).default([]),
});

const ConfigFile = z.strictObject({
  profile: z.enum(['solo']).optional(),
  environments: z.array(Environment).optional(),
  /** Files and folders with Backstage descriptors. */
  catalogue: z.array(z.string().min(1)).optional(),
  connections: z.record(z.string(), z.record(z.string(), z.json())).optional(),
  planner: PlannerFile.optional(),
});

/** A cloned repository must not be able to redirect a connection or loosen a rule: it may only mark production and forbid models. */
const ProjectFile = z.strictObject({
  environments: z
    .array(Environment.extend({ production: z.literal(true, 'a project file can only tighten: production must be true') }))
    .optional(),
  planner: ProjectPlannerFile.optional(),
});

export interface Config {
  profile: 'solo';
  /** Production rules first, so that the strictest match wins. */
  environments: EnvironmentRule[];
  connections: Record<string, JsonObject>;
  /** Where the service catalogue is; absolute. */
  catalogue: string[];
  llm: LlmConfig;
  /** Files that were read, lowest first. */
  files: string[];
}

export interface LoadConfigOptions {
  cwd: string;
  env: Record<string, string | undefined>;
  /** Ids of the integrations: settings for any other are refused. */
  systems?: string[];
  /** The system's own file, unless a test brings another. */
  systemFile?: string;
}

/** Reads the configuration for a working folder. Throws CONFIG_INVALID naming file and line. */
export async function loadConfig({ cwd, env, systems, systemFile = '/etc/devos/devos.yaml' }: LoadConfigOptions): Promise<Config> {
  const config: Config = { profile: 'solo', environments: [], connections: {}, catalogue: [], llm: {}, files: [] };
  const own = ownFiles(cwd, env, systemFile);
  const schema = configFile(systems);
  // All at once: every request waits for them. They count, and what is wrong with them is said, in their order.
  const project = started(findProjectFile(cwd));
  const system = own.includes(systemFile) ? undefined : started(readConfigFile(systemFile, schema));
  const files = own.map((path) => ({ path, reading: started(readConfigFile(path, schema)) }));
  // What the system forbids holds whatever DEVOS_CONFIG names.
  if ((await system)?.planner?.llm?.allowed === false) config.llm = addLlm({}, systemFile, { allowed: false });
  for (const { path, reading } of files) {
    const file = await reading;
    if (file === undefined) continue;
    config.files.push(path);
    config.environments = [...(file.environments ?? []), ...config.environments];
    config.catalogue.push(...(file.catalogue ?? []).map((one) => resolve(dirname(path), one)));
    for (const [system, settings] of Object.entries(file.connections ?? {}))
      config.connections[system] = { ...config.connections[system], ...settings };
    config.llm = addLlm(config.llm, path, file.planner?.llm);
  }
  const named = env['DEVOS_CONFIG'];
  if (named !== undefined && named !== '' && config.files.length === 0)
    throw new AppError(`DEVOS_CONFIG names ${resolve(cwd, named)}, which is not there`, {
      code: 'CONFIG_INVALID',
      hint: 'Correct the path, or take the usual files: unset DEVOS_CONFIG',
      details: { file: resolve(cwd, named) },
    });
  const projectPath = await project;
  if (projectPath !== undefined) {
    const file = await readConfigFile(projectPath, ProjectFile);
    config.files.push(projectPath);
    config.environments.push(...(file?.environments ?? []));
    config.llm = addLlm(config.llm, projectPath, file?.planner?.llm);
  }
  config.environments.sort((left, right) => Number(right.production) - Number(left.production));
  return config;
}

function configFile(systems: string[] | undefined) {
  return ConfigFile.superRefine(({ connections = {} }, context) => {
    for (const system of Object.keys(connections))
      if (systems?.includes(system) === false)
        context.addIssue({ code: 'custom', path: ['connections', system], message: `is no system; there are: ${systems.join(', ')}` });
  });
}

/** A file named by DEVOS_CONFIG stands alone, and must be there: without it, rules that it holds would silently be missing. */
function ownFiles(cwd: string, env: Record<string, string | undefined>, systemFile: string): string[] {
  if (env['DEVOS_CONFIG'] !== undefined && env['DEVOS_CONFIG'] !== '') return [resolve(cwd, env['DEVOS_CONFIG'])];
  const xdg = env['XDG_CONFIG_HOME'] ?? '';
  // XDG says that a relative path must be ignored.
  const base = isAbsolute(xdg) ? xdg : join(env['HOME'] ?? '/', '.config');
  return [systemFile, join(base, 'devos', 'devos.yaml')];
}

/** The nearest one above the working folder. */
async function findProjectFile(cwd: string): Promise<string | undefined> {
  const folders = [cwd];
  for (let folder = cwd; folder !== dirname(folder); folder = dirname(folder)) folders.push(dirname(folder));
  const candidates = folders.map((folder) => join(folder, '.devos', 'devos.yaml')).map((path) => ({ path, text: started(readText(path)) }));
  for (const { path, text } of candidates) if ((await text) !== undefined) return path;
  return undefined;
}

/** A failure is met where the result is waited for, if it ever is. */
function started<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}
