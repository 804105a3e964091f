import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';

let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-config-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

async function file(path: string, text: string): Promise<string> {
  const full = join(dir, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, text);
  return full;
}

const load = (options: { cwd?: string; env?: Record<string, string> } = {}) =>
  loadConfig({ cwd: options.cwd ?? dir, env: options.env ?? { HOME: dir } });

/** What `load` says about the user's own file. */
async function refusal(text: string): Promise<unknown> {
  await file('.config/devos/devos.yaml', text);
  return load().catch((error: unknown) => error);
}

describe('where settings come from', () => {
  it('is nowhere on a fresh machine: defaults, and no file', async () => {
    expect(await load()).toMatchObject({ profile: 'solo', environments: [], connections: {} });
  });

  it('is the file under HOME, or under XDG_CONFIG_HOME', async () => {
    await file('.config/devos/devos.yaml', 'connections: { jira: { project: HOME } }');
    const moved = await file('xdg/devos/devos.yaml', 'connections: { jira: { project: XDG } }');

    const home = await load();
    const xdg = await load({ env: { HOME: dir, XDG_CONFIG_HOME: join(dir, 'xdg') } });

    expect(home.connections).toEqual({ jira: { project: 'HOME' } });
    expect(xdg.connections).toEqual({ jira: { project: 'XDG' } });
    expect(xdg.files).toContain(moved);
  });

  it('leaves out a relative XDG_CONFIG_HOME', async () => {
    await file('.config/devos/devos.yaml', 'connections: { jira: { project: HOME } }');

    const { connections } = await load({ env: { HOME: dir, XDG_CONFIG_HOME: 'xdg' } });

    expect(connections).toEqual({ jira: { project: 'HOME' } });
  });

  it('is only the file that DEVOS_CONFIG names, where it does', async () => {
    await file('.config/devos/devos.yaml', 'connections: { jira: { project: HOME } }');
    const named = await file('named.yaml', 'environments: [{ name: live, production: true }]');

    const config = await load({ env: { HOME: dir, DEVOS_CONFIG: named } });

    expect(config).toMatchObject({ connections: {}, files: [named], environments: [{ name: 'live' }] });
  });

  it('reads a relative DEVOS_CONFIG from the folder of the request', async () => {
    const named = await file('work/own.yaml', 'connections: { jira: { project: OWN } }');

    const config = await load({ cwd: join(dir, 'work'), env: { HOME: dir, DEVOS_CONFIG: 'own.yaml' } });

    expect(config.files).toEqual([named]);
  });

  it('stops where DEVOS_CONFIG names a file that is not there: its rules would silently be missing', async () => {
    const error = await load({ env: { HOME: dir, DEVOS_CONFIG: join(dir, 'typo.yaml') } }).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('typo.yaml'),
      hint: expect.stringMatching(/\S/),
    });
  });

  it('puts production rules first, so that the strictest match wins', async () => {
    await file('.config/devos/devos.yaml', 'environments: [{ name: any, namespaces: ["*"] }, { name: live, production: true }]');

    const { environments } = await load();

    expect(environments.map(({ name }) => name)).toEqual(['live', 'any']);
  });
});

describe('a project file', () => {
  it('marks production, and is found from the folders below it', async () => {
    const project = await file('repo/.devos/devos.yaml', 'environments: [{ name: live, production: true, namespaces: [shop] }]');
    await mkdir(join(dir, 'repo/src/deep'), { recursive: true });

    const config = await load({ cwd: join(dir, 'repo/src/deep') });

    expect(config.environments).toEqual([{ name: 'live', production: true, clusters: [], namespaces: ['shop'] }]);
    expect(config.files).toEqual([project]);
  });

  it.each([
    ['a loose environment', 'environments: [{ name: live, production: false, namespaces: [production] }]'],
    ['an environment that does not say', 'environments: [{ name: live, namespaces: [production] }]'],
    ['a connection', 'connections: { jira: { url: "https://evil.example" } }'],
    ['a profile', 'profile: solo'],
    ['a model', 'planner: { llm: { provider: ollama, model: m } }'],
    ['a yes to models', 'planner: { llm: { allowed: true } }'],
  ])('may not bring %s', async (_what, text) => {
    await file('repo/.devos/devos.yaml', text);

    const error = await load({ cwd: join(dir, 'repo') }).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('repo/.devos/devos.yaml') });
  });

  it('cannot make a rule of the user weaker by using its name', async () => {
    await file('.config/devos/devos.yaml', 'environments: [{ name: live, production: true, namespaces: [shop] }]');
    await file('repo/.devos/devos.yaml', 'environments: [{ name: live, production: true, namespaces: [elsewhere] }]');

    const { environments } = await load({ cwd: join(dir, 'repo') });

    expect(environments.map(({ namespaces }) => namespaces)).toEqual([['shop'], ['elsewhere']]);
  });
});

describe('a file that cannot be understood', () => {
  it('is named with line and column', async () => {
    expect(await refusal('connections:\n  jira: [unclosed\n')).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/devos\.yaml:\d+:\d+: \S/),
    });
  });

  it.each([
    ['an unknown setting', 'profile: solo\nconections: {}\n', /devos\.yaml:2:.*conections/],
    ['an unknown setting deep inside', 'environments:\n  - name: live\n    prodcution: true\n', /devos\.yaml:3:.*prodcution/],
    ['a wrong type', 'environments:\n  - name: live\n    production: perhaps\n', /devos\.yaml:3:.*production/],
    ['a missing name', 'profile: solo\nenvironments:\n  - production: true\n', /devos\.yaml:3:.*name/],
    ['something else than settings', '- one\n', /devos\.yaml:1/],
    ['two documents', 'profile: solo\n---\nprofile: solo\n', /devos\.yaml:\d+:\d+/],
    ['a setting that is there twice', 'profile: solo\nprofile: solo\n', /devos\.yaml:2:\d+/],
  ])('stops for %s, with its line', async (_what, text, message) => {
    expect(await refusal(text)).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) });
  });

  it('stops for an alias without an anchor, and for aliases that explode', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [index, name] of [...'bcdefgh'].entries()) bomb.push(`${name}: &${name} [${`*${'abcdefgh'[index]}, `.repeat(10)}]`);

    expect(await refusal('profile: *nowhere\n')).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await refusal(`connections:\n  ${bomb.join('\n  ')}\n`)).toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('names a system that there is not', async () => {
    await file('.config/devos/devos.yaml', 'connections:\n  jira: { project: OPS }\n  jria: { project: OPS }\n');

    const error = await loadConfig({ cwd: dir, env: { HOME: dir }, systems: ['kubernetes', 'jira'] }).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/devos\.yaml:3: connections\.jria .*kubernetes, jira/),
    });
  });

  it('is one that cannot be read', async () => {
    await mkdir(join(dir, '.config/devos/devos.yaml'), { recursive: true });

    const error = await load().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('Cannot read'),
      hint: expect.stringContaining('ls -l'),
    });
  });

  it('is empty or comments only: then it says nothing', async () => {
    await file('.config/devos/devos.yaml', '# nothing yet\n');

    expect(await load()).toMatchObject({ environments: [], connections: {} });
  });
});
