/** exec and port-forward over real sockets, with another WebSocket implementation's client. */
import { once } from 'node:events';
import { request } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { list, text } from '../json.ts';
import { type SandboxKubernetes, startKubernetes } from '../start-kubernetes.ts';
import { readFrame } from './stream.ts';

let sandbox: SandboxKubernetes;
const open: WebSocket[] = [];

beforeEach(async () => {
  sandbox = await startKubernetes({ podStartMs: 5, podEndMs: 5 });
});
afterEach(async () => {
  for (const connection of open.splice(0)) connection.terminate();
  await sandbox.close();
});

async function ask(method: string, path: string): Promise<string> {
  const asked = request(`${sandbox.url}${path}`, { method, ca: sandbox.ca, headers: { authorization: `Bearer ${sandbox.tokens.admin}` } });
  asked.end();
  const [answer] = await once(asked, 'response');
  let content = '';
  for await (const chunk of answer) content += String(chunk);
  return content;
}

/** Of the Deployment web-app in shop. */
async function aPod(): Promise<string> {
  return text(
    list(JSON.parse(await ask('GET', '/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb-app')), 'items')[0],
    'metadata',
    'name',
  );
}

const remove = (pod: string): Promise<string> => ask('DELETE', `/api/v1/namespaces/shop/pods/${pod}?gracePeriodSeconds=0`);

interface Dialled {
  connection: WebSocket;
  /** Status of the refusal; 101 where it was accepted. */
  status: number;
  refusal: string;
  /** What came on each channel. */
  heard: Map<number, Buffer>;
  closed: Promise<unknown>;
}

async function dial(what: string, query: string, protocols: string[], options: ClientOptions = {}): Promise<Dialled> {
  const address = `${sandbox.url.replace('https', 'wss')}/api/v1/namespaces/shop/pods/${what}?${query}`;
  const connection = new WebSocket(address, protocols, {
    ca: sandbox.ca,
    headers: { authorization: `Bearer ${sandbox.tokens.admin}` },
    ...options,
  });
  open.push(connection);
  const heard = new Map<number, Buffer>();
  connection.on('message', (data) => {
    const { channel, bytes } = readFrame(data);
    heard.set(channel, Buffer.concat([heard.get(channel) ?? Buffer.alloc(0), bytes]));
  });
  const closed = once(connection, 'close');
  closed.catch(() => undefined);
  return new Promise((resolve, reject) => {
    connection.once('open', () => resolve({ connection, status: 101, refusal: '', heard, closed }));
    connection.once('unexpected-response', (_request, response) => {
      let refusal = '';
      response.on('data', (chunk) => (refusal += String(chunk)));
      response.on('end', () => resolve({ connection, status: response.statusCode ?? 0, refusal, heard, closed }));
    });
    connection.once('error', reject);
  });
}

const command = (...argv: string[]): string => argv.map((word) => `command=${encodeURIComponent(word)}`).join('&');
const both = 'stdout=true&stderr=true';
const said = ({ heard }: Dialled, channel: number): string => (heard.get(channel) ?? Buffer.alloc(0)).toString();
const v5 = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

