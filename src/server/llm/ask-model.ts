/** The only file that talks to a model: one request, one bounded answer, no tools, no second try. Its packages are loaded when it is called. */
import { readFile } from 'node:fs/promises';
import { AppError, cleanLine, createHttp, type JsonObject, redact, type Secret, toAppError } from '#kit';
import type * as Anthropic from '@ai-sdk/anthropic';
import type * as OpenaiCompatible from '@ai-sdk/openai-compatible';
import type * as Ai from 'ai';
import type { ModelPrompt } from './prompt.ts';
import { type LlmSettings, modelName } from './settings.ts';

export interface ModelRequest {
  settings: LlmSettings;
  /** Undefined where the server wants none. */
  apiKey: Secret | undefined;
  prompt: ModelPrompt;
  /** Of the answer. */
  schema: JsonObject;
  signal: AbortSignal;
}

/** How the packages are loaded; a test brings its own. */
export interface Packages {
  ai: () => Promise<typeof Ai>;
  anthropic: () => Promise<typeof Anthropic>;
  openaiCompatible: () => Promise<typeof OpenaiCompatible>;
}

const installed: Packages = {
  ai: () => import('ai'),
  anthropic: () => import('@ai-sdk/anthropic'),
  openaiCompatible: () => import('@ai-sdk/openai-compatible'),
};

/** More than eight steps need, far less than memory. */
const maxReplyBytes = 256 * 1024;
const maxOutputTokens = 2000;

/**
 * The text that the model answered, whatever it is. Throws INSTALL_FAILED, AUTH_FAILED, REMOTE_LIMITED, REMOTE_REJECTED,
 * REMOTE_UNAVAILABLE, TIMEOUT, INTERRUPTED.
 */
export async function askModel(request: ModelRequest, packages: Packages = installed): Promise<string> {
  const { settings, prompt, schema } = request;
  const late = AbortSignal.timeout(settings.timeoutMs);
  const signal = AbortSignal.any([request.signal, late]);
  try {
    const [ai, model] = await load(request, packages, createFetch(request, signal));
    // It would print to the daemon's log what is none of its business.
    globalThis.AI_SDK_LOG_WARNINGS = false;
    const { text } = await ai.generateText({
      model,
      system: prompt.system,
      prompt: prompt.user,
      maxOutputTokens,
      maxRetries: 0,
      abortSignal: signal,
      telemetry: { isEnabled: false },
      // A grammar for servers that can follow one; what comes back is checked in any case.
      ...(settings.provider === 'anthropic' ? {} : { output: looseOutput(ai, schema) }),
      ...(settings.provider === 'ollama' ? { temperature: 0 } : {}),
    });
    return text;
  } catch (error) {
    throw sortError(error, request, late);
  }
}

/** The schema goes along; nothing of the reply is judged by it here. */
function looseOutput(ai: typeof Ai, schema: JsonObject) {
  // A JsonObject of ours that was made as JSON Schema.
  const asked = ai.Output.object({ schema: ai.jsonSchema(schema as Ai.JSONSchema7) });
  return { ...asked, name: 'text', parseCompleteOutput: async ({ text }: { text: string }) => text } as ReturnType<typeof ai.Output.text>;
}

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

async function load(
  { settings, apiKey }: ModelRequest,
  packages: Packages,
  fetch: Fetch,
): Promise<[typeof Ai, Exclude<Ai.LanguageModel, string>]> {
  const { provider, url, model } = settings;
  try {
    if (provider === 'anthropic') {
      const [ai, { createAnthropic }] = await Promise.all([packages.ai(), packages.anthropic()]);
      return [ai, createAnthropic({ baseURL: url, apiKey: apiKey?.reveal() ?? '', fetch })(model)];
    }
    const [ai, { createOpenAICompatible }] = await Promise.all([packages.ai(), packages.openaiCompatible()]);
    const key = apiKey === undefined ? {} : { apiKey: apiKey.reveal() };
    const made = createOpenAICompatible({
      name: 'devos',
      baseURL: url,
      supportsStructuredOutputs: true,
      fetch,
      transformRequestBody,
      ...key,
    });
    return [ai, made(model)];
  } catch (error) {
    throw await missingPackage(provider, error);
  }
}

/** Inputs may be left out, which the strict mode of some servers does not know. */
function transformRequestBody(body: Record<string, unknown>): Record<string, unknown> {
  const { response_format: format } = body;
  if (typeof format !== 'object' || format === null || !('json_schema' in format) || typeof format.json_schema !== 'object') return body;
  return { ...body, response_format: { ...format, json_schema: { ...format.json_schema, strict: false } } };
}

