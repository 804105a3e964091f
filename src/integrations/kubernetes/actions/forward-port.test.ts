import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, type TestCluster, testCluster, type TestContext, until } from '../testing.ts';
import { forwardPort } from './forward-port.ts';

let test: TestCluster;
const stops: AbortController[] = [];

beforeEach(async () => {
  test = await testCluster();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) stop.abort();
  await test.close();
});

const preview = (input: object) =>
  forwardPort.preview(forwardPort.input.parse({ name: 'web-app', remotePort: 80, ...input }), test.context());

type Output = Awaited<ReturnType<typeof forwardPort.run>>;

interface Session {
  context: TestContext;
  url: string;
  port: number;
  end: () => Promise<Output>;
}

/** Plans it, opens it, and waits until it can be used. */
async function open(input: object = {}): Promise<Session> {
  const stop = new AbortController();
  stops.push(stop);
  const context = test.context({ signal: stop.signal });
  const bound = forwardPort.input.parse((await preview(input)).input);
  const running = forwardPort.run(bound, context);
  let failed: unknown;
  running.catch((error: unknown) => (failed = error));
  await until(() => context.written.length > 0 || failed !== undefined, 'the port to be open');
  if (failed !== undefined) throw failed;
  const port = Number(/^127\.0\.0\.1:(\d+) -> /.exec(context.written[0] ?? '')?.[1]);
  return {
    context,
    port,
    url: `http://127.0.0.1:${port}`,
    end() {
      stop.abort();
      return running;
    },
  };
}

const get = async (url: string): Promise<string> => (await fetch(url, { headers: { connection: 'close' } })).text();
const reach = (url: string): Promise<string> =>
  get(url).then(
    () => 'reached',
    () => 'refused',
  );
const podIn = (line: string | undefined): string => /pod\/(\S+?):/.exec(line ?? '')?.[1] ?? '';

