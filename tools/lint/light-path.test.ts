import { describe, expect, it } from 'vitest';
import { lightPath, sourceOf, staticImports } from './light-path.ts';

const root = new URL('../../', import.meta.url);

describe('staticImports', () => {
  it('leaves out types, and what is loaded when it is needed', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { B } from './b.ts';",
      "import { type C } from './c.ts';",
      "import './d.ts';",
      "import {\n  e,\n  f,\n} from '#e';",
      "export * from './g.ts';",
      "export type { H } from './h.ts';",
      "const i = await import('./i.ts');",
      "export const text = 'import from';",
      'import * as k from "k";',
    ].join('\n');

    // Node does load c.ts: only `import type` takes the whole line away.
    expect(staticImports(text)).toEqual(['./a.ts', './c.ts', './d.ts', '#e', './g.ts', 'k']);
  });
});

describe('lightPath', () => {
  const files: Record<string, string> = {
    'src/cli/main.ts': "import { x } from './x.ts';\nimport { kit } from '#kit';\nconst heavy = () => import('fastify');",
    'src/cli/x.ts': "import './main.ts';\nimport { readFileSync } from 'node:fs';",
    'src/kit/index.ts': "export * from './slots.ts';",
    'src/kit/slots.ts': "import { z } from 'zod';",
  };

  it('finds a package behind an alias and a re-export (planted)', () => {
    const found = lightPath('src/cli/main.ts', { aliases: { '#kit': './src/kit/index.ts' }, read: (file) => files[file] ?? '' });

    expect(found.packages).toEqual([{ name: 'zod', from: 'src/kit/slots.ts' }]);
    expect(found.files).toEqual(['src/cli/main.ts', 'src/cli/x.ts', 'src/kit/index.ts', 'src/kit/slots.ts']);
  });

  it('of this repository starts at the command line and holds no package', () => {
    const found = lightPath('src/cli/main.ts', sourceOf(root));

    expect(found.files).toContain('src/kit/errors.ts');
    expect(found.packages).toEqual([]);
  });

  it('of the daemon loads nothing that asks a model', () => {
    const names = lightPath('src/server/main.ts', sourceOf(root)).packages.map(({ name }) => name);

    expect(names).toContain('fastify');
    expect(names.filter((name) => /^(?:ai|@ai-sdk\/.*)$/.test(name))).toEqual([]);
  });
});
