import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');

interface Graph {
  files: string[];
  outside: Set<string>;
}

/** Everything that is loaded before a sentence is sent: static imports only, types left out. */
function walkImports(entry: string): Graph {
  const graph: Graph = { files: [], outside: new Set() };
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (graph.files.includes(file)) continue;
    graph.files.push(file);
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s+'([^']+)';/gm)) {
      if (target.startsWith('.')) open.push(join(dirname(file), target));
      else if (target.startsWith('#kit/')) open.push(join(root, 'src/kit', `${target.slice('#kit/'.length)}.ts`));
      else graph.outside.add(target);
    }
  }
  return graph;
}

const ours = ({ files }: Graph): string[] => files.map((file) => relative(root, file)).toSorted();

describe('the path of a sentence or a typed call', () => {
  const before = walkImports(join(here, 'main.ts'));
  const meanwhile = walkImports(join(here, 'say.ts'));

  it('loads few small files, and little of the platform, before the sentence is sent', () => {
    expect(ours(before)).toEqual([
      'src/cli/arguments.ts',
      'src/cli/main.ts',
      'src/cli/place.ts',
      'src/cli/socket-http.ts',
      'src/kit/errors.ts',
      'src/kit/state.ts',
    ]);
    expect([...before.outside].toSorted()).toEqual(['node:net', 'node:os']);
  });

  it('loads no package and nothing of the commands while the daemon works on it', () => {
    const more = ours(meanwhile).filter((file) => !ours(before).includes(file));

    expect(more).toEqual([
      'src/cli/api.ts',
      'src/cli/context.ts',
      'src/cli/io.ts',
      'src/cli/say.ts',
      'src/cli/sentence.ts',
      'src/kit/clean.ts',
    ]);
    expect([...meanwhile.outside].toSorted()).toEqual(['node:net', 'node:os', 'node:tty']);
  });

  it('is marked in each file on it', () => {
    const files = [...before.files, ...meanwhile.files].filter((file) => file.startsWith(here) && !file.endsWith('main.ts'));

    for (const file of files) expect(readFileSync(file, 'utf8').split('*/')[0], file).toContain('Light');
  });

  it('would be found out by this walk if it loaded more', () => {
    expect(walkImports(join(here, 'ask.ts')).outside).toContain('node:readline');
  });
});
