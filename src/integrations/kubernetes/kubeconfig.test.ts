import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { AppError } from '#kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kubeconfigStamp, loadKubeconfig } from './kubeconfig.ts';
import { resolveContext } from './kubeconfig-context.ts';

let dir = '';

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'devos-kubeconfig-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(dir, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function config(name: string, options: { server?: string; user?: string; cluster?: string; context?: string } = {}): string {
  const { server = 'https://one.example:6443', user = '{ token: abc }', cluster = '', context = '' } = options;
  return `apiVersion: v1
kind: Config
current-context: ${name}
clusters:
  - name: ${name}-cluster
    cluster: { server: '${server}'${cluster} }
users:
  - name: ${name}-user
    user: ${user}
contexts:
  - name: ${name}
    context: { cluster: ${name}-cluster, user: ${name}-user${context} }
`;
}

const sources = (env: Record<string, string> = {}) => ({ env, cwd: dir, serviceAccountDir: join(dir, 'no-account') });

async function failure(work: Promise<unknown>): Promise<AppError> {
  const thrown = await work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (!AppError.isInstance(thrown)) throw thrown;
  return thrown;
}

describe('finding the kubeconfig', () => {
  it('takes ~/.kube/config where KUBECONFIG is not set', async () => {
    file('.kube/config', config('home'));

    const loaded = await loadKubeconfig(sources({ HOME: dir }));

    expect(loaded.currentContext).toBe('home');
  });

  it('merges the files of KUBECONFIG, and the first one wins', async () => {
    const first = file('a', config('dev', { server: 'https://first.example' }));
    const second = file('b', `${config('dev', { server: 'https://second.example' })}`);
    const third = file('c', config('prod', { server: 'https://third.example' }));

    const loaded = await loadKubeconfig(sources({ KUBECONFIG: [first, join(dir, 'absent'), '', second, third].join(delimiter) }));

    expect([...loaded.contexts.keys()]).toEqual(['dev', 'prod']);
    expect(loaded.currentContext).toBe('dev');
    expect((await resolveContext(loaded)).server).toBe('https://first.example');
    expect((await resolveContext(loaded, 'prod')).server).toBe('https://third.example');
  });

  it('takes the service account of the pod where there is no file', async () => {
    file('account/token', 'pod-token\n');
    file('account/ca.crt', 'PEM');
    file('account/namespace', 'shop');

    const loaded = await loadKubeconfig({
      env: { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' },
      cwd: dir,
      serviceAccountDir: join(dir, 'account'),
    });
    const target = await resolveContext(loaded);

    expect(target).toMatchObject({ server: 'https://[fd00::1]:6443', namespace: 'shop', ca: 'PEM', context: 'in-cluster' });
    expect(target.login.tokenFile).toBe(join(dir, 'account', 'token'));
  });

  it('says KUBECONFIG_MISSING with what to do, for a variable and for none', async () => {
    const named = await failure(loadKubeconfig(sources({ KUBECONFIG: join(dir, 'absent') })));
    const none = await failure(loadKubeconfig(sources({ HOME: dir })));

    expect(named).toMatchObject({ code: 'KUBECONFIG_MISSING', hint: expect.stringContaining('unset KUBECONFIG') });
    expect(none).toMatchObject({ code: 'KUBECONFIG_MISSING', hint: expect.stringContaining('export KUBECONFIG=') });
    expect(none.message).toContain(join(dir, '.kube', 'config'));
  });

  it.each([
    ['broken YAML', 'clusters: [\n  - name: x', ':'],
    ['a wrong type', 'clusters:\n  - name: x\n    cluster:\n      server: [1]\n', ':4:'],
    ['text', 'hello', ':1:'],
  ])('names file and line of %s', async (_what, text, at) => {
    const path = file('bad', text);

    const error = await failure(loadKubeconfig(sources({ KUBECONFIG: path })));

    expect(error.code).toBe('KUBECONFIG_INVALID');
    expect(error.message).toContain(`${path}${at}`);
  });

  it('changes its stamp when a file is written, appears or goes', async () => {
    const path = join(dir, 'config');
    const from = sources({ KUBECONFIG: path });

    const absent = await kubeconfigStamp(from);
    file('config', config('a'));
    const there = await kubeconfigStamp(from);
    file('config', config('another'));
    const changed = await kubeconfigStamp(from);

    expect(new Set([absent, there, changed]).size).toBe(3);
    expect(await kubeconfigStamp(from)).toBe(changed);
  });
});

describe('resolving a context', () => {
  async function resolved(text: string, wanted?: string) {
    const loaded = await loadKubeconfig(sources({ KUBECONFIG: file('config', text) }));
    return resolveContext(loaded, wanted);
  }

  it('reads certificates from files beside the kubeconfig, and prefers data', async () => {
    file('pki/ca.pem', 'CA-FILE');
    file('pki/cert.pem', 'CERT-FILE');
    file('pki/key.pem', 'KEY-FILE');
    const data = Buffer.from('CA-DATA').toString('base64');

    const target = await resolved(
      config('x', {
        user: '{ client-certificate: pki/cert.pem, client-key: pki/key.pem }',
        cluster: `, certificate-authority: pki/ca.pem, certificate-authority-data: ${data}, tls-server-name: kube.internal`,
        context: ', namespace: shop',
      }),
    );

    expect(target).toMatchObject({ ca: 'CA-DATA', servername: 'kube.internal', namespace: 'shop', insecure: false });
    expect(target.login.cert).toBe('CERT-FILE');
    expect(target.login.key?.reveal()).toBe('KEY-FILE');
    expect(target.files).toEqual([join(dir, 'pki/cert.pem'), join(dir, 'pki/key.pem')]);
  });

  it('prints no secret', async () => {
    const key = Buffer.from('PRIVATE').toString('base64');
    const cert = Buffer.from('PUBLIC').toString('base64');

    const target = await resolved(config('x', { user: `{ token: s3cret, client-key-data: ${key}, client-certificate-data: ${cert} }` }));

    expect(target.login.token?.reveal()).toBe('s3cret');
    expect(JSON.stringify(target)).not.toMatch(/s3cret|PRIVATE/);
  });

  it.each([
    ['an unknown context', config('x'), 'nowhere', 'NOT_FOUND', /There are: x/],
    ['no current context', config('x').replace('current-context: x', ''), undefined, 'KUBECONFIG_INVALID', /use-context x/],
    [
      'a current context that is not there',
      config('x').replace('current-context: x', 'current-context: y'),
      undefined,
      'KUBECONFIG_INVALID',
      /use-context x/,
    ],
    ['a missing cluster', config('x').replace('cluster: x-cluster', 'cluster: gone'), undefined, 'KUBECONFIG_INVALID', /config view/],
    ['a missing user', config('x').replace('user: x-user', 'user: gone'), undefined, 'KUBECONFIG_INVALID', /config view/],
    ['a bad address', config('x', { server: 'kube' }), undefined, 'KUBECONFIG_INVALID', /config view/],
    ['an open connection', config('x', { server: 'http://kube.example.com' }), undefined, 'KUBECONFIG_INVALID', /https/],
    ['another protocol', config('x', { server: 'ftp://kube' }), undefined, 'KUBECONFIG_INVALID', /config view/],
    ['a proxy', config('x', { cluster: ", proxy-url: 'http://proxy:3128'" }), undefined, 'KUBECONFIG_INVALID', /without one/],
    [
      'both trust settings',
      config('x', { cluster: ', certificate-authority-data: QQ==, insecure-skip-tls-verify: true' }),
      undefined,
      'KUBECONFIG_INVALID',
      /set-cluster/,
    ],
    ['a password', config('x', { user: '{ username: me, password: pw }' }), undefined, 'KUBECONFIG_INVALID', /--token/],
    ['an auth-provider', config('x', { user: '{ auth-provider: { name: gcp } }' }), undefined, 'KUBECONFIG_INVALID', /get-credentials/],
    [
      'a certificate without key',
      config('x', { user: '{ client-certificate-data: QQ== }' }),
      undefined,
      'KUBECONFIG_INVALID',
      /config view/,
    ],
    [
      'a key file that is not there',
      config('x', { user: '{ client-certificate-data: QQ==, client-key: gone.pem }' }),
      undefined,
      'KUBECONFIG_INVALID',
      /ls -l/,
    ],
    [
      'several groups to impersonate',
      config('x', { user: '{ token: a, as: bob, as-groups: [a, b] }' }),
      undefined,
      'KUBECONFIG_INVALID',
      /config view/,
    ],
  ])('refuses %s', async (_what, text, wanted, code, hint) => {
    const error = await failure(resolved(text, wanted));

    expect(error.code).toBe(code);
    expect(error.hint).toMatch(hint);
  });

  it('cannot read a kubeconfig without permission', async () => {
    const path = file('locked', config('x'));
    chmodSync(path, 0o000);
    if (process.getuid?.() === 0) {
      // As root every file can be read; a folder in its place cannot.
      rmSync(path);
      mkdirSync(path);
    }

    const error = await failure(loadKubeconfig(sources({ KUBECONFIG: path })));

    expect(error).toMatchObject({ code: 'KUBECONFIG_INVALID', hint: `Look at it with: ls -l ${path}` });
  });
});
