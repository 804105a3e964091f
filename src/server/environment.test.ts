import { integrations } from '#integrations';
import { describe, expect, it } from 'vitest';
import { carriedNames, requestEnvironment } from './environment.ts';

describe('carriedNames', () => {
  it('holds what integrations ask for and where configuration lies, each once', () => {
    const names = carriedNames(integrations);

    expect(names).toEqual(expect.arrayContaining(['HOME', 'DEVOS_CONFIG', 'KUBECONFIG']));
    expect(new Set(names).size).toBe(names.length);
  });

  it('holds nothing that usually is a secret', () => {
    expect(carriedNames(integrations).filter((name) => /token|secret|password|access_key|api_key/i.test(name))).toEqual([]);
  });
});

describe('requestEnvironment', () => {
  const daemon = { PATH: '/bin', KUBECONFIG: '/daemon/config', JIRA_TOKEN: 'x', HOME: '/root' };

  it("is the daemon's, with the request's variables in their place", () => {
    expect(requestEnvironment(daemon, { KUBECONFIG: '/mine', HOME: '/home/me' }, ['KUBECONFIG', 'HOME'])).toEqual({
      PATH: '/bin',
      JIRA_TOKEN: 'x',
      KUBECONFIG: '/mine',
      HOME: '/home/me',
    });
  });

  it("has none of the daemon's carried variables where the request has none", () => {
    const env = requestEnvironment(daemon, {}, ['KUBECONFIG', 'HOME']);

    expect(Object.keys(env)).toEqual(['PATH', 'JIRA_TOKEN']);
  });

  it('takes nothing else from a request', () => {
    const env = requestEnvironment(daemon, { PATH: '/evil', LD_PRELOAD: '/evil.so' }, ['KUBECONFIG']);

    expect(env).toMatchObject({ PATH: '/bin' });
    expect(env).not.toHaveProperty('LD_PRELOAD');
  });

  it("leaves the daemon's own environment as it was", () => {
    requestEnvironment(daemon, {}, ['KUBECONFIG']);

    expect(daemon.KUBECONFIG).toBe('/daemon/config');
  });
});
