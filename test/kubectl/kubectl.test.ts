/** The real kubectl on the simulated company: what people do all day. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxKubernetes, startKubernetes } from '../../src/sandbox/kubernetes/index.ts';
import { realKubectl } from '../support/real-programs.ts';
import { createKubectl, type Kubectl } from './run-kubectl.ts';

const program = await realKubectl();
const headers = (text: string): string[] => (text.split('\n')[0] ?? '').split(/ {2,}/);

describe.skipIf(program === undefined)('kubectl', () => {
  let sandbox: SandboxKubernetes;
  let kubectl: Kubectl;
  const ok = async (...args: string[]): Promise<string> => {
    const ran = await kubectl.run(args);
    expect(ran.code, ran.text).toBe(0);
    return ran.text;
  };
  const aPod = async (app: string): Promise<string> =>
    (await ok('get', 'pods', '-l', `app=${app}`, '-o', 'jsonpath={.items[0].metadata.name}')).trim();

  beforeAll(async () => {
    sandbox = await startKubernetes({ podStartMs: 50 });
    kubectl = await createKubectl(program ?? '', sandbox);
  });

  afterAll(async () => {
    await kubectl.close();
    await sandbox.close();
  });

  it('lists pods, and more of them with -o wide', async () => {
    const [narrow, wide] = [await ok('get', 'pods'), await ok('get', 'pods', '-o', 'wide')];

    expect(headers(narrow)).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
    expect(headers(wide)).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES']);
    expect(narrow).toMatch(/^web-app-\S+ +1\/1 +Running +0 +50m$/m);
  });

  it('reads a deployment as YAML that can be applied again', async () => {
    const yaml = await ok('get', 'deploy', 'web-app', '-o', 'yaml');
    const path = await kubectl.file('web-app.yaml', yaml);

    expect(yaml).toMatch(/^kind: Deployment$/m);
    expect(await ok('replace', '-f', path, '--dry-run=server')).toContain('deployment.apps/web-app replaced (server dry run)');
  });

  it('describes a deployment and a pod with their events', async () => {
    const deployment = await ok('describe', 'deployment', 'payment-service');
    const pod = await ok('describe', 'pod', await aPod('payment-service'));

    expect(deployment).toMatch(/Replicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable/);
    expect(deployment).toMatch(/NewReplicaSet: +payment-service-\w+ \(2\/2 replicas created\)/);
    expect(pod).toMatch(/Controlled By: +ReplicaSet\/payment-service-/);
    expect(pod).toMatch(/Readiness: +http-get http:\/\/:8080\/health delay=0s timeout=1s period=10s #success=1 #failure=3/);
    expect(pod).toMatch(/Normal +Started +50m +kubelet +Container started/);
  });

  it.each([
    ['service/web-app', /Endpoints: +10\.244\.\S+:8080,10\.244\.\S+:8080/],
    ['ingress/web', /shop\.example\.com +\n +\/ +web-app:80 \(10\.244\.\S+:8080/],
    ['hpa/checkout', /ScalingActive +False +FailedGetResourceMetric/],
    ['cronjob/nightly-report', /Last Schedule Time: +\w/],
    ['node/node-1', /Non-terminated Pods: +\(\d+ in total\)/],
    ['statefulset/postgres', /Pods Status: +2 Running/],
  ])('describes %s', async (name, text) => {
    expect(await ok('describe', ...name.split('/'))).toMatch(text);
  });

  it('shows why broken pods are broken', async () => {
    const pods = await ok('get', 'pods', '-n', 'staging');
    const crashing = await ok('describe', 'pod', '-n', 'staging', '-l', 'app=recommendations');
    const killed = await ok('describe', 'pod', '-n', 'staging', '-l', 'app=image-resizer');

    for (const line of [
      /^invoice-\S+ +0\/1 +ImagePullBackOff/m,
      /^analytics-\S+ +0\/1 +Pending/m,
      /^reports-\S+ +0\/1 +Running/m,
      /^recommendations-\S+ +0\/1 +CrashLoopBackOff +\d+ \(\S+ ago\)/m,
    ])
      expect(pods).toMatch(line);
    expect(crashing).toMatch(/Last State: +Terminated\n +Reason: +Error\n +Exit Code: +1/);
    expect(killed).toMatch(/Reason: +OOMKilled\n +Exit Code: +137/);
    expect(await ok('logs', '-n', 'staging', '-l', 'app=recommendations', '--previous')).toContain('giving up after 3 attempts');
  });

  it('reads logs: all, the last lines, and those that come', async () => {
    const pod = await aPod('web-app');
    const tail = await ok('logs', pod, '--tail=3', '--timestamps');
    const followed = await kubectl.run(['logs', '-f', pod, '--tail=1'], { timeoutMs: 2500 });

    expect(tail.trim().split('\n')).toHaveLength(3);
    expect(tail).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z level=/);
    expect(followed.stdout.trim().split('\n').length).toBeGreaterThan(2);
    expect((await kubectl.run(['logs', pod, '-c', 'zz'])).text).toContain(`container zz is not valid for pod ${pod}`);
  });

  it('scales, restarts, looks back and goes back', async () => {
    expect(await ok('scale', 'deploy/cart', '--replicas=4')).toBe('deployment.apps/cart scaled\n');
    expect(await ok('rollout', 'status', 'deploy/cart', '--timeout=20s')).toContain('deployment "cart" successfully rolled out');
    expect(await ok('get', 'deploy', 'cart')).toMatch(/^cart +4\/4 +4 +4 /m);
    expect(await ok('rollout', 'restart', 'deploy/cart')).toBe('deployment.apps/cart restarted\n');
    expect(await ok('rollout', 'status', 'deploy/cart', '--timeout=20s')).toContain('successfully rolled out');
    expect(await ok('rollout', 'history', 'deploy/cart')).toMatch(/^1 +<none>\n2 +<none>$/m);
    expect(await ok('rollout', 'undo', 'deploy/cart')).toBe('deployment.apps/cart rolled back\n');
    expect(await ok('rollout', 'status', 'deploy/cart', '--timeout=20s')).toContain('successfully rolled out');
    expect(await ok('rollout', 'history', 'deploy/cart')).toMatch(/^2 +<none>\n3 +<none>$/m);
  });

  it.each([
    ['statefulset/postgres', 'shop'],
    ['daemonset/log-agent', 'kube-system'],
  ])('restarts %s and goes back', async (name, namespace) => {
    await ok('rollout', 'restart', name, '-n', namespace);
    await ok('rollout', 'status', name, '-n', namespace, '--timeout=20s');
    await ok('rollout', 'undo', name, '-n', namespace);

    expect(await ok('rollout', 'status', name, '-n', namespace, '--timeout=20s')).toMatch(/complete|successfully/);
    expect(await ok('rollout', 'history', name, '-n', namespace)).toMatch(/^2 .*\n3 /m);
  });

  it('applies on the server: a trial changes nothing, and two managers do not overwrite each other', async () => {
    const manifest = (replicas: number) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: search }\nspec: { replicas: ${replicas} }\n`;
    const [one, two] = [await kubectl.file('one.yaml', manifest(3)), await kubectl.file('two.yaml', manifest(2))];
    const before = sandbox.effects.length;

    expect(await ok('apply', '--server-side', '--dry-run=server', '--force-conflicts', '-f', one)).toBe(
      'deployment.apps/search serverside-applied (server dry run)\n',
    );
    expect(sandbox.effects.length).toBe(before);
    await ok('apply', '--server-side', '--field-manager=one', '--force-conflicts', '-f', one);
    const refused = await kubectl.run(['apply', '--server-side', '--field-manager=two', '-f', two]);

    expect(refused.code).toBe(1);
    expect(refused.text).toContain('Apply failed with 1 conflict: conflict with "one": .spec.replicas');
    expect(sandbox.effects.length).toBe(before + 1);
  });

  it('applies, compares and deletes from a file', async () => {
    const text = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: flags }\ndata: { a: "${value}" }\n`;
    const path = await kubectl.file('flags.yaml', text('1'));

    expect(await ok('apply', '-f', path)).toBe('configmap/flags created\n');
    await kubectl.file('flags.yaml', text('2'));
    expect((await kubectl.run(['diff', '-f', path])).stdout).toMatch(/^-  a: "1"\n\+  a: "2"$/m);
    expect(await ok('apply', '-f', path)).toBe('configmap/flags configured\n');
    expect(await ok('delete', '-f', path)).toBe('configmap "flags" deleted\n');
  });

  it('creates with typed bodies, and explains', async () => {
    expect(await ok('create', 'secret', 'generic', 'key', '--from-literal=a=b')).toBe('secret/key created\n');
    expect(await ok('get', 'secret', 'key', '-o', 'jsonpath={.data.a}')).toBe('Yg==');
    expect(await ok('explain', 'deployment.spec.strategy')).toMatch(/rollingUpdate\s+<RollingUpdateDeployment>/);
    expect(
      (
        await kubectl.run([
          'create',
          '-f',
          await kubectl.file('bad.yaml', 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x }\nspec: { replcas: 1 }\n'),
        ])
      ).text,
    ).toContain('unknown field "spec.replcas"');
  });

  it('deletes a deployment and what it owns', async () => {
    await ok('delete', 'deploy', 'api-server', '--wait');
    await ok('wait', '--for=delete', 'pod', '-l', 'app=api-server', '--timeout=20s');

    expect(await ok('get', 'rs,pods', '-l', 'app=api-server')).toContain('No resources found');
  });

  it('says who may do what, and refuses the others', async () => {
    const viewer = ['--kubeconfig', await kubectl.kubeconfig('viewer')];

    expect(await ok('auth', 'can-i', 'delete', 'deploy')).toBe('yes\n');
    expect((await kubectl.run([...viewer, 'auth', 'can-i', 'delete', 'deploy'])).text).toBe('no\n');
    expect((await kubectl.run([...viewer, 'get', 'pods'])).code).toBe(0);
    expect((await kubectl.run([...viewer, 'get', 'secrets'])).text).toContain(
      'Error from server (Forbidden): secrets is forbidden: User "viewer" cannot list resource "secrets"',
    );
    expect((await kubectl.run([...viewer, 'delete', 'deploy', 'web-app'])).text).toBe(
      'Error from server (Forbidden): deployments.apps "web-app" is forbidden: User "viewer" cannot delete resource "deployments" in API group "apps" in the namespace "shop"\n',
    );
  });

  it.each([
    ['nonsense', /You must be logged in to the server \(Unauthorized\)/],
    ['expired', /You must be logged in to the server/],
    ['certificate', /^NAME/],
  ] as const)('with the credentials %s is answered accordingly', async (user, answer) => {
    const ran = await kubectl.run(['--kubeconfig', await kubectl.kubeconfig(user), 'get', 'pods']);

    expect(ran.text).toMatch(answer);
  });
});
