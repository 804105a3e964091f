/** `npm run check`: every check, each with its time. All run even if one fails. The last line counts them. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Stage {
  name: string;
  program: string;
  args: string[];
}

const root = fileURLToPath(new URL('../', import.meta.url));
const bin = join(root, 'node_modules', '.bin');

const stages: Stage[] = [
  { name: 'format', program: 'oxfmt', args: ['--check', '.'] },
  { name: 'lint', program: 'oxlint', args: [] },
  { name: 'types', program: 'tsc', args: ['-p', '.'] },
  { name: 'boundaries', program: 'node', args: ['tools/boundaries.ts'] },
  { name: 'unused code', program: 'knip', args: ['--no-progress', '--no-config-hints'] },
  { name: 'generated docs', program: 'node', args: ['tools/docs.ts', '--check'] },
  { name: 'trained weights', program: 'node', args: ['tools/train-language.ts', '--check'] },
];

function run({ program, args }: Stage): Promise<{ ok: boolean; output: string }> {
  // The packages' own programs first, so that they run on the repository's Node.
  const env = { ...process.env, NODE_NO_WARNINGS: '1', PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
  return new Promise((resolve) => {
    const child = spawn(join(bin, program), args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(chunks).toString() }));
  });
}

let failed = 0;
for (const stage of stages) {
  const start = performance.now();
  const { ok, output } = await run(stage);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (!ok) failed += 1;
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${stage.name.padEnd(15)} ${seconds.padStart(5)} s`);
  if (!ok) console.log(`${output.trimEnd()}\n`);
  // Something to know that is no failure.
  else for (const line of output.split('\n')) if (line.startsWith('note: ')) console.log(`        ${line}`);
}
console.log(`${stages.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
