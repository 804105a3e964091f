import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, planAndRun, type TestCluster, testCluster, until } from '../testing.ts';
import { execPod } from './exec-pod.ts';

let test: TestCluster;

beforeEach(async () => {
  test = await testCluster();
});
afterEach(() => test.close());

const input = (command: string, more: object = {}) => ({ name: 'web-app', command, ...more });
const preview = (command: string, more: object = {}) => execPod.preview(execPod.input.parse(input(command, more)), test.context());

async function bound(command: string) {
  return execPod.input.parse((await preview(command)).input);
}

describe('running a program', () => {
  it('plans one pod, one container and the exact arguments, and runs nothing yet', async () => {
    const mark = test.sandbox.requests.length;
    const planned = await preview(`sh -c 'echo "a b" | wc'`);
    const pod = String(planned.input['pod']);

    expect(pod).toMatch(/^web-app-/);
    expect(planned).toMatchObject({
      input: { name: 'web-app', pod, container: 'web-app', namespace: 'shop' },
      as: 'admin',
      description: `run sh -c "echo \\"a b\\" | wc" in pod ${pod}`,
      diff: [
        `~ pod ${pod}, container web-app`,
        '+ run the program "sh", arguments ["-c","echo \\"a b\\" | wc"]',
        expect.stringMatching(/a shell in the container reads it.*cannot be undone/),
      ],
      command: ['kubectl', 'exec', pod, '-c', 'web-app', '-n', 'shop', '--', 'sh', '-c', 'echo "a b" | wc'],
    });
    expect(planned.undo).toBeUndefined();
    expect(test.writesAfter(mark)).toEqual([]);
    expect(test.sandbox.effects).toEqual([]);
    expect((await preview('ls')).input['pod']).toBe(pod);
  });

  it('is destructive, everywhere', () => {
    expect(execPod.safety(execPod.input.parse(input('ls')), {}).level).toBe('destructive');
    expect(execPod.safety(execPod.input.parse(input('ls')), { environment: { name: 'production', production: true } }).reasons).toContain(
      'production',
    );
  });

  it('gives its output as it comes and its exit code, and is one effect', async () => {
    const context = test.context();
    const { output } = await planAndRun(execPod, input('sh -c "echo out; echo err >&2"'), context);

    expect(output).toMatchObject({
      argv: ['sh', '-c', 'echo out; echo err >&2'],
      exitCode: 0,
      stdout: 'out\n',
      stderr: 'err\n',
      leftOut: 0,
    });
    expect(context.written.join('')).toBe('out\nerr\n');
    expect(test.sandbox.effects).toMatchObject([{ verb: 'exec', kind: 'Pod', name: output.pod }]);
    expect(await execPod.verify?.(execPod.input.parse(input('ls')), output, context)).toEqual({
      ok: true,
      message: `ended with exit code 0 in ${output.pod}`,
    });
  });

  it('shows no credential that the program prints', async () => {
    const env = [
      { name: 'DB_PASSWORD', value: 'hunter2' },
      { name: 'PLAIN', value: 'seen' },
    ];
    await test.create('/api/v1/namespaces/shop/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'holder' },
      spec: { containers: [{ name: 'main', image: 'acme/holder:1', env }] },
    });
    await until(() => JSON.stringify(test.sandbox.find('Pod', 'shop', 'holder')?.['status']).includes('"running":'), 'the pod to run');
    const context = test.context();
    const { output } = await planAndRun(execPod, { name: 'holder', command: 'env' }, context);

    expect(output.stdout).toContain('PLAIN=seen');
    expect(output.stdout).toContain('DB_PASSWORD=***');
    expect(JSON.stringify([output, context.written, context.said])).not.toContain('hunter2');
  });

  it.each([
    ['sh -c "echo almost >&2; exit 3"', 3, /^sh ended with exit code 3 in pod web-app-\S+: almost$/],
    ['redis-cli ping', 127, /redis-cli ended with exit code 127/],
  ])('fails where %s ends with another code than 0', async (command, exitCode, message) => {
    const error = await failure(planAndRun(execPod, input(command), test.context()));

    expect(error).toMatchObject({ code: 'COMMAND_FAILED', message: expect.stringMatching(message), details: { exitCode } });
    expect(error.details['unclear']).toBeUndefined();
  });

  it.each([
    ['cut-after', 'REMOTE_UNAVAILABLE', 1],
    ['cut', 'REMOTE_UNAVAILABLE', 0],
  ] as const)('does not know what became of it after a %s, and offers no way to look', async (kind, code, effects) => {
    const call = await bound('ls');
    test.sandbox.faults.add({ kind, path: '/exec' });
    const error = await failure(execPod.run(call, test.context()));

    expect(error).toMatchObject({ code, details: { unclear: true } });
    expect(test.sandbox.effects.length).toBe(effects);
    expect([execPod.find, execPod.undo, execPod.idempotent]).toEqual([undefined, undefined, false]);
  });

  it.each([
    ['unavailable', 'REMOTE_UNAVAILABLE'],
    ['forbidden', 'FORBIDDEN'],
  ] as const)('was surely not started where the cluster itself says %s', async (kind, code) => {
    const call = await bound('ls');
    test.sandbox.faults.add({ kind, path: '/exec' });

    expect(await failure(execPod.run(call, test.context()))).toMatchObject({ code, details: { unclear: false } });
    expect(test.sandbox.effects).toEqual([]);
  });

  it('that is not waited for any longer may go on', async () => {
    const error = await failure(execPod.run(await bound('sleep 3600'), test.context({ signal: AbortSignal.timeout(300) })));

    expect(error).toMatchObject({ code: 'TIMEOUT', details: { unclear: true } });
  });
});

describe('a pod', () => {
  it('that went away since the plan makes it stale', async () => {
    const call = await bound('ls');
    const pod = call.pod ?? '';
    await test.change(`/api/v1/namespaces/shop/pods/${pod}`, { metadata: { labels: { app: 'other' } } });
    const same = await execPod.preview(call, test.context());
    await test.remove(`/api/v1/namespaces/shop/pods/${pod}?gracePeriodSeconds=0`);

    expect(same.precondition['pod']).toMatch(new RegExp(`^${pod} `));
    expect(await failure(execPod.preview(call, test.context()))).toMatchObject({
      code: 'PLAN_STALE',
      message: expect.stringContaining('it is gone'),
    });
  });

  it('that is not ready is used where there is no other, and the plan says so', async () => {
    const planned = await execPod.preview(execPod.input.parse({ name: 'reports', namespace: 'staging', command: 'ls' }), test.context());

    expect(planned.diff[0]).toMatch(/\(the pod is not ready\)$/);
  });

  it.each([
    [{ name: 'analytics', namespace: 'staging' }, 'NOT_FOUND', /has no pod that runs/],
    [{ name: 'web-ap' }, 'NOT_FOUND', /web-ap/],
    [{ name: 'web-app', container: 'zz' }, 'INPUT_INVALID', /has no container zz/],
    [{ name: 'web-app', command: 'ls | wc' }, 'INPUT_INVALID', /a pipe/],
  ])('of %j is refused before anything is planned', async (more, code, message) => {
    const error = await failure(execPod.preview(execPod.input.parse({ command: 'ls', ...more }), test.context()));

    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

it('is refused to a viewer while it is planned', async () => {
  const viewer = await testCluster({ user: 'viewer' });
  const error = await failure(execPod.preview(execPod.input.parse(input('ls')), viewer.context()));
  await viewer.close();

  expect(error).toMatchObject({ code: 'FORBIDDEN', hint: expect.stringContaining('pods/exec') });
});