describe('a forwarded port', () => {
  it('is planned with the pod and the port that the service stands for; nothing is opened yet', async () => {
    const mark = test.sandbox.requests.length;
    const planned = await preview({ localPort: 8080 });

    expect(planned).toMatchObject({
      input: { name: 'web-app', kind: 'Service', remotePort: 80, localPort: 8080, namespace: 'shop' },
      description: 'forward port 8080 of this machine to port 80 of Service web-app',
      diff: [
        '+ 127.0.0.1:8080 on this machine -> Service web-app, port 80',
        expect.stringMatching(/now pod web-app-\S+, port 8080;/),
        expect.any(String),
      ],
      command: ['kubectl', 'port-forward', 'service/web-app', '8080:80', '-n', 'shop'],
      precondition: { target: 'Service web-app', 'port in the pod': 8080 },
      undo: expect.stringContaining('Ctrl-C'),
    });
    expect(test.writesAfter(mark)).toEqual([]);
    expect(test.sandbox.requests.some(({ path }) => path.includes('/portforward?'))).toBe(false);
    expect(forwardPort.safety(forwardPort.input.parse({ name: 'a', remotePort: 1 }), {}).level).toBe('moderate');
  });

  it('carries connections until it is ended, and gives an account of them', async () => {
    const session = await open();
    const [first, second] = [await get(`${session.url}/a`), await get(`${session.url}/b`)];
    const big = await get(`${session.url}/size/5000000`);
    const output = await session.end();
    const pod = podIn(session.context.written[0]);

    expect(first).toBe(`GET /a answered by pod ${pod} on port 8080\n`);
    expect(second).toContain('GET /b');
    expect(big).toHaveLength(5_000_000);
    expect(output).toMatchObject({
      ended: 'asked',
      target: 'Service web-app',
      session: { localPort: session.port, pods: [pod], connections: 3, failed: 0 },
    });
    expect(await reach(session.url)).toBe('refused');
    expect(await forwardPort.verify?.(forwardPort.input.parse({ name: 'a', remotePort: 1 }), output, session.context)).toMatchObject({
      ok: true,
      message: expect.stringMatching(/^lasted \d+ seconds?, 3 connections, 1 pod$/),
    });
  });

  it.each([
    [{ kind: 'Deployment', remotePort: 8080 }, 'Deployment web-app'],
    [{ name: 'postgres', kind: 'StatefulSet', remotePort: 5432 }, 'StatefulSet postgres'],
  ])('leads to %j as well', async (input, title) => {
    const session = await open(input);
    const output = await session.end();

    expect(output.target).toBe(title);
  });

  it('resolves the name of a port in the pod, and takes a pod by its own name', async () => {
    await test.create('/api/v1/namespaces/shop/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'named', labels: { app: 'named' } },
      spec: { containers: [{ name: 'main', image: 'acme/named:1', ports: [{ name: 'web', containerPort: 9000 }] }] },
    });
    await test.create('/api/v1/namespaces/shop/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'named' },
      spec: { selector: { app: 'named' }, ports: [{ port: 81, targetPort: 'web' }] },
    });
    await until(() => JSON.stringify(test.sandbox.find('Pod', 'shop', 'named')?.['status']).includes('"running":'), 'the pod to run');
    const [service, pod] = [await open({ name: 'named', remotePort: 81 }), await open({ name: 'named', kind: 'Pod', remotePort: 9000 })];

    expect(await get(service.url)).toBe('GET / answered by pod named on port 9000\n');
    expect(await get(pod.url)).toBe('GET / answered by pod named on port 9000\n');
    expect((await pod.end()).target).toBe('Pod named');
  });

  it('goes on to another pod when its own goes away, and says so', async () => {
    const session = await open();
    const first = podIn(session.context.written[0]);
    await test.remove(`/api/v1/namespaces/shop/pods/${first}?gracePeriodSeconds=0`);
    await until(() => session.context.written.length > 1, 'another pod');
    const second = podIn(session.context.written[1]);
    const answer = await get(session.url);
    const output = await session.end();

    expect(second).not.toBe(first);
    expect(session.context.written[1]).toMatch(new RegExp(`^127\\.0\\.0\\.1:${session.port} -> pod/`));
    expect(session.context.said.join('\n')).toContain(`pod ${first} went away; looking for another one`);
    expect(answer).toContain(`answered by pod ${second}`);
    expect(output.session?.pods).toEqual([first, second]);
  });

  it('says where nobody answers in the pod, and stays open', async () => {
    const session = await open({ kind: 'Deployment', remotePort: 81 });
    expect(await reach(session.url)).toBe('refused');
    await until(() => session.context.said.length > 1, 'what went wrong');
    const output = await session.end();

    expect(session.context.said.at(-1)).toMatch(/^port 81 of pod web-app-\S+: .*connection refused/);
    expect(output.session).toMatchObject({ connections: 1, failed: 1 });
  });

  it('says where the cluster refuses a connection', async () => {
    const session = await open();
    test.sandbox.faults.add({ kind: 'forbidden', path: '/portforward' });
    expect(await reach(session.url)).toBe('refused');
    await until(() => session.context.said.length > 1, 'what went wrong');

    expect(session.context.said.at(-1)).toMatch(/may not .*portforward/);
    expect(await get(session.url)).toContain('answered by pod');
  });

  it('listens for this machine only, on the port that was asked for', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => void free.listen(0, '127.0.0.1', resolve));
    const address = free.address();
    const wanted = typeof address === 'object' ? address?.port : 0;
    const taken = await failure(open({ localPort: wanted }));
    await new Promise((resolve) => free.close(resolve));
    const session = await open({ localPort: wanted });

    expect(taken).toMatchObject({ code: 'PORT_UNAVAILABLE', details: { unclear: false } });
    expect(session.port).toBe(wanted);
    expect(await reach(`http://127.0.0.2:${wanted}`)).toBe('refused');
    expect(await reach(`http://[::1]:${wanted}`)).toBe('refused');
    expect(await get(session.url)).toContain('answered');
  });

  it('that somebody looks for after a crash has ended, and is not opened again', async () => {
    const bound = forwardPort.input.parse((await preview({})).input);
    const found = forwardPort.output.parse(await forwardPort.find?.(bound, test.context()));

    expect(found).toMatchObject({ ended: 'daemon', target: 'Service web-app' });
    expect(found === undefined ? '' : forwardPort.render?.(found, bound).text).toBe('the session ended with the daemon that held it');
    expect(test.sandbox.requests.some(({ path }) => path.includes('/portforward?'))).toBe(false);
  });

  it('may be tried again where it could not be opened', async () => {
    const bound = forwardPort.input.parse((await preview({})).input);
    test.sandbox.faults.add({ kind: 'cut', path: '/services', times: 10 });

    expect(await failure(forwardPort.run(bound, test.context()))).toMatchObject({
      code: 'REMOTE_UNAVAILABLE',
      details: { unclear: false },
    });
  });
});

describe('what cannot be forwarded to', () => {
  it.each([
    [{ remotePort: 81 }, 'INPUT_INVALID', /Service web-app has no TCP port 81/],
    [{ name: 'nope' }, 'NOT_FOUND', /nope/],
    [{ name: 'nope', kind: 'Service' }, 'NOT_FOUND', /Service nope/],
    [{ name: 'analytics', namespace: 'staging' }, 'NOT_FOUND', /has no pod that runs/],
    [{ name: 'web', kind: 'Ingress' }, 'INPUT_INVALID', /Ingress/],
  ])('is refused while it is planned: %j', async (input, code, message) => {
    expect(await failure(preview(input))).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('is refused to a viewer while it is planned', async () => {
    const viewer = await testCluster({ user: 'viewer' });
    const input = forwardPort.input.parse({ name: 'web-app', remotePort: 80 });
    const error = await failure(forwardPort.preview(input, viewer.context()));
    await viewer.close();

    expect(error).toMatchObject({ code: 'FORBIDDEN', hint: expect.stringContaining('pods/portforward') });
  });
});