describe('exec', () => {
  it('brings output, errors and the exit code on their channels, and is one effect', async () => {
    const pod = await aPod();
    const ran = await dial(`${pod}/exec`, `${command('sh', '-c', 'echo out; echo err >&2; exit 3')}&${both}`, v5);
    await ran.closed;

    expect([ran.connection.protocol, said(ran, 1), said(ran, 2)]).toEqual(['v5.channel.k8s.io', 'out\n', 'err\n']);
    expect(JSON.parse(said(ran, 3))).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    });
    expect(sandbox.effects).toEqual([
      expect.objectContaining({ verb: 'exec', kind: 'Pod', namespace: 'shop', name: pod, user: 'admin', key: null }),
    ]);
    expect(sandbox.requests.at(-1)).toMatchObject({ method: 'GET', user: 'admin', status: 101 });
  });

  it('reads its input until v5 says that it has ended', async () => {
    const ran = await dial(`${await aPod()}/exec`, `${command('cat')}&stdin=true&${both}`, v5);
    ran.connection.send(Buffer.from('\u0000hello'));
    ran.connection.send(Buffer.of(255, 0));
    await ran.closed;

    expect(said(ran, 1)).toBe('hello');
    expect(JSON.parse(said(ran, 3))).toEqual({ metadata: {}, status: 'Success' });
  });

  it('speaks v4 where that is all the client knows', async () => {
    const ran = await dial(`${await aPod()}/exec`, `${command('echo', 'a b')}&${both}`, ['v4.channel.k8s.io']);
    await ran.closed;

    expect([ran.connection.protocol, said(ran, 1)]).toEqual(['v4.channel.k8s.io', 'a b\n']);
  });

  it.each([
    ['echo "a  b"', 'a  b\n', '', 0],
    ['false && echo no', '', '', 1],
    ['true && echo yes', 'yes\n', '', 0],
    ['cat /etc/shadow', '', 'cat: /etc/shadow: No such file or directory\n', 1],
    ['ls /nowhere', '', "ls: cannot access '/nowhere': No such file or directory\n", 2],
    ['rm -rf /', '', 'exec: "rm": executable file not found in $PATH\n', 127],
  ])('knows of sh -c %j what is simulated', async (script, out, err, code) => {
    const ran = await dial(`${await aPod()}/exec`, `${command('sh', '-c', script)}&${both}`, v5);
    await ran.closed;

    expect([said(ran, 1), said(ran, 2)]).toEqual([out, err]);
    expect(Number(/"message":"(\d+)"/.exec(said(ran, 3))?.[1] ?? 0)).toBe(code);
  });

  it('ends with its pod', async () => {
    const pod = await aPod();
    const ran = await dial(`${pod}/exec`, `${command('sleep', '3600')}&${both}`, v5);
    await remove(pod);
    await ran.closed;

    expect(said(ran, 3)).toContain('137');
  });

  it.each([
    ['a viewer', 'viewer', 'exec', v5, 403, /cannot get resource \\"pods\/exec\\"/],
    ['nobody', undefined, 'exec', v5, 403, /system:anonymous/],
    ['a wrong token', 'nonsense', 'exec', v5, 401, /Unauthorized/],
    ['another protocol', 'admin', 'exec', ['v1.channel.k8s.io'], 400, /unable to negotiate protocol/],
    ['attach', 'admin', 'attach', v5, 500, /not served/],
  ] as const)('refuses %s before anything is upgraded', async (_, user, subresource, protocols, status, refusal) => {
    const token = user === 'admin' || user === 'viewer' ? sandbox.tokens[user] : user;
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const ran = await dial(`${await aPod()}/${subresource}`, `${command('ls')}&${both}`, [...protocols], { headers });

    expect(ran).toMatchObject({ status, refusal: expect.stringMatching(refusal) });
    expect(sandbox.effects).toEqual([]);
  });

  it.each([
    ['no command', both, 400, /at least one command/],
    ['no stream', command('ls'), 400, /at least one of stdin/],
    ['an unknown container', `${command('ls')}&${both}&container=zz`, 400, /container zz is not valid/],
  ])('refuses %s', async (_, query, status, refusal) => {
    expect(await dial(`${await aPod()}/exec`, query, v5)).toMatchObject({ status, refusal: expect.stringMatching(refusal) });
  });

  it('goes wrong as asked: before it ran, or after, so that nobody knows', async () => {
    const pod = await aPod();
    sandbox.faults.add({ kind: 'unavailable', path: '/exec' });
    const before = await dial(`${pod}/exec`, `${command('ls')}&${both}`, v5);
    const effectsBefore = sandbox.effects.length;
    sandbox.faults.add({ kind: 'cut-after', path: '/exec' });
    const after = await dial(`${pod}/exec`, `${command('ls')}&${both}`, v5);
    await after.closed;

    expect([before.status, effectsBefore, after.status, sandbox.effects.length, said(after, 3)]).toEqual([503, 0, 101, 1, '']);
  });
});

describe('port-forward', () => {
  const v4 = ['v4.channel.k8s.io'];

  it('names the port on both channels, then carries HTTP to a port that the container declares', async () => {
    const pod = await aPod();
    const forwarded = await dial(`${pod}/portforward`, 'ports=8080', v4);
    forwarded.connection.send(Buffer.from('\u0000GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'));
    await forwarded.closed;

    expect(forwarded.heard.get(1)).toEqual(Buffer.of(0x90, 0x1f));
    expect(forwarded.heard.get(0)?.subarray(0, 2)).toEqual(Buffer.of(0x90, 0x1f));
    expect(said(forwarded, 0)).toMatch(new RegExp(`HTTP/1.1 200 OK[^]*GET /x answered by pod ${pod} on port 8080\n`));
    expect(sandbox.effects).toEqual([]);
  });

  it('keeps several ports apart, and says which of them refuses', async () => {
    const forwarded = await dial(`${await aPod()}/portforward`, 'ports=81&ports=8080', v4);
    forwarded.connection.send(Buffer.from('\u0002GET / HTTP/1.0\r\n\r\n'));
    await forwarded.closed;

    expect(said(forwarded, 1)).toMatch(/error forwarding port 81 to pod .* connection refused/);
    expect(said(forwarded, 2)).toContain('on port 8080');
    expect(forwarded.heard.get(3)).toHaveLength(2);
  });

  it('ends with its pod', async () => {
    const pod = await aPod();
    const forwarded = await dial(`${pod}/portforward`, 'ports=8080', v4);
    await remove(pod);

    await forwarded.closed;

    expect(forwarded.heard.get(1)).toHaveLength(2);
  });

  it.each([
    ['no port', '', v4, 400, /ports.* is required/],
    ['no number', 'ports=http', v4, 400, /unable to parse/],
  ])('refuses %s', async (_, query, protocols, status, refusal) => {
    expect(await dial(`${await aPod()}/portforward`, query, protocols)).toMatchObject({ status, refusal: expect.stringMatching(refusal) });
  });
});
