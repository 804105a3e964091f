/** What the HTTP API accepts. Strict and small; the person is whoever owns the socket, never what a body says. */
import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';
import { type ActionInfo, AppError, type DoRequest, type Origin } from '#kit';
import { z } from 'zod';
import { readTypedCall } from './typed-call.ts';

const Origins = z.object({
  cwd: z.string().max(4096).refine(isAbsolute, 'must be an absolute path'),
  env: z.record(z.string().max(128), z.string().max(32_768)).default({}),
  via: z.enum(['cli', 'chat', 'http', 'mcp']).default('http'),
  who: z.string().max(255).optional(),
});

const nowhere = { cwd: '/', env: {}, via: 'http' } as const;

const Call = z.strictObject({ action: z.string().max(200), input: z.record(z.string(), z.json()) });
const Do = z.strictObject({
  sentence: z.string().optional(),
  call: Call.optional(),
  typed: z.strictObject({ action: z.string().max(200), flags: z.array(z.string()).max(1000) }).optional(),
  answers: z.record(z.string().max(100), z.string().max(4000)).optional(),
  conversation: z
    .string()
    .regex(/^[\w.:@/-]{1,128}$/, 'may hold up to 128 letters, digits and . : @ / _ -')
    .optional(),
  fresh: z.boolean().optional(),
  planner: z.enum(['offline', 'llm']).optional(),
  origin: Origins,
  output: z.enum(['table', 'json', 'yaml', 'jsonl', 'name']).default('table'),
});
const Approve = z.strictObject({ hash: z.string().max(200), origin: Origins, typed: z.string().max(1000).optional() });
/** A denial does the same from everywhere. */
const Deny = z.strictObject({ hash: z.string().max(200), origin: Origins.default(nowhere), reason: z.string().max(2000).optional() });
const Start = z.strictObject({ planId: z.string().max(100), origin: Origins });
const Originated = z.strictObject({ origin: Origins });

export interface Requests {
  /** Who owns the socket, and so asks. */
  who: string;
  do: (body: unknown) => DoRequest;
  approve: (body: unknown) => { hash: string; origin: Origin; typed?: string };
  deny: (body: unknown) => { hash: string; origin: Origin; reason?: string };
  start: (body: unknown) => { planId: string; origin: Origin };
  originated: (body: unknown) => { origin: Origin };
}

/** `carried` are the variables that any integration asks for; others are dropped before they could be stored with a plan. */
export function createRequests(carried: string[], actions: ActionInfo[]): Requests {
  const who = userInfo().username;
  const origin = (given: z.infer<typeof Origins>): Origin => {
    const env: Record<string, string> = {};
    for (const name of carried) {
      const value = given.env[name];
      if (value !== undefined) env[name] = value;
    }
    return { cwd: given.cwd, env, via: given.via, who };
  };
  return {
    who,
    do(body) {
      const { sentence, call: given, typed, answers, conversation, fresh, planner, output, origin: from } = parse(Do, body);
      if ([sentence, given, typed].filter((one) => one !== undefined).length !== 1)
        throw new AppError('Give either a sentence or a call', {
          code: 'USAGE',
          hint: 'Send {"sentence": "show pods", …} or {"call": {"action": …, "input": …}, …}',
        });
      const call = typed === undefined ? given : parse(Call, readTypedCall(actions, typed));
      if (planner !== undefined && call !== undefined)
        throw new AppError('A call is no sentence: nothing has to be planned for it', { code: 'USAGE', hint: 'Leave out "planner".' });
      return {
        origin: origin(from),
        output,
        ...(planner === undefined ? {} : { planner }),
        ...(sentence === undefined ? {} : { sentence }),
        ...(call === undefined ? {} : { call }),
        ...(answers === undefined ? {} : { answers }),
        ...(conversation === undefined ? {} : { conversation }),
        ...(fresh === undefined ? {} : { fresh }),
      };
    },
    approve(body) {
      const { hash, typed, origin: from } = parse(Approve, body);
      return { hash, origin: origin(from), ...(typed === undefined ? {} : { typed }) };
    },
    deny(body) {
      const { hash, reason, origin: from } = parse(Deny, body);
      return { hash, origin: origin(from), ...(reason === undefined ? {} : { reason }) };
    },
    start(body) {
      const { planId, origin: from } = parse(Start, body);
      return { planId, origin: origin(from) };
    },
    originated: (body) => ({ origin: origin(parse(Originated, body).origin) }),
  };
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  if (isDeeperThan(body, maxDepth))
    throw new AppError('The request body is nested too deeply', { code: 'USAGE', hint: `It may have ${maxDepth} levels.` });
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'is not valid'}`, {
    code: 'USAGE',
    hint: 'See docs/reference/http.md',
  });
}

/** Everything that reads a body recursively (schemas, hashing, storing) must be able to. */
const maxDepth = 64;

/** Level by level, because recursion is what would break. */
export function isDeeperThan(body: unknown, limit: number): boolean {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}
