/** A session that was recorded with kubectl on a real cluster, done again on the simulated one: it must print the same. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxKubernetes, startKubernetes } from '../../src/sandbox/kubernetes/index.ts';
import { realKubectl } from '../support/real-programs.ts';
import { createKubectl, type Kubectl, type Ran } from './run-kubectl.ts';

const file = new URL('../../../shared/specs/kubernetes/recordings/kubectl.txt', import.meta.url);
if (!existsSync(file))
  console.warn('SKIPPED: the recorded kubectl session is not beside the repository (../shared/specs/kubernetes/recordings)');
const program = existsSync(file) ? await realKubectl() : undefined;

interface Step {
  command: string;
  text: string;
  code: number;
}

function readSession(): Step[] {
  const found = readFileSync(file, 'utf8').matchAll(/^\$ (.*?)\n(.*?)\[rc (\d+)\]$/gms);
  return [...found].map(([, command = '', text = '', code = '']) => ({ command, text, code: Number(code) }));
}

/** Names, ages and addresses that are made up; spaces that only make columns. */
function plain(text: string): string {
  return text
    .replaceAll(/(user-service|web-app)-[a-z0-9]{6,10}-[a-z0-9]{5}/g, '$1-POD')
    .replaceAll(/(user-service|web-app)-[a-z0-9]{6,10}/g, '$1-SET')
    .replaceAll(/(bad|once|tick-\d+|user-service)-[a-z0-9]{5}\b/g, '$1-POD')
    .replaceAll(/\b\d{1,3}(\.\d{1,3}){3}\b/g, 'IP')
    .replaceAll(/\b(\d+[smhd])+\b/g, 'AGE')
    .replaceAll(/\bnode-\d\b/g, 'NODE')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/ $/gm, '')
    .trim();
}

const lines = (text: string): string[] => plain(text).split('\n');

/** The distinct lines, whatever their order and number. */
const distinct = (text: string): string[] => [...new Set(lines(text))].toSorted();

/** A table without what moves while one looks: how often, how long, how many. */
function still(text: string): string[] {
  return distinct(text.replaceAll(/\b\d+ \(\d+s ago\)/g, 'TIMES')).map((line) =>
    line.replaceAll(/ \d+(\/\d+)?(?= |$)/g, ' N').replace(/IP(,IP)+/, 'IPS'),
  );
}

/** How a step is compared, where its lines are not simply the same. */
const comparisons: [command: RegExp, compare: (text: string) => string[]][] = [
  [/rollout status/, (text) => lines(text).slice(-1)],
  [/ get deploy,rs,/, still],
  // The recorded kubelet told of some pulls once only.
  [/ get events/, (text) => distinct(text).filter((line) => !line.includes('Pulled pod/leak'))],
  [
    /kubeconfig\.dev .*get pods/,
    (text) =>
      distinct(text)
        .map((line) => line.split(' ').slice(0, 3).join(' '))
        .filter((line) => !/^(tick|once|leak)/.test(line)),
  ],
  [/ drain /, (text) => distinct(text).filter((line) => !/^(Warning|evicting pod|pod\/)/.test(line))],
];

/** Nothing where it printed the same. */
function difference(step: Step, ran: Ran): string[] {
  const compare = comparisons.find(([pattern]) => pattern.test(step.command))?.[1] ?? lines;
  const [wanted, given] = [compare(step.text).join('\n'), compare(ran.text).join('\n')];
  if (ran.code !== step.code) return [`$ ${step.command}\nexit ${ran.code}, recorded ${step.code}: ${ran.text}`];
  return wanted === given ? [] : [`$ ${step.command}\n${given}\n--- recorded\n${wanted}`];
}

describe.skipIf(program === undefined)('a recorded kubectl session', () => {
  let sandbox: SandboxKubernetes;
  let kubectl: Kubectl;
  let dev = '';

  beforeAll(async () => {
    sandbox = await startKubernetes({ seed: 'empty', podStartMs: 100, metrics: false });
    kubectl = await createKubectl(program ?? '', sandbox);
    dev = await kubectl.kubeconfig({ name: 'dev', text: sandbox.kubeconfig('admin').replace(/(token: .*)/, '$1\n      as: dev') });
    await kubectl.run(['create', 'deploy', 'web-app', '--image=acme/web-app:1', '--replicas=3']);
  });

  afterAll(async () => {
    await kubectl.close();
    await sandbox.close();
  });

  it('prints on the simulated cluster what it printed on the real one', { timeout: 120_000 }, async () => {
    const different: string[] = [];
    let applied = 0;
    let node = '';
    for (const step of readSession()) {
      if (step.command.startsWith('sleep')) {
        await settled(kubectl);
        continue;
      }
      // The recorded kubelet had no containers to run anything in; streams.test.ts runs exec.
      if (step.command.includes(' exec ')) continue;
      if (step.command.includes('apply')) applied += 1;
      if (step.command.includes('drain')) node = await busyNode(kubectl);
      const shorter = step.command.replace('--timeout=10s', '--timeout=2s').replace(/(drain|uncordon) node-1/, `$1 ${node}`);
      const ran = await kubectl.run(await argumentsOf(shorter, applied));
      different.push(...difference(step, ran));
    }

    expect(different.join('\n\n')).toBe('');
  });

  it('would be found to print something else', () => {
    const [step] = readSession();
    if (step === undefined) throw new Error('the recording is empty');

    expect(difference(step, { text: step.text, stdout: step.text, code: 0 })).toEqual([]);
    expect(
      difference({ ...step, text: step.text.replace('created', 'made') }, { text: step.text, stdout: step.text, code: 0 }),
    ).toHaveLength(1);
    expect(difference(step, { text: step.text, stdout: step.text, code: 1 })).toHaveLength(1);
  });

  /** The recording shows arguments without their quotes. */
  async function argumentsOf(command: string, applied: number): Promise<string[]> {
    const schedule = /--schedule=(.*?) -- /.exec(command)?.[1];
    const args = (schedule === undefined ? command : command.replace(schedule, 'SCHEDULE')).split(' ').slice(1);
    const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cm1, namespace: default }\ndata: { a: "${applied}" }\n`;
    const path = args.includes('cm.yaml') ? await kubectl.file('cm.yaml', manifest) : '';
    return args.map((argument) => {
      if (argument === 'cm.yaml') return path;
      if (argument === 'kubeconfig.dev') return dev;
      return schedule === undefined ? argument : argument.replace('SCHEDULE', schedule);
    });
  }
});

/** The recorder waited until the containers had shown what becomes of them. */
async function settled(kubectl: Kubectl): Promise<void> {
  await expect
    .poll(async () => (await kubectl.run(['-n', 'staging', 'get', 'pods', '--no-headers'])).stdout.replaceAll(/ +/g, ' '), {
      timeout: 20_000,
      interval: 100,
    })
    .toMatch(
      /bad-\w+ 0\/1 Error.*big 0\/1 Pending.*leak 0\/1 CrashLoopBackOff [2-9].*lost 0\/1 ImagePullBackOff.*once-\w+ 0\/1 Completed.*user-service-\S+ 1\/1 Running.*user-service-\S+ 1\/1 Running/s,
    );
}

/** The recorded budget held back one pod of the node that was drained. */
async function busyNode(kubectl: Kubectl): Promise<string> {
  const { stdout } = await kubectl.run([
    '-n',
    'staging',
    'get',
    'pods',
    '-l',
    'app=user-service',
    '-o',
    'jsonpath={.items[0].spec.nodeName}',
  ]);
  return stdout.trim();
}
