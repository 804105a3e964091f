import type { ServerResponse } from 'node:http';
import { Secret } from '#kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askModel, type Packages } from './ask-model.ts';
import type { LlmSettings } from './settings.ts';
import { completion, type ModelServer, startModelServer } from './testing.ts';

let server: ModelServer;

beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());

const key = 'sk-canary-0123456789abcdef';
const prompt = { system: 'the catalogue', user: 'the request' };
const schema = { type: 'object', properties: { kind: { type: 'string' } } };

interface Change extends Partial<LlmSettings> {
  signal?: AbortSignal;
  packages?: Packages;
}

function ask({ signal = new AbortController().signal, packages, ...change }: Change = {}): Promise<unknown> {
  const settings: LlmSettings = {
    provider: 'openai-compatible',
    model: 'scripted',
    url: server.url,
    apiKey: undefined,
    timeoutMs: 5000,
    ...change,
  };
  const asked = askModel({ settings, apiKey: new Secret(key), prompt, schema, signal }, packages);
  return asked.catch((error: unknown) => error);
}

/** One request was made and no more. */
async function countCalls(run: () => Promise<unknown>): Promise<{ answer: unknown; calls: number }> {
  const before = server.calls.length;
  const answer = await run();
  return { answer, calls: server.calls.length - before };
}

describe('what is sent', () => {
  it.each(['openai-compatible', 'ollama'] as const)(
    'is one chat request to %s: no tools, no stream, the key in its header only',
    async (provider) => {
      server.answer({ say: 'hello' });

      const { answer, calls } = await countCalls(() => ask({ provider }));

      const call = server.calls.at(-1);
      expect({ answer, calls }).toEqual({ answer: 'hello', calls: 1 });
      expect(call?.path).toBe('/v1/chat/completions');
      expect(call?.headers['authorization']).toBe(`Bearer ${key}`);
      expect(call?.body).toMatchObject({
        model: 'scripted',
        response_format: { type: 'json_schema', json_schema: { schema, strict: false } },
      });
      expect(Object.keys(call?.body ?? {})).not.toEqual(expect.arrayContaining(['tools']));
      expect(call?.body['stream']).not.toBe(true);
      expect(JSON.stringify(call?.body)).not.toContain(key);
    },
  );

  it('is one messages request to Anthropic, and nothing of the environment decides where', async () => {
    server.answer({ say: 'hello' });
    process.env['ANTHROPIC_BASE_URL'] = 'http://127.0.0.1:1';
    process.env['ANTHROPIC_API_KEY'] = 'of-the-environment';

    const { answer, calls } = await countCalls(() => ask({ provider: 'anthropic' }));

    delete process.env['ANTHROPIC_BASE_URL'];
    delete process.env['ANTHROPIC_API_KEY'];
    const call = server.calls.at(-1);
    expect({ answer, calls }).toEqual({ answer: 'hello', calls: 1 });
    expect(call?.path).toBe('/v1/messages');
    expect(call?.headers['x-api-key']).toBe(key);
    expect(call?.text).toContain('the catalogue');
    expect(call?.body).not.toHaveProperty('tools');
  });
});

