/** The real kubectl: exec over WebSockets, and top. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxKubernetes, startKubernetes } from '../../src/sandbox/kubernetes/index.ts';
import { realKubectl } from '../support/real-programs.ts';
import { createKubectl, type Kubectl } from './run-kubectl.ts';

const program = await realKubectl();

describe.skipIf(program === undefined)('kubectl', () => {
  let sandbox: SandboxKubernetes;
  let kubectl: Kubectl;
  let pod = '';

  beforeAll(async () => {
    sandbox = await startKubernetes({ podStartMs: 50 });
    kubectl = await createKubectl(program ?? '', sandbox);
    pod = (await kubectl.run(['get', 'pods', '-l', 'app=web-app', '-o', 'jsonpath={.items[0].metadata.name}'])).stdout;
  });

  afterAll(async () => {
    await kubectl.close();
    await sandbox.close();
  });

  it.each([
    ['an argument array, word for word', ['echo', 'a b', '$HOME'], 'a b $HOME\n', 0],
    ['output and errors of a shell, with its exit code', ['sh', '-c', 'echo hi; echo bad >&2; exit 3'], 'hi\n', 3],
    ['what is not there', ['redis-cli', 'ping'], '', 127],
  ])('runs %s', async (_, argv, stdout, code) => {
    const ran = await kubectl.run(['exec', pod, '--', ...argv]);

    expect(ran).toMatchObject({ stdout, code });
    expect(sandbox.requests.filter(({ path }) => path.includes('/exec?')).at(-1)).toMatchObject({ method: 'GET', status: 101 });
  });

  it('runs in a pod of a deployment, and is an effect', async () => {
    const before = sandbox.effects.length;
    const ran = await kubectl.run(['exec', 'deploy/web-app', '--', 'cat', '/etc/hostname']);

    expect(ran.stdout).toMatch(/^web-app-/);
    expect(sandbox.effects.slice(before)).toMatchObject([{ verb: 'exec', kind: 'Pod', name: ran.stdout.trim() }]);
  });

  it('may not where a viewer may not', async () => {
    const before = sandbox.effects.length;
    const ran = await kubectl.run(['--kubeconfig', await kubectl.kubeconfig('viewer'), 'exec', pod, '--', 'ls']);

    expect(ran).toMatchObject({ code: 1, text: expect.stringContaining('User "viewer" cannot create resource "pods/exec"') });
    expect(sandbox.effects.length).toBe(before);
  });

  it('shows what pods and nodes use', async () => {
    const [pods, containers, nodes] = [
      await kubectl.run(['top', 'pods']),
      await kubectl.run(['top', 'pod', pod, '--containers']),
      await kubectl.run(['top', 'nodes']),
    ];

    expect(pods.text).toMatch(new RegExp(`^${pod} +\\d+m +\\d+Mi *$`, 'm'));
    expect(containers.text).toMatch(new RegExp(`^${pod} +web-app +\\d+m +\\d+Mi *$`, 'm'));
    expect(nodes.text).toMatch(/^node-1 +\d+m +\d+% +\d+Mi +\d+% *$/m);
  });

  it('cannot forward ports: its tunnel is not served, and it is told so', async () => {
    const ran = await kubectl.run(['port-forward', pod, ':8080'], { timeoutMs: 10_000 });

    expect(ran).toMatchObject({ code: 1, text: expect.stringContaining('simulated kubelet: not served: /portforward') });
  });
});
