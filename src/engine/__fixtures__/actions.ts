/** Actions on the small outside system of `counter.ts`: one that can be repeated, one that can be looked up, one that can be neither. */
import { randomUUID } from 'node:crypto';
import {
  type AnyAction,
  AppError,
  type Bound,
  type Connections,
  createHttp,
  defineAction,
  destructive,
  type Http,
  type HttpRequest,
  moderate,
  safe,
} from '#kit';
import { z } from 'zod';

const Thing = z.object({ value: z.number(), key: z.string() });
const Entries = z.array(z.object({ text: z.string(), key: z.string() }));
const Change = z.object({ from: z.number(), to: z.number() });
const language = { triggers: [], examples: [] };
const pollMs = 20;

async function ask(http: Http, request: HttpRequest): Promise<unknown> {
  const { status, json } = await http.send(request);
  if (status === 200) return json;
  throw new AppError(`the counter answered ${status}`, {
    code: 'REMOTE_REJECTED',
    hint: 'Ask differently.',
    details: { unclear: status >= 500 && request.method !== 'GET' },
  });
}

const readThing = async (http: Http, name: string, signal: AbortSignal) =>
  Thing.parse(await ask(http, { method: 'GET', path: `/things/${name}`, signal }));

const set = defineAction<Http>()({
  id: 'counter.thing.set',
  summary: 'Set a thing to a value',
  permission: 'counter:write',
  idempotent: true,
  input: z.object({ name: z.string(), value: z.number(), expect: z.number().nullable().default(null), token: z.string().default('') }),
  output: Change,
  language,
  usualSafety: 'moderate',
  safety: ({ value }, { live }) => (value === 0 || live?.['fragile'] === true ? destructive('it stops') : moderate()),
  async preview(input, { client, signal }) {
    const { value } = await readThing(client, input.name, signal);
    return {
      input,
      where: 'the counter',
      description: `set ${input.name} from ${value} to ${input.value}`,
      diff: [`~ ${input.name}: ${value} → ${input.value}`],
      facts: { fragile: value === 13 },
      precondition: { [input.name]: value },
      undo: `set it back to ${value}`,
    };
  },
  async run({ name, value }, { client, key, signal, progress }) {
    progress(`setting ${name}`);
    return Change.parse(await ask(client, { method: 'PUT', path: `/things/${name}`, body: { value, key }, signal }));
  },
  async find({ name, value }, { client, key, signal }) {
    const now = await readThing(client, name, signal);
    return now.key === key && now.value === value ? { from: 0, to: value } : undefined;
  },
  /** Waits for the value that is expected, as for replicas that become ready. */
  async verify({ name, value, expect }, _output, { client, signal }) {
    const wanted = expect ?? value;
    for (;;) {
      const now = await readThing(client, name, signal);
      if (now.value === wanted) return { ok: true, message: `${name} is ${now.value}` };
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      if (signal.aborted) return { ok: false, message: `${name} is ${now.value}, not ${wanted}` };
    }
  },
  undo: ({ name }, { from }) => ({ action: 'counter.thing.set', input: { name, value: from, expect: null, token: '' } }),
});

/** The same without a look-up: repeated as it is. */
const put: AnyAction = { ...set, id: 'counter.thing.put' };
delete put.find;

const add = defineAction<Http>()({
  id: 'counter.entry.add',
  summary: 'Add an entry',
  permission: 'counter:write',
  idempotent: false,
  input: z.object({ text: z.string() }),
  output: z.object({ key: z.string() }),
  language,
  usualSafety: 'moderate',
  safety: () => moderate(),
  preview: async (input) => ({
    input,
    where: 'the counter',
    description: `add ${input.text}`,
    diff: [`+ ${input.text}`],
    facts: {},
    precondition: {},
    undo: 'delete it',
  }),
  run: async ({ text }, { client, key, signal }) =>
    z.object({ key: z.string() }).parse(await ask(client, { method: 'POST', path: '/entries', body: { text, key }, signal })),
  async find(_input, { client, key, signal }) {
    const [entry] = Entries.parse(await ask(client, { method: 'GET', path: '/entries', query: { key }, signal }));
    return entry === undefined ? undefined : { key };
  },
  undo: (_input, { key }) => ({ action: 'counter.entry.remove', input: { key } }),
});

const remove = defineAction<Http>()({
  id: 'counter.entry.remove',
  summary: 'Remove an entry',
  permission: 'counter:write',
  idempotent: true,
  input: z.object({ key: z.string() }),
  output: z.null(),
  language,
  usualSafety: 'destructive',
  safety: () => destructive('it is gone'),
  preview: async (input) => ({ input, where: 'the counter', description: 'remove', diff: [], facts: {}, precondition: {} }),
  async run({ key }, { client, signal }) {
    await ask(client, { method: 'DELETE', path: '/entries', query: { key }, signal });
    return null;
  },
});

/** Neither repeated nor looked up. */
const blind: AnyAction = { ...add, id: 'counter.entry.blind' };
delete blind.find;

const get = defineAction<Http>()({
  id: 'counter.thing.get',
  summary: 'Read a thing',
  permission: 'read',
  idempotent: true,
  input: z.object({ name: z.string() }),
  output: Thing,
  language,
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input) => ({ input, where: 'the counter', description: 'read', diff: [], facts: {}, precondition: {} }),
  async run({ name }, { client, signal, output }) {
    output(`reading \u001b[31m${name}\n`);
    return readThing(client, name, signal);
  },
});

/** Open until it is ended; the entry tells that it is. */
const hold = defineAction<Http>()({
  id: 'counter.entry.hold',
  summary: 'Hold an entry',
  permission: 'counter:write',
  idempotent: false,
  session: true,
  input: z.object({ text: z.string() }),
  output: z.object({ ended: z.string() }),
  language,
  usualSafety: 'moderate',
  safety: () => moderate(),
  preview: async (input) => ({
    input,
    where: 'the counter',
    description: `hold ${input.text}`,
    diff: [],
    facts: {},
    precondition: {},
    undo: 'end it',
  }),
  async run({ text }, { client, key, signal, progress }) {
    await ask(client, { method: 'POST', path: '/entries', body: { text, key }, signal: AbortSignal.timeout(5000) });
    progress('open');
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    return { ended: 'asked' };
  },
  find: async () => ({ ended: 'with its holder' }),
  verify: async (_input, { ended }) => ({ ok: true, message: `ended: ${ended}` }),
});

/** The planted bug: each call has a key of its own, so that nothing can be recognised afterwards. */
function withoutKey(action: AnyAction): AnyAction {
  return { ...action, run: (input, context) => action.run(input, { ...context, key: randomUUID() }) };
}

export function counterConnections(url: string, { plant = false } = {}): Connections & { close: () => Promise<void> } {
  const client = createHttp({ baseUrl: url, timeoutMs: 5000 });
  const actions: AnyAction[] = [set, put, add, remove, blind, get, hold].map((action) => (plant ? withoutKey(action) : action));
  return {
    close: () => client.close(),
    async bind(id): Promise<Bound> {
      const action = actions.find((candidate) => candidate.id === id);
      if (action === undefined) throw new AppError(`There is no action ${id}`, { code: 'ACTION_UNKNOWN', hint: 'See: devos actions' });
      return { action, client, clock: () => new Date(), cwd: '/' };
    },
  };
}
