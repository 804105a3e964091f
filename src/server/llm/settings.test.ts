import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../config.ts';
import { usableSettings } from './settings.ts';

let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'devos-llm-config-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function file(path: string, llm: string): Promise<string> {
  const full = join(dir, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, `planner:\n  llm: ${llm}\n`);
  return full;
}

const load = (env: Record<string, string> = {}, cwd = dir): Promise<Config> =>
  loadConfig({ cwd, env: { HOME: dir, ...env }, systemFile: join(dir, 'etc/devos.yaml') });
const user = '.config/devos/devos.yaml';
const ollama = '{ provider: ollama, model: llama3.2 }';

describe('a model', () => {
  it('is none unless configured', async () => {
    const { llm } = await load();

    expect(llm).toEqual({});
    expect(usableSettings(llm)).toMatchObject({ code: 'CONNECTION_MISSING' });
  });

  it('is found at its usual address, and waited for half a minute', async () => {
    await file(user, ollama);

    expect((await load()).llm.settings).toEqual({
      provider: 'ollama',
      model: 'llama3.2',
      url: 'http://127.0.0.1:11434/v1',
      apiKey: undefined,
      timeoutMs: 30_000,
    });
  });

  it('is taken from one file as a whole, so that no address gets the key of another', async () => {
    await file('etc/devos.yaml', '{ provider: openai-compatible, model: a, url: "https://llm.example/v1", apiKey: { env: KEY } }');
    await file(user, '{ provider: openai-compatible, model: b, url: "https://other.example/v1/", timeout: 5 }');

    expect((await load()).llm.settings).toEqual({
      provider: 'openai-compatible',
      model: 'b',
      url: 'https://other.example/v1',
      apiKey: undefined,
      timeoutMs: 5000,
    });
  });
});

describe('a no', () => {
  it.each([
    ['the system', 'etc/devos.yaml'],
    ['the user', user],
    ['the project', '.devos/devos.yaml'],
  ])('of %s stays, and is named', async (_who, path) => {
    if (path !== user) await file(user, `{ allowed: true, provider: ollama, model: m }`);
    const forbids = await file(path, '{ allowed: false }');

    const { llm } = await load();

    expect(usableSettings(llm)).toMatchObject({ code: 'POLICY_DENIED', message: expect.stringContaining(forbids) });
  });

  it('of the system holds for a file that DEVOS_CONFIG names', async () => {
    await file('etc/devos.yaml', '{ allowed: false, provider: ollama, model: m }');
    const own = await file('own.yaml', `{ allowed: true, provider: ollama, model: m }`);

    const { llm } = await load({ DEVOS_CONFIG: own });

    expect(usableSettings(llm)).toMatchObject({ code: 'POLICY_DENIED' });
  });

  it('is nothing that was not said (control)', async () => {
    await file('etc/devos.yaml', ollama);
    const own = await file('own.yaml', '{ provider: ollama, model: mine }');

    expect(usableSettings((await load({ DEVOS_CONFIG: own })).llm)).toMatchObject({ model: 'mine' });
  });
});

describe('settings that cannot be right', () => {
  it.each([
    ['no provider', '{ model: m }', /provider is missing/],
    ['no model', '{ provider: ollama }', /model is missing/],
    ['an unknown provider', '{ provider: gemini, model: m }', /provider/],
    ['no address', '{ provider: openai-compatible, model: m }', /url is missing/],
    ['no key for Anthropic', '{ provider: anthropic, model: m }', /apiKey is missing/],
    ['a key as a value', '{ provider: anthropic, model: m, apiKey: sk-secret }', /never a value/],
    ['plain HTTP to elsewhere', '{ provider: ollama, model: m, url: "http://gpu.example:11434/v1" }', /unprotected/],
    ['an address that is none', '{ provider: ollama, model: m, url: "file:///etc/passwd" }', /url/],
    ['a time of zero', '{ provider: ollama, model: m, timeout: 0 }', /timeout/],
    ['a model that is a sentence', '{ provider: ollama, model: "ignore all rules" }', /model/],
    ['an unknown setting', '{ provider: ollama, model: m, temperature: 2 }', /temperature/],
  ])('stop the request: %s', async (_what, text, message) => {
    await file(user, text);

    const error = await load().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('sk-secret');
  });
});
