/** What a command costs before it does anything: the files and packages that static imports load, types left out. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { posix } from 'node:path';

export interface LightPath {
  /** Of ours, from the root of the repository. */
  files: string[];
  /** Packages, each with the file that loads it. `node:` modules are not listed. */
  packages: { name: string; from: string }[];
}

export interface Source {
  /** Text of a file, by its path from the root. */
  read: (file: string) => string;
  /** The `imports` of package.json: `#kit` → `./src/kit/index.ts`. */
  aliases: Record<string, string>;
}

/** Follows static imports from `entry`; `await import()` is what the light path is kept light with, and is not followed. */
export function lightPath(entry: string, { read, aliases }: Source): LightPath {
  const files = new Set<string>();
  const packages: LightPath['packages'] = [];
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const specifier of staticImports(read(file))) {
      const alias = aliases[specifier];
      if (specifier.startsWith('node:')) continue;
      if (specifier.startsWith('.')) open.push(posix.join(posix.dirname(file), specifier));
      else if (alias === undefined) packages.push({ name: specifier, from: file });
      else open.push(posix.normalize(alias));
    }
  }
  return { files: [...files].toSorted(), packages };
}

/** Stripping removes `import type`, so that what is left is what Node loads. */
export function staticImports(text: string): string[] {
  const code = stripTypeScriptTypes(text);
  const found: string[] = [];
  for (const match of code.matchAll(/^[ \t]*(?:import|export)\b(?:[^'"`;()]*?\bfrom)?\s*(['"])([^'"\n]+)\1/gm))
    if (match[2] !== undefined) found.push(match[2]);
  return found;
}

export function sourceOf(root: URL): Source {
  const { imports }: { imports: Record<string, string> } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  return { aliases: imports, read: (file) => readFileSync(new URL(file, root), 'utf8') };
}