async function missingPackage(provider: LlmSettings['provider'], error: unknown): Promise<unknown> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return error;
  const { peerDependencies }: { peerDependencies: Record<string, string> } = JSON.parse(
    await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  const wanted = ['ai', provider === 'anthropic' ? '@ai-sdk/anthropic' : '@ai-sdk/openai-compatible'];
  return new AppError('The packages for asking a model are not installed', {
    code: 'INSTALL_FAILED',
    hint: `In the folder of DevOS: npm install --no-save ${wanted.map((name) => `${name}@${peerDependencies[name] ?? ''}`).join(' ')}`,
    cause: error,
  });
}

/** The HTTP client of everything else, seen as the `fetch` that the packages want: bounded, no redirects, errors sorted. */
function createFetch(request: ModelRequest, signal: AbortSignal): Fetch {
  const { settings } = request;
  return async (input, init) => {
    const address = new URL(input instanceof Request ? input.url : input);
    const base = new URL(settings.url);
    if (address.origin !== base.origin) throw new Error(`${address.origin} is not the configured address`);
    const http = createHttp({ baseUrl: base.origin, timeoutMs: settings.timeoutMs });
    try {
      const { status, headers, chunks } = await http.stream({
        method: 'POST',
        path: `${address.pathname}${address.search}`,
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: typeof init?.body === 'string' ? init.body : '',
        timeoutMs: settings.timeoutMs,
        signal,
      });
      const text = await readBounded(chunks, base.host);
      // What was cut off by the clock is no answer.
      signal.throwIfAborted();
      if (status < 200 || status > 299) throw rejected(request, status, headers, text);
      return new Response(text, { status, headers: { 'content-type': headers['content-type'] ?? 'application/json' } });
    } finally {
      await http.close();
    }
  };
}

async function readBounded(chunks: AsyncIterable<string>, host: string): Promise<string> {
  const parts: string[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += Buffer.byteLength(chunk);
    if (size > maxReplyBytes)
      throw new AppError(`${host} answered with more than ${maxReplyBytes / 1024} KB`, {
        code: 'REMOTE_REJECTED',
        hint: 'Nothing was done. Look at the model server, or say it in other words without --planner llm.',
      });
    parts.push(chunk);
  }
  return parts.join('');
}

function rejected(request: ModelRequest, status: number, headers: Record<string, string>, text: string): AppError {
  const { settings, apiKey } = request;
  const key = apiKey?.reveal() ?? '';
  const shown = cleanLine(redact(key === '' ? text : text.replaceAll(key, '***'))).slice(0, 200);
  const what = `${new URL(settings.url).host} answered ${status} for ${modelName(settings)}`;
  const after = cleanLine(headers['retry-after'] ?? '').slice(0, 60);
  if (status === 401 || status === 403)
    return new AppError(what, { code: 'AUTH_FAILED', hint: 'Check planner.llm.apiKey in devos.yaml; see docs/guides/llm.md' });
  if (status === 429)
    return new AppError(what, {
      code: 'REMOTE_LIMITED',
      hint: after === '' ? 'Wait a little, then try again.' : `Try again after: ${after}${/^\d+$/.test(after) ? ' s' : ''}`,
    });
  if (status >= 500) return new AppError(what, { code: 'REMOTE_UNAVAILABLE', hint: 'Try again later, or without --planner llm.' });
  return new AppError(`${what}: ${shown}`, { code: 'REMOTE_REJECTED', hint: 'Check planner.llm in devos.yaml; see docs/guides/llm.md' });
}

/** The packages' own errors carry requests and replies: none of them goes any further. */
function sortError(error: unknown, { settings, signal }: ModelRequest, late: AbortSignal): AppError {
  if (signal.aborted)
    return new AppError('Stopped while the model was asked', { code: 'INTERRUPTED', hint: 'Ask again when you want it.' });
  if (late.aborted)
    return new AppError(`${modelName(settings)} gave no whole answer within ${settings.timeoutMs / 1000} s`, {
      code: 'TIMEOUT',
      hint: 'Try again, or set planner.llm.timeout (seconds) in devos.yaml.',
    });
  for (let current: unknown = error; current instanceof Error; current = current.cause) if (AppError.isInstance(current)) return current;
  const name = error instanceof Error ? error.name : '';
  if (name.startsWith('AI_'))
    return new AppError(`${new URL(settings.url).host} sent an answer that is none (${name.slice(3)})`, {
      code: 'REMOTE_REJECTED',
      hint: 'Check planner.llm.url and model in devos.yaml; see docs/guides/llm.md',
    });
  return toAppError(error);
}
