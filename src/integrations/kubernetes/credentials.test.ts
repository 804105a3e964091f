import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, Secret } from '#kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCredentials } from './credentials.ts';
import type { Target } from './kubeconfig-context.ts';
import type { KubeconfigExec } from './kubeconfig-file.ts';

let dir = '';
let now = new Date('2026-11-22T10:00:00Z');
const signal = () => new AbortController().signal;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'devos-plugin-'));
  now = new Date('2026-11-22T10:00:00Z');
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function target(login: Partial<Target['login']>): Target {
  return {
    context: 'dev',
    cluster: 'dev',
    names: ['dev'],
    user: 'dana',
    namespace: 'default',
    server: 'https://kube.example',
    ca: 'CA',
    insecure: false,
    execConfig: { audience: 'x' },
    login: { headers: {}, ...login },
    files: [],
  };
}

/** A program that notes each call beside itself and prints the answer. */
function plugin(name: string, script: string): string {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\necho call >> "${dir}/calls"\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const calls = () => readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n').length;

function answer(status: Record<string, unknown>, version = 'v1'): string {
  return `cat <<'END'\n${JSON.stringify({ apiVersion: `client.authentication.k8s.io/${version}`, kind: 'ExecCredential', status })}\nEND`;
}

function source(spec: Partial<KubeconfigExec> & { command: string }, execTimeoutMs = 5000) {
  const exec = { spec: { apiVersion: 'client.authentication.k8s.io/v1', ...spec }, dir };
  return createCredentials({
    target: target({ exec }),
    env: { PATH: process.env['PATH'], DEVOS_LEAK: 'inherited' },
    clock: () => now,
    execTimeoutMs,
  });
}

function bearer(headers: Record<string, string | Secret>): string {
  const value = headers['authorization'];
  return value instanceof Secret ? value.reveal() : '';
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  const thrown = await work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (!AppError.isInstance(thrown)) throw thrown;
  return thrown;
}

describe('exec plug-ins', () => {
  it('hands over arguments as they are, variables and what the cluster is', async () => {
    const path = plugin(
      'sign-in',
      `printf '%s\\n' "$@" > "${dir}/args"; printf '%s' "$EXTRA" > "${dir}/extra"; printf '%s' "$KUBERNETES_EXEC_INFO" > "${dir}/info"\n${answer({ token: 't0ken' })}`,
    );
    const credentials = source({
      command: path,
      args: ['--one two', '$(touch x)', ';'],
      env: [{ name: 'EXTRA', value: 'yes' }],
      provideClusterInfo: true,
    });

    const { headers, anonymous } = await credentials.read(signal());

    expect(bearer(headers)).toBe('Bearer t0ken');
    expect(anonymous).toBe(false);
    expect(readFileSync(join(dir, 'args'), 'utf8')).toBe('--one two\n$(touch x)\n;\n');
    expect(readFileSync(join(dir, 'extra'), 'utf8')).toBe('yes');
    expect(JSON.parse(readFileSync(join(dir, 'info'), 'utf8'))).toEqual({
      kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1',
      spec: {
        interactive: false,
        cluster: { server: 'https://kube.example', 'certificate-authority-data': 'Q0E=', config: { audience: 'x' } },
      },
    });
  });

  it('finds a command with a path beside the kubeconfig', async () => {
    plugin('sign-in', answer({ token: 'here' }));

    const { headers } = await source({ command: './sign-in' }).read(signal());

    expect(bearer(headers)).toBe('Bearer here');
  });

  it('takes v1beta1 and client certificates', async () => {
    const path = plugin('sign-in', answer({ clientCertificateData: 'CERT', clientKeyData: 'KEY' }, 'v1beta1'));

    const credentials = await source({ command: path, apiVersion: 'client.authentication.k8s.io/v1beta1' }).read(signal());

    expect(credentials.cert).toBe('CERT');
    expect(credentials.key?.reveal()).toBe('KEY');
    expect(JSON.stringify(credentials)).not.toContain('KEY"');
  });

  it('runs once for many requests, again when it expires, and again after a 401', async () => {
    const path = plugin('sign-in', answer({ token: 't', expirationTimestamp: '2026-11-22T10:10:00Z' }));
    const credentials = source({ command: path });

    await Promise.all([credentials.read(signal()), credentials.read(signal()), credentials.read(signal())]);
    expect(calls()).toBe(1);

    now = new Date('2026-11-22T10:09:55Z');
    await credentials.read(signal());
    expect(calls()).toBe(2);

    now = new Date('2026-11-22T10:00:00Z');
    expect(credentials.renew()).toBe(true);
    await credentials.read(signal());
    expect(calls()).toBe(3);
  });

  it('tries again after a failure', async () => {
    const path = plugin('sign-in', `[ -e "${dir}/ok" ] || exit 3\n${answer({ token: 'later' })}`);
    const credentials = source({ command: path });

    await failure(credentials.read(signal()));
    writeFileSync(join(dir, 'ok'), '');

    expect(bearer((await credentials.read(signal())).headers)).toBe('Bearer later');
  });

  it.each([
    [
      'a program that is not there',
      { command: 'no-such-program-here', installHint: 'apt install it' },
      'KUBECONFIG_INVALID',
      /apt install it/,
    ],
    ['an old API version', { command: 'x', apiVersion: 'client.authentication.k8s.io/v1alpha1' }, 'KUBECONFIG_INVALID', /config view/],
    ['a program that must ask a person', { command: 'x', interactiveMode: 'Always' }, 'KUBECONFIG_INVALID', /config view/],
  ])('refuses %s', async (_what, spec, code, hint) => {
    const error = await failure(source(spec).read(signal()));

    expect(error.code).toBe(code);
    expect(error.hint).toMatch(hint);
  });

  it.each([
    ['an exit status', 'echo "no \u001b[31mticket\u001b[0m; token=abcdef123456" >&2; exit 7', /exit 7\): no ticket; token=\*\*\*/],
    ['no JSON', 'echo hello', /printed no ExecCredential/],
    ['another version', answer({ token: 'x' }, 'v1beta1'), /instead of/],
    ['no credentials', answer({}), /neither a token nor/],
  ])('says AUTH_FAILED for %s', async (_what, script, message) => {
    const path = plugin('sign-in', script);

    const error = await failure(source({ command: path }).read(signal()));

    expect(error.code).toBe('AUTH_FAILED');
    expect(error.message).toMatch(message);
  });

  it('does not wait for ever, and leaves nothing running', async () => {
    const path = plugin('sign-in', `echo $$ > "${dir}/pid"; exec sleep 60`);

    const error = await failure(source({ command: path }, 500).read(signal()));

    expect(error.code).toBe('TIMEOUT');
    expect(() => process.kill(Number(readFileSync(join(dir, 'pid'), 'utf8')), 0)).toThrow('ESRCH');
  });

  it('stops waiting when the request is stopped, but not for the others', async () => {
    const path = plugin('sign-in', `while [ ! -e "${dir}/go" ]; do sleep 0.02; done\n${answer({ token: 't' })}`);
    const credentials = source({ command: path });
    const stop = new AbortController();

    const stopped = failure(credentials.read(stop.signal));
    const other = credentials.read(signal());
    stop.abort();
    expect((await stopped).code).toBe('INTERRUPTED');
    writeFileSync(join(dir, 'go'), '');

    expect(bearer((await other).headers)).toBe('Bearer t');
    expect(calls()).toBe(1);
  });
});

