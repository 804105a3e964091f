/** One kubeconfig file: what it may hold, and where it is broken. */
import { AppError } from '#kit';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

const Cluster = z.looseObject({
  server: z.string().nullish(),
  'certificate-authority': z.string().nullish(),
  'certificate-authority-data': z.string().nullish(),
  'insecure-skip-tls-verify': z.boolean().nullish(),
  'tls-server-name': z.string().nullish(),
  'proxy-url': z.string().nullish(),
  extensions: z.array(z.looseObject({ name: z.string(), extension: z.json().nullish() })).nullish(),
});

const Exec = z.looseObject({
  apiVersion: z.string().nullish(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish(),
  interactiveMode: z.string().nullish(),
});

const User = z.looseObject({
  token: z.string().nullish(),
  tokenFile: z.string().nullish(),
  'client-certificate': z.string().nullish(),
  'client-certificate-data': z.string().nullish(),
  'client-key': z.string().nullish(),
  'client-key-data': z.string().nullish(),
  username: z.string().nullish(),
  password: z.string().nullish(),
  as: z.string().nullish(),
  'as-uid': z.string().nullish(),
  'as-groups': z.array(z.string()).nullish(),
  'as-user-extra': z.unknown().optional(),
  'auth-provider': z.unknown().optional(),
  exec: Exec.nullish(),
});

const Context = z.looseObject({ cluster: z.string().nullish(), user: z.string().nullish(), namespace: z.string().nullish() });

const KubeconfigFile = z.looseObject({
  'current-context': z.string().nullish(),
  clusters: z.array(z.looseObject({ name: z.string(), cluster: Cluster.nullish() })).nullish(),
  users: z.array(z.looseObject({ name: z.string(), user: User.nullish() })).nullish(),
  contexts: z.array(z.looseObject({ name: z.string(), context: Context.nullish() })).nullish(),
});

export type KubeconfigFile = z.infer<typeof KubeconfigFile>;
export type KubeconfigCluster = z.infer<typeof Cluster>;
export type KubeconfigUser = z.infer<typeof User>;
export type KubeconfigContext = z.infer<typeof Context>;
export type KubeconfigExec = z.infer<typeof Exec>;

/** Throws KUBECONFIG_INVALID with file and line; an empty file is an empty configuration, as for kubectl. */
export function parseKubeconfig(path: string, text: string): KubeconfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken !== undefined) throw invalid(path, lines.linePos(broken.pos[0]).line, broken.message);
  const parsed = KubeconfigFile.safeParse(plainOf(document, path) ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  // `getIn` takes indexes as numbers, and the nearest part that is there tells the line.
  const keys = (issue?.path ?? []).filter((key) => typeof key !== 'symbol');
  throw invalid(path, lineOf(document, lines, keys), `${keys.join('.')} ${issue?.message ?? 'is not valid'}`.trim());
}

/** Aliases are followed only here. */
function plainOf(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw invalid(path, 1, error instanceof Error ? error.message : String(error));
  }
}

function lineOf(document: ReturnType<typeof parseDocument>, lines: LineCounter, keys: (string | number)[]): number {
  for (let length = keys.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(keys.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return lines.linePos(Number(node.range[0])).line;
  }
  return 1;
}

function invalid(path: string, line: number, message: string): AppError {
  return new AppError(`${path}:${line}: ${message}`, {
    code: 'KUBECONFIG_INVALID',
    hint: `Mend the file. kubectl reads it too: kubectl --kubeconfig ${path} config view`,
    details: { file: path, line },
  });
}
