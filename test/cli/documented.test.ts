/** Every command that README and guides show is run here, as it stands there; one that nobody runs fails the first test. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realHelm } from '../support/real-programs.ts';
import { openRoom, type Room } from '../support/room.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = await realHelm();
let room: Room;

interface Shown {
  exit: number;
  /** For a change: a person approves the plan that it printed. */
  yes?: boolean;
  says: RegExp;
}

/** In the order in which they are run. A change without a yes waits: 3. */
const commands: Record<string, Shown> = {
  doctor: { exit: 0, says: /kubernetes +context demo/ },
  connections: { exit: 0, says: /kubernetes/ },
  actions: { exit: 0, says: /kubernetes\.deployment\.scale/ },
  'show pods': { exit: 0, says: /^NAME +READY/m },
  '"why is payment-service failing?"': { exit: 0, says: /payment-service/ },
  '"Scale the web-app deployment to 5 replicas"': { exit: 0, yes: true, says: /verified: 5\/5 ready/ },
  '"now scale it back"': { exit: 0, yes: true, says: /verified: 3\/3 ready/ },
  'explain "scale web-app to 5 frobs"': { exit: 2, says: /frobs/ },
  'explain "restrat cart in shop"': { exit: 0, says: /restart/ },
  'explain --offline "do not scale web-app" -o json': { exit: 2, says: /NEGATED/ },
  runs: { exit: 0, says: /R-\w+/ },
  undo: { exit: 0, yes: true, says: /verified: 5\/5 ready/ },
  'run kubernetes.deployment.scale --name web-app --replicas 4 --yes': { exit: 0, says: /verified: 4\/4 ready/ },
  'audit verify': { exit: 0, says: /^ok/m },
  'audit log': { exit: 0, says: /approval-given/ },
  '"show pods in cluster staging-eu"': { exit: 2, says: /There is no cluster "staging-eu"/ },
  '"Show me the status of all clusters"': { exit: 0, says: /kube-eu1 +active/ },
  '"Deploy the latest version of user-service using Helm"': { exit: 3, says: /user-service-1\.6\.2/ },
  'eval sentences.tsv': { exit: 0, says: /exact/ },
  'eval sentences.tsv --failures': { exit: 0, says: /exact/ },
  'eval sentences.tsv -o json': { exit: 0, says: /"schemaVersion": 1/ },
  'eval sentences.tsv --min-exact 80 --max-wrong 1': { exit: 0, says: /exact/ },
};

/** What other tests run, and where. */
const elsewhere: [command: RegExp, where: string][] = [
  [/^demo\b/, 'cli/demo.test.ts'],
  [/^chat$/, 'cli/terminal.test.ts'],
  [/deserves five copies/, 'cli/llm.test.ts: they need a model'],
  [/^undo R-…$/, 'cli/whole.test.ts'],
  [/^plan --offline$/, 'cli/whole.test.ts: with a sentence'],
  [/^eval$/, 'above, with a file'],
];

async function documented(): Promise<string[]> {
  const guides = (await readdir(join(root, 'docs/guides'))).map((name) => join('docs/guides', name));
  const texts = await Promise.all(['README.md', ...guides].map((path) => readFile(join(root, path), 'utf8')));
  const found = texts.flatMap((text) =>
    [...text.matchAll(/(?:^|`)(?:\.\/)?devos ([^`\n]+?)(?:\s+#[^\n]*)?(?:`|$)/gm)].map(([, command = '']) => command.trim()),
  );
  return [...new Set(found)];
}

/** As a shell would part it. */
const words = (command: string): string[] => [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');

beforeAll(async () => {
  room = await openRoom({ DEVOS_CONVERSATION: 'documented' });
  await writeFile(
    join(room.dir, 'sentences.tsv'),
    'scale web-app to 5\tkubernetes.deployment.scale{"name":"web-app","replicas":5}\ndo not scale web-app\trefuse\n',
  );
});

afterAll(() => room.close());

describe('what README and guides show', () => {
  it('is run by a test, each command', async () => {
    const all = await documented();

    expect(all.length).toBeGreaterThan(20);
    expect(all.filter((command) => commands[command] === undefined && !elsewhere.some(([one]) => one.test(command)))).toEqual([]);
    expect(Object.keys(commands).filter((command) => !all.includes(command))).toEqual([]);
  });

  const can = Object.entries(commands).filter(([command]) => program !== undefined || !command.includes('Helm'));

  it.each(can)('devos %s', async (command, { exit, yes, says }) => {
    const first = await room.devos(...words(command));
    const plan = /approve (P-\w+)/.exec(first.stderr)?.[1] ?? '';
    const ran = yes === true ? await room.devos('approve', plan, '--yes') : first;

    expect(ran.code, first.stdout + first.stderr + ran.stderr).toBe(exit);
    expect(ran.stdout + ran.stderr).toMatch(says);
  });
});
