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

describe('the path of a sentence', () => {
  const graph = walkImports(join(here, 'main.ts'));

  it('loads only small modules of the platform, and no package', () => {
    expect([...graph.outside].toSorted()).toEqual(['node:net', 'node:os', 'node:tty']);
  });

  it('is few files of ours, each of which says that it is light', () => {
    expect(graph.files.map((file) => relative(root, file)).toSorted()).toMatchInlineSnapshot(`
      [
        "src/cli/api.ts",
        "src/cli/arguments.ts",
        "src/cli/build.ts",
        "src/cli/command-names.ts",
        "src/cli/context.ts",
        "src/cli/io.ts",
        "src/cli/main.ts",
        "src/cli/report.ts",
        "src/cli/sentence.ts",
        "src/cli/socket-http.ts",
        "src/cli/text.ts",
        "src/kit/errors.ts",
        "src/kit/state.ts",
      ]
    `);
    for (const file of graph.files.filter((path) => path.startsWith(here) && !path.endsWith('main.ts')))
      expect(readFileSync(file, 'utf8').split('*/')[0], file).toContain('Light');
  });

  it('would be found out by this walk if it loaded more', () => {
    const heavier = walkImports(join(here, 'ask.ts'));

    expect(heavier.outside).toContain('node:readline');
  });
});