describe('tokens', () => {
  it('reads a token file again after a minute, and at once after a 401', async () => {
    const path = join(dir, 'token');
    writeFileSync(path, 'one\n');
    const credentials = createCredentials({ target: target({ tokenFile: path, token: new Secret('older') }), env: {}, clock: () => now });

    const first = bearer((await credentials.read(signal())).headers);
    writeFileSync(path, 'two');
    const kept = bearer((await credentials.read(signal())).headers);
    now = new Date(now.getTime() + 61_000);
    const second = bearer((await credentials.read(signal())).headers);
    writeFileSync(path, 'three');
    credentials.renew();

    expect([first, kept, second, bearer((await credentials.read(signal())).headers)]).toEqual([
      'Bearer one',
      'Bearer one',
      'Bearer two',
      'Bearer three',
    ]);
  });

  it('says where a token file is missing', async () => {
    const error = await failure(
      createCredentials({ target: target({ tokenFile: join(dir, 'gone') }), env: {}, clock: () => now }).read(signal()),
    );

    expect(error).toMatchObject({ code: 'KUBECONFIG_INVALID', hint: expect.stringContaining('ls -l') });
  });

  it('knows when it has nothing to sign in with, and that asking again does not help', async () => {
    const credentials = createCredentials({ target: target({}), env: {}, clock: () => now });

    expect((await credentials.read(signal())).anonymous).toBe(true);
    expect(credentials.renew()).toBe(false);
  });
});
