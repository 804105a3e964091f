/** What lint cannot see file by file: the light path of the command line, and what the docs say about layers and packages. Exit 1 on a finding. */
import { readdirSync, readFileSync } from 'node:fs';
import { importTable, layers } from './lint/imports.ts';
import { lightPath, sourceOf } from './lint/light-path.ts';

const root = new URL('../', import.meta.url);
const problems: string[] = [];

const light = lightPath('src/cli/main.ts', sourceOf(root));
for (const { name, from } of light.packages)
  problems.push(`${from} loads ${name} on every call; load it with await import() where it is needed`);

for (const entry of readdirSync(new URL('src/', root), { withFileTypes: true }))
  if (entry.isDirectory() && layers[entry.name] === undefined)
    problems.push(`src/${entry.name} is not in the list of tools/lint/imports.ts`);

if (!readFileSync(new URL('docs/architecture.md', root), 'utf8').includes(importTable()))
  problems.push(`The table in docs/architecture.md differs from tools/lint/imports.ts. It should be:\n\n${importTable()}\n`);

const {
  dependencies,
  peerDependencies,
}: Record<'dependencies' | 'peerDependencies', Record<string, string>> = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const listed = readFileSync(new URL('docs/dependencies.md', root), 'utf8');
for (const name of Object.keys({ ...dependencies, ...peerDependencies }))
  if (!listed.includes(`| \`${name}\` |`))
    problems.push(`docs/dependencies.md has no line for ${name}: why, size, licence, what we would do without it`);

for (const problem of problems) console.log(problem);
console.log(`light path: ${light.files.length} files of ours, ${light.packages.length} packages`);
process.exitCode = problems.length === 0 ? 0 : 1;
