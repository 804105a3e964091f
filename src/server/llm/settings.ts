/** `planner.llm` of the configuration: which model may propose plans, and whether one may be asked at all. */
import { AppError, secretReference } from '#kit';
import { z } from 'zod';

const defaultTimeoutSeconds = 30;

const Llm = z
  .strictObject({
    /** False forbids it for good: no file that is read later can allow it again. */
    allowed: z.boolean().optional(),
    provider: z.enum(['anthropic', 'openai-compatible', 'ollama']).optional(),
    model: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[\w./:@+-]+$/, 'must be the name of a model, such as llama3.2')
      .optional(),
    url: z.url({ protocol: /^https?$/ }).optional(),
    apiKey: secretReference().optional(),
    /** Seconds for the whole answer. */
    timeout: z.number().min(1).max(300).optional(),
  })
  .superRefine(({ allowed: _allowed, ...settings }, context) => {
    const problem = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (Object.values(settings).every((value) => value === undefined)) return;
    const { provider, model, url, apiKey } = settings;
    if (provider === undefined) problem('provider', 'is missing: anthropic, openai-compatible or ollama');
    if (model === undefined) problem('model', 'is missing: the name of the model');
    if (provider === 'openai-compatible' && url === undefined) problem('url', 'is missing: the address that ends in /v1');
    if (provider === 'anthropic' && apiKey === undefined) problem('apiKey', 'is missing: a reference, such as { env: ANTHROPIC_API_KEY }');
    if (url !== undefined && !isProtected(url)) problem('url', `${url} would send sentences and the key unprotected; use https`);
  });

/** The `planner` part of a file of the system or the user. */
export const PlannerFile = z.strictObject({ llm: Llm.optional() });

/** A cloned repository must not be able to send anything anywhere: it may only forbid. */
export const ProjectPlannerFile = z.strictObject({
  llm: z.strictObject({ allowed: z.literal(false, 'a project file can only forbid: allowed must be false') }),
});

export interface LlmSettings {
  provider: 'anthropic' | 'openai-compatible' | 'ollama';
  model: string;
  url: string;
  /** A secret reference; undefined where the server wants none. */
  apiKey: unknown;
  timeoutMs: number;
}

export interface LlmConfig {
  /** The file that forbids it. */
  forbiddenBy?: string;
  /** Absent where nobody configured a model. */
  settings?: LlmSettings;
}

const usualUrls = { anthropic: 'https://api.anthropic.com/v1', ollama: 'http://127.0.0.1:11434/v1', 'openai-compatible': '' };

/**
 * One file after the other, lowest first. A model is taken as a whole from the last file that names one, so that the address of
 * one file never gets the key of another; a no stays.
 */
export function addLlm(before: LlmConfig, file: string, part: z.infer<typeof PlannerFile>['llm']): LlmConfig {
  if (part === undefined) return before;
  const after = { ...before };
  if (part.allowed === false) after.forbiddenBy ??= file;
  const { provider, model, url, apiKey, timeout = defaultTimeoutSeconds } = part;
  if (provider !== undefined && model !== undefined)
    after.settings = { provider, model, url: (url ?? usualUrls[provider]).replace(/\/+$/, ''), apiKey, timeoutMs: timeout * 1000 };
  return after;
}

/** `ollama/llama3.2`. */
export function modelName({ provider, model }: LlmSettings): string {
  return `${provider}/${model}`;
}

/** The settings, or why there are none: POLICY_DENIED, CONNECTION_MISSING. */
export function usableSettings({ forbiddenBy, settings }: LlmConfig): LlmSettings | AppError {
  if (forbiddenBy !== undefined)
    return new AppError(`${forbiddenBy} forbids asking a model`, {
      code: 'POLICY_DENIED',
      hint: 'Say it in other words, without --planner llm; what can be done is listed by: devos actions',
      details: { file: forbiddenBy },
    });
  return (
    settings ??
    new AppError('No model is configured', {
      code: 'CONNECTION_MISSING',
      hint: 'Add planner: { llm: { provider: ollama, model: … } } to devos.yaml; see docs/guides/llm.md',
    })
  );
}

/** Plain HTTP only to this machine. */
function isProtected(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
