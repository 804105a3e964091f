import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RuleTester } from 'oxlint/plugins-dev';
import { describe, expect, it } from 'vitest';
import { imports, noShell } from './plugin.ts';

RuleTester.describe = describe;
RuleTester.it = it;
const tester = new RuleTester({ languageOptions: { parserOptions: { lang: 'ts' } } });

tester.run('no-shell', noShell, {
  valid: [
    "import { spawn, execFile, type ChildProcess } from 'node:child_process'; spawn('helm', ['upgrade', release]);",
    "import type { ExecOptions } from 'node:child_process';",
    "completion({ shell: 'bash' }); spawn(node, args, { shell: false });",
    "spawn('bash', ['script.sh']); spawn('rm', ['-c']);",
  ],
  invalid: [
    { code: "import { exec } from 'node:child_process';", errors: 1 },
    { code: "import { execSync as run } from 'child_process';", errors: 1 },
    { code: "import * as processes from 'node:child_process';", errors: 1 },
    { code: "import processes from 'node:child_process';", errors: 1 },
    { code: "const { exec } = await import('node:child_process');", errors: 1 },
    { code: "spawn('kubectl', args, { shell: true });", errors: 1 },
    { code: "const options = { 'shell': true };", errors: 1 },
    { code: "spawn('sh', ['-c', text]);", errors: 1 },
    { code: "execFileSync('/bin/bash', ['-lc', text]);", errors: 1 },
    { code: "spawn('cmd.exe', ['/c', text]);", errors: 1 },
  ],
});

tester.run('imports', imports, {
  valid: ["import { x } from '#plan';"], // This file is in no layer: its path is not under src.
  invalid: [],
});

describe('oxlint with our plug-in', () => {
  it('finds planted violations in a project, and nothing in a clean file', () => {
    const root = mkdtempSync(join(tmpdir(), 'devos-lint-'));
    const plugin = fileURLToPath(new URL('./plugin.ts', import.meta.url));
    const files = {
      'src/kit/bad.ts': "import { plan } from '#plan';\nexport * from '#store';\nexport { plan };\n",
      'src/kit/lazy.ts': "export const load = () => import('#server');\n",
      'src/plan/climb.ts': "export { x } from '../policy/x.ts';\n",
      'src/plan/good.ts': "import { AppError } from '#kit';\nimport type { Plan } from '#kit/api';\nexport { AppError, type Plan };\n",
      '.oxlintrc.json': JSON.stringify({ jsPlugins: [plugin], categories: { correctness: 'off' }, rules: { 'devos/imports': 'error' } }),
    };
    try {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }

      const found = lint(root);

      expect(found.toSorted()).toEqual([
        'src/kit/bad.ts: kit may not import #plan; it may import: nothing of ours',
        'src/kit/bad.ts: kit may not import #store; it may import: nothing of ours',
        'src/kit/lazy.ts: kit may not import #server; it may import: nothing of ours',
        'src/plan/climb.ts: ../policy/x.ts climbs out of src/plan; import #policy instead, if the list in tools/lint/imports.ts allows it',
      ]);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

function lint(root: string): string[] {
  const oxlint = fileURLToPath(new URL('../../node_modules/oxlint/bin/oxlint', import.meta.url));
  const text = outputOf(oxlint, root);
  const { diagnostics }: { diagnostics: { filename: string; message: string }[] } = JSON.parse(text);
  return diagnostics.map(({ filename, message }) => `${filename}: ${message}`);
}

/** It exits with 1 when it finds something, which is what we want here. */
function outputOf(oxlint: string, root: string): string {
  try {
    return execFileSync(process.execPath, [oxlint, '--format', 'json', 'src'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
  }
}
