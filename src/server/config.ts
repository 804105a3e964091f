/** `devos.yaml`: system, then user, then what a project may add. A file that cannot be understood stops the request. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, type EnvironmentRule, type JsonObject } from '#kit';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

const Environment = z.strictObject({
  name: z.string().min(1).max(63),
  production: z.boolean().default(false),
  clusters: z.array(z.string()).default([]),
  namespaces: z.array(z.string()).default([]),
});

const ConfigFile = z.strictObject({
  profile: z.enum(['solo']).optional(),
  environments: z.array(Environment).optional(),
  connections: z.record(z.string(), z.record(z.string(), z.json())).optional(),
});

/** A cloned repository must not be able to redirect a connection or loosen a rule: it may only mark production. */
const ProjectFile = z.strictObject({
  environments: z
    .array(Environment.extend({ production: z.literal(true, 'a project file can only tighten: production must be true') }))
    .optional(),
});

export interface Config {
  profile: 'solo';
  /** Production rules first, so that the strictest match wins. */
  environments: EnvironmentRule[];
  connections: Record<string, JsonObject>;
  /** Files that were read, lowest first. */
  files: string[];
}

/** Reads the configuration for a working folder. Throws CONFIG_INVALID naming file and line. */
export async function loadConfig(options: { cwd: string; env: Record<string, string | undefined> }): Promise<Config> {
  const config: Config = { profile: 'solo', environments: [], connections: {}, files: [] };
  for (const path of ownFiles(options.env)) {
    const file = await readConfig(path, ConfigFile);
    if (file === undefined) continue;
    config.files.push(path);
    config.environments = [...(file.environments ?? []), ...config.environments];
    for (const [system, settings] of Object.entries(file.connections ?? {}))
      config.connections[system] = { ...config.connections[system], ...settings };
  }
  const projectPath = await findProjectFile(options.cwd);
  if (projectPath !== undefined) {
    const project = await readConfig(projectPath, ProjectFile);
    config.files.push(projectPath);
    config.environments.push(...(project?.environments ?? []));
  }
  config.environments.sort((left, right) => Number(right.production) - Number(left.production));
  return config;
}

function ownFiles(env: Record<string, string | undefined>): string[] {
  if (env['DEVOS_CONFIG'] !== undefined && env['DEVOS_CONFIG'] !== '') return [env['DEVOS_CONFIG']];
  const base = env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? '/', '.config');
  return ['/etc/devos/devos.yaml', join(base, 'devos', 'devos.yaml')];
}

async function findProjectFile(cwd: string): Promise<string | undefined> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, '.devos', 'devos.yaml');
    if ((await readText(path)) !== undefined) return path;
    if (folder === dirname(folder)) return undefined;
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new AppError(`Cannot read ${path}`, {
      code: 'CONFIG_INVALID',
      hint: `Check that the file is readable: ls -l ${path}`,
      cause: error,
    });
  }
}

async function readConfig<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const at = lines.linePos(broken.pos[0]);
    throw invalid(path, `${at.line}:${at.col}`, broken.message);
  }
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const node = issue === undefined ? undefined : document.getIn(issue.path.map(String), true);
  const range = typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? Number(node.range[0]) : 0;
  throw invalid(path, String(lines.linePos(range).line), `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`.trim());
}

function invalid(path: string, at: string, message: string): AppError {
  return new AppError(`${path}:${at}: ${message}`, {
    code: 'CONFIG_INVALID',
    hint: `Mend the file, then try again. Every setting is described in docs/guides/connect.md`,
    details: { file: path },
  });
}
