import { describe, expect, it } from 'vitest';
import { maskValues } from './actions/release-values.ts';
import { placeOfChart } from './charts.ts';
import { HelmConfig } from './config.ts';
import { forceArgs, waitArgs } from './deploy.ts';
import { driftLines, manifestDiff, readManifest } from './manifests.ts';
import { findHelm, passed } from './program.ts';
import { helmError } from './remote-errors.ts';

describe('what differs between helm 3 and 4', () => {
  it('is the way to put back a failed upgrade, and to take over fields', () => {
    const [three, four] = [
      { major: 3, text: 'v3.18.0' },
      { major: 4, text: 'v4.1.4' },
    ];

    expect(waitArgs(three, '5m')).toEqual(['--wait', '--timeout', '5m', '--atomic']);
    expect(waitArgs(four, '5m')).toEqual(['--wait', '--timeout', '5m', '--rollback-on-failure']);
    expect([forceArgs(three, ['x']), forceArgs(four, []), forceArgs(four, ['x'])]).toEqual([[], [], ['--force-conflicts']]);
  });
});

describe('helm that fails', () => {
  it.each([
    ['Error: release: not found', 'NOT_FOUND'],
    ['Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress', 'CONFLICT'],
    [
      'Error: UPGRADE FAILED: release demo failed, and has been rolled back due to rollback-on-failure being set: context deadline exceeded',
      'VERIFY_FAILED',
    ],
    ['Error: Kubernetes cluster unreachable: the server has asked for the client to provide credentials', 'AUTH_FAILED'],
    ['Error: list: failed to list: secrets is forbidden: User "viewer" cannot list resource "secrets"', 'FORBIDDEN'],
    ['Error: looks like "https://charts.example" is not a valid chart repository or cannot be reached', 'REMOTE_UNAVAILABLE'],
    ['Error: chart "nope" version "1" not found in https://charts.example repository', 'NOT_FOUND'],
    ["Error: values don't meet the specifications of the schema(s)", 'INPUT_INVALID'],
    [
      'Error: INSTALLATION FAILED: Unable to continue with install: Service "x" in namespace "shop" exists and cannot be imported into the current release',
      'CONFLICT',
    ],
    ['Error: something that nobody thought of', 'REMOTE_REJECTED'],
  ])('%s', (said, code) => {
    const error = helmError({ command: 'upgrade', said: `level=WARN msg="noise"\n${said}\n`, ended: undefined, write: true });

    expect(error).toMatchObject({ code, hint: expect.stringMatching(/\S/) });
    expect(error.message).not.toContain('noise');
  });

  it('leaves the outcome of a write open only where it may have been made', () => {
    const unclear = (said: string, write: boolean) => helmError({ command: 'upgrade', said, ended: undefined, write }).details['unclear'];

    expect([unclear('timed out waiting', true), unclear('timed out waiting', false), unclear('release: not found', true)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('where a chart comes from', () => {
  const config = HelmConfig.parse({
    repositories: { bitnami: 'https://charts.example/bitnami' },
    charts: {
      api: { repository: 'https://charts.example', chart: 'api', version: '2.0.0' },
      web: { oci: 'oci://registry.example/web' },
      own: { path: '~/own' },
    },
  });
  const place = (release: string, chart?: string) => placeOfChart({ release, chart }, config, '/work', '/home/dana');

  it('is what is named, what is configured, or asked for', () => {
    expect(place('api')).toEqual({
      title: 'api (https://charts.example)',
      args: ['api', '--repo', 'https://charts.example'],
      version: '2.0.0',
    });
    expect(place('web').args).toEqual(['oci://registry.example/web']);
    expect(place('own').path).toBe('/home/dana/own');
    expect(place('x', 'bitnami/redis').args).toEqual(['redis', '--repo', 'https://charts.example/bitnami']);
    expect(place('x', './charts/x').path).toBe('/work/charts/x');
    expect(place('x', 'added/chart').args).toEqual(['added/chart']);
    expect(() => place('x')).toThrow(expect.objectContaining({ code: 'NEEDS_ANSWER' }));
  });

  it.each([
    ['an option', '--post-renderer'],
    ['plain http elsewhere', 'http://charts.example/x.tgz'],
  ])('is never %s', (_what, chart) => {
    expect(() => place('x', chart)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('is not configured over plain http', () => {
    expect(HelmConfig.safeParse({ repositories: { x: 'http://charts.example' } }).success).toBe(false);
    expect(HelmConfig.safeParse({ repositories: { x: 'http://127.0.0.1:8080' } }).success).toBe(true);
  });
});

describe('manifests', () => {
  const deployment = (image: string, chart: string) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { helm.sh/chart: ${chart} } }
spec: { replicas: 2, template: { spec: { containers: [{ name: main, image: '${image}' }] } } }
`;

  it('differ by what goes, comes and changes, without the labels of each version', () => {
    const before = readManifest(`${deployment('web:1', 'web-1')}---\nkind: Service\nmetadata: { name: web }\n`);
    const after = readManifest(`${deployment('web:2', 'web-2')}---\nkind: ConfigMap\nmetadata: { name: web }\n`);

    expect(manifestDiff(before, after)).toEqual([
      '- Service web',
      '+ ConfigMap web',
      '~ Deployment web  spec.template.spec.containers[main].image  web:1 -> web:2',
    ]);
    expect(manifestDiff(readManifest(deployment('web:1', 'web-1')), readManifest(deployment('web:1', 'web-2')))).toEqual([
      "~ Deployment web  labels of the chart's version",
    ]);
  });

  it('are compared with what runs, by the fields that they set', () => {
    const manifest = readManifest(deployment('web:1', 'web-1'));
    const live = {
      kind: 'Deployment',
      metadata: { name: 'web', labels: { 'helm.sh/chart': 'web-1' }, uid: '1' },
      spec: {
        replicas: 5,
        paused: false,
        template: { spec: { containers: [{ name: 'main', image: 'web:1', imagePullPolicy: 'Always' }] } },
      },
    };

    expect(driftLines(manifest, { 'v1/Deployment': [{ apiVersion: 'apps/v1', ...live }] })).toEqual([
      '  by hand: Deployment web  spec.replicas  2 -> 5',
    ]);
    expect(driftLines(manifest, { 'v1/Deployment': [{ apiVersion: 'apps/v1', ...live, spec: { ...live.spec, replicas: 2 } }] })).toEqual(
      [],
    );
  });

  it('that are no YAML are refused', () => {
    expect(() => readManifest('a: [')).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});

describe('helm itself', () => {
  it('is needed, and gets no variable that it has no need of', async () => {
    await expect(findHelm({ program: undefined, env: { PATH: '/nowhere' } })).rejects.toMatchObject({ code: 'CONNECTION_MISSING' });
    await expect(findHelm({ program: '/nowhere/helm', env: {} })).rejects.toMatchObject({ code: 'CONNECTION_MISSING' });
    expect(passed.filter((name) => /TOKEN|PASSWORD|SECRET|KEY/.test(name) && !name.endsWith('_FILE'))).toEqual([]);
  });
});

describe('values', () => {
  it('are shown without what is called like a secret', () => {
    const values = {
      image: 'web:1',
      auth: { password: 'hunter2', existingSecret: 'web', enabled: true },
      env: [
        { name: 'API_TOKEN', value: 'abc' },
        { name: 'LEVEL', value: 'info' },
      ],
    };

    expect(maskValues(values)).toEqual({
      image: 'web:1',
      auth: { password: '***', existingSecret: '***', enabled: true },
      env: [
        { name: 'API_TOKEN', value: '***' },
        { name: 'LEVEL', value: 'info' },
      ],
    });
  });
});
