/** One YAML file, checked by a schema. What is wrong with it is said with its line. */
import { readFile } from 'node:fs/promises';
import { AppError, cleanLine } from '#kit';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** Undefined where there is no such file. Throws CONFIG_INVALID naming file and line. */
export async function readConfigFile<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const at = lines.linePos(broken.pos[0]);
    throw invalidConfig(path, `${at.line}:${at.col}`, broken.message);
  }
  const parsed = schema.safeParse(toValue(path, document) ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue === undefined ? undefined : lines.linePos(offsetOf(document, issue));
  throw invalidConfig(path, String(at?.line ?? 1), `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`.trim());
}

export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new AppError(`Cannot read ${path}`, {
      code: 'CONFIG_INVALID',
      hint: `Check that it is a file that you can read: ls -l ${path}`,
      cause: error,
    });
  }
}

/** Aliases are followed only here, so that one without an anchor, or thousands of them, are found only here. */
function toValue(path: string, document: Document): unknown {
  try {
    const value: unknown = document.toJS();
    return value;
  } catch (error) {
    throw invalidConfig(path, '1', error instanceof Error ? error.message : String(error));
  }
}

/** Where in the text a person should look: at an unknown key itself, else at the nearest thing that is there. */
function offsetOf(document: Document, issue: z.core.$ZodIssue): number {
  for (let depth = issue.path.length; depth >= 0; depth -= 1) {
    const node = depth === 0 ? document.contents : document.getIn(issue.path.slice(0, depth).map(String), true);
    if (!isNode(node)) continue;
    const unknown = issue.code === 'unrecognized_keys' && isMap(node) ? issue.keys[0] : undefined;
    const key = isMap(node) ? node.items.find((pair) => isScalar(pair.key) && pair.key.value === unknown)?.key : undefined;
    return (isNode(key) ? key : node).range?.[0] ?? 0;
  }
  return 0;
}

export function invalidConfig(path: string, at: string, message: string): AppError {
  return new AppError(`${path}:${at}: ${cleanLine(message)}`, {
    code: 'CONFIG_INVALID',
    hint: 'Mend the file, then try again. Every setting is described in docs/guides/connect.md',
    details: { file: path },
  });
}