describe('what goes wrong', () => {
  const slow = (ms: number, text: string) => ({
    raw: (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      let at = 0;
      const timer = setInterval(() => (at < text.length ? response.write(text[at++]) : undefined), ms);
      response.on('close', () => clearInterval(timer));
    },
  });

  it('is a limit, told with the time to wait, and not tried again', async () => {
    server.answer({ status: 429, headers: { 'retry-after': '7' } }, { say: 'second' });

    const { answer, calls } = await countCalls(() => ask());

    expect(answer).toMatchObject({ code: 'REMOTE_LIMITED', hint: 'Try again after: 7 s' });
    expect(calls).toBe(1);
  });

  it.each([
    [401, 'AUTH_FAILED'],
    [403, 'AUTH_FAILED'],
    [404, 'REMOTE_REJECTED'],
    [302, 'REMOTE_REJECTED'],
    [500, 'REMOTE_UNAVAILABLE'],
    [503, 'REMOTE_UNAVAILABLE'],
  ])('is status %i: %s, once, and the key is in no word of it', async (status, code) => {
    server.answer({ status, headers: { location: 'http://127.0.0.1:1/' }, text: `{"error":"no ${key}"}` });

    const { answer, calls } = await countCalls(() => ask());

    expect(answer).toMatchObject({ code });
    expect(calls).toBe(1);
    expect(JSON.stringify(Object.assign({}, answer, { m: String(answer) }))).not.toContain(key);
  });

  it('is a drip that takes longer than the time for the whole answer', async () => {
    server.answer(slow(20, JSON.stringify(completion('{"kind":"refuse","reason":"slow"}'))));
    const start = performance.now();

    const { answer, calls } = await countCalls(() => ask({ timeoutMs: 300 }));

    expect(answer).toMatchObject({ code: 'TIMEOUT' });
    expect(performance.now() - start).toBeLessThan(3000);
    expect(calls).toBe(1);
  });

  it('is silence', async () => {
    server.answer({ raw: () => undefined });

    expect(await ask({ timeoutMs: 200 })).toMatchObject({ code: 'TIMEOUT' });
  });

  it('is a person who goes away', async () => {
    server.answer({ raw: () => undefined });

    expect(await ask({ signal: AbortSignal.timeout(100) })).toMatchObject({ code: 'INTERRUPTED' });
  });

  it('is a body that is cut in the middle', async () => {
    const whole = JSON.stringify(completion('{"kind":"plan"}'));
    server.answer({
      raw: (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(whole.length) });
        response.write(whole.slice(0, 40), () => response.destroy());
      },
    });

    const { answer, calls } = await countCalls(() => ask());

    expect(answer).toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
    expect(calls).toBe(1);
  });

  it('is a body that ends too early and looks whole to HTTP', async () => {
    server.answer({ raw: (response) => void response.writeHead(200).end('{"choices":[{"mess') });

    expect(await ask()).toMatchObject({ code: 'REMOTE_REJECTED' });
  });

  it.each(['', '[]', 'null', '"text"', '{}', '{"choices":[]}', '<html>'])('is an answer that is no completion: %s', async (text) => {
    server.answer({ status: 200, text });

    expect(await ask()).toMatchObject({ code: expect.stringMatching(/^REMOTE_REJECTED$/) });
  });

  it('is an answer without end, of which little is read', async () => {
    let sent = 0;
    server.answer({
      raw: (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536;
        };
        response.on('drain', more);
        response.on('error', () => undefined);
        more();
      },
    });

    const { answer, calls } = await countCalls(() => ask());

    expect(answer).toMatchObject({ code: 'REMOTE_REJECTED', message: expect.stringContaining('more than 256 KB') });
    expect(sent).toBeLessThan(32 * 1024 * 1024);
    expect(calls).toBe(1);
  });

  it('is nobody who listens', async () => {
    expect(await ask({ url: 'http://127.0.0.1:9/v1' })).toMatchObject({ code: 'REMOTE_UNAVAILABLE' });
  });

  it('is a package that is not installed: the command that installs it is the hint', async () => {
    const missing = () => Promise.reject(Object.assign(new Error("Cannot find package 'ai'"), { code: 'ERR_MODULE_NOT_FOUND' }));

    const { answer, calls } = await countCalls(() => ask({ packages: { ai: missing, anthropic: missing, openaiCompatible: missing } }));

    expect(answer).toMatchObject({
      code: 'INSTALL_FAILED',
      hint: expect.stringMatching(/npm install --no-save ai@\d+\.\d+\.\d+ @ai-sdk\/openai-compatible@\d+\.\d+\.\d+$/),
    });
    expect(calls).toBe(0);
  });
});
