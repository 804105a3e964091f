/** Input schemas that also tell the language engine what to look for. The slot travels as zod metadata. */
import { z } from 'zod';

/** What a sentence must hold for an input to be filled. */
export type Slot =
  /** A live name. `of` is the inventory type. `nouns` may stand beside it: "the web-app deployment". */
  | {
      type: 'name';
      of: string;
      nouns: string[];
      after?: string[];
      /** What follows it: "web can't reach redis". */ before?: string[];
      /** It may be called like a system: "the jira mcp server". */ systems?: boolean;
      /** Of a resource: always of this kind, `Node`. */ kind?: string;
      /** Of what is made: nothing has this name yet. */ isNew?: true;
      /** Of a person: verbs whose subject is the one who asks, "take DEV-1". */ self?: string[];
    }
  /** A whole number; words and dozens count. `nouns`: "5 replicas". */
  | {
      type: 'count';
      min: number;
      max: number;
      nouns: string[];
      after?: string[];
      /** Words that stand for a number beside a noun, or alone where they hold a digit: `high`, `p1`. */ words?: Record<string, number>;
      /** Of two numbers the first belongs here, and the second to this input: "forward 8080 to 80", "between 3 and 12". */ pairedWith?: string;
      /** The one number that is left over is meant, as in `helm rollback web 3`. */ bare?: true;
    }
  /** A change of a number: `+2`, `-50%`, `*2`, `/2`. `instead` is the input that is asked for where it is not clear. */
  | { type: 'amount'; nouns: string[]; instead: string }
  /** A Kubernetes kind word, singular or plural or short (`po`, `deploy`, `sts`); canonical CamelCase singular. */
  | {
      type: 'kind';
      workloadsOnly: boolean;
      /** Meant where no kind is said: "who eats the memory?" */ assumed?: string;
    }
  /** One of a few values; each with the words that mean it. */
  | { type: 'choice'; values: Record<string, string[]>; after?: string[] }
  /** True when one of the phrases occurs. */
  | { type: 'flag'; phrases: string[] }
  /** Quoted text, or what follows one of these words to the end of the clause. */
  | { type: 'text'; after: string[] }
  /** "the last hour", `30m`, "past fifteen minutes" → ISO 8601 duration. */
  | { type: 'duration' }
  /** A token of this shape (a regular expression source, matched whole, case-insensitive); `upper` for keys. */
  | {
      type: 'pattern';
      pattern: string;
      upper?: boolean;
      nouns?: string[];
      after?: string[];
      /** Several `key=value` are joined by commas; "not" before one makes it `!=`. */ terms?: boolean;
      /** The input that takes what stands before a `=`: `api=nginx:1.27` names a container. */ keyed?: string;
      /** Behind "remove" the value gets the `-` that takes it away: as it is, or its key alone. */ removal?: 'whole' | 'key';
    };

export interface InputMeta {
  slot?: Slot;
  /** The question when it is missing: "How many replicas?" */
  ask?: string;
}

const withSlot = <T extends z.ZodType>(schema: T, slot: Slot, describe: string, ask: string): T =>
  schema.describe(describe).meta({ description: describe, slot, ask }) as T;

/** RFC 1123 subdomain: what Kubernetes accepts as the name of nearly everything. */
export const rfc1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const kubernetesName = z.string().max(253).regex(rfc1123, 'must be lower-case letters, digits, "-" and "." (RFC 1123)');

export const workload = (after: string[] = []) =>
  withSlot(
    kubernetesName,
    {
      type: 'name',
      of: 'workload',
      nouns: ['deployment', 'deploy', 'statefulset', 'sts', 'daemonset', 'ds', 'workload', 'service', 'app', 'pod', 'pods', 'application'],
      ...(after.length === 0 ? {} : { after }),
    },
    'Name of the workload, such as web-app',
    'Which workload?',
  );
/** Of an object that is made. */
export const newName = () =>
  withSlot(kubernetesName, { type: 'name', of: 'resource', nouns: [], isNew: true }, 'Name of the object', 'What is it called?');
/** `kind`: where the action is about one kind only. */
export const resourceName = (kind?: string) =>
  withSlot(
    kubernetesName,
    { type: 'name', of: 'resource', nouns: [], ...(kind === undefined ? {} : { kind }) },
    kind === undefined ? 'Name of the object' : `Name of the ${kind.toLowerCase()}`,
    kind === undefined ? 'Which one?' : `Which ${kind.toLowerCase()}?`,
  );
export const namespace = () =>
  withSlot(
    z
      .string()
      .max(63)
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be an RFC 1123 label')
      .optional(),
    { type: 'name', of: 'namespace', nouns: ['namespace', 'ns'], after: ['in', 'from', '-n', 'on'] },
    'Namespace; the context decides unless given',
    'Which namespace?',
  );
export const cluster = () =>
  withSlot(
    z
      .string()
      .max(253)
      .regex(/^[A-Za-z0-9][-A-Za-z0-9._:@/]*$/, 'must be a context or cluster name')
      .optional(),
    { type: 'name', of: 'cluster', nouns: ['cluster', 'context'] },
    'Cluster: a kubeconfig context; the current one unless given',
    'Which cluster?',
  );
export const count = (options: {
  min?: number;
  max: number;
  nouns: string[];
  after?: string[];
  words?: Record<string, number>;
  pairedWith?: string;
  bare?: true;
  describe: string;
  ask: string;
}) => {
  const slot: Slot = { type: 'count', min: options.min ?? 0, max: options.max, nouns: options.nouns };
  if (options.after !== undefined) slot.after = options.after;
  if (options.words !== undefined) slot.words = options.words;
  if (options.pairedWith !== undefined) slot.pairedWith = options.pairedWith;
  if (options.bare !== undefined) slot.bare = options.bare;
  return withSlot(
    z
      .number()
      .int()
      .min(options.min ?? 0)
      .max(options.max),
    slot,
    options.describe,
    options.ask,
  );
};
/** A change of a number that planning works out against what is there. */
export const amount = (options: { nouns: string[]; instead: string; describe: string }) =>
  withSlot(
    z.string().regex(/^(?:[+-]\d{1,4}%?|[*/]\d{1,4})$/, 'must be an amount such as +2, -1, +50%, *2 or /2'),
    { type: 'amount', nouns: options.nouns, instead: options.instead },
    options.describe,
    'By how much?',
  );
export const kind = (options: { workloadsOnly: boolean; except?: string[]; assumed?: string }) =>
  withSlot(
    z
      .string()
      .max(63)
      .regex(new RegExp(`^(?!(?:${(options.except ?? ['-']).join('|')})$)[A-Z][A-Za-z0-9]*$`), 'must be a kind such as Deployment'),
    { type: 'kind', workloadsOnly: options.workloadsOnly, ...(options.assumed === undefined ? {} : { assumed: options.assumed }) },
    'Kubernetes kind, singular, such as Deployment',
    'Which kind of object?',
  );
export const flag = (phrases: string[], describe: string) => withSlot(z.boolean(), { type: 'flag', phrases }, describe, describe);
export const duration = (describe: string) =>
  withSlot(
    z.string().regex(/^P(?!$)(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+S)?)?$/, 'must be an ISO 8601 duration such as PT1H'),
    { type: 'duration' },
    describe,
    'Over what time?',
  );
export const text = (after: string[], describe: string, ask: string, max = 32_768, shape = /[^]/) =>
  withSlot(z.string().min(1).max(max).regex(shape), { type: 'text', after }, describe, ask);
export const choice = <T extends string>(values: Record<T, string[]>, describe: string, ask: string, after?: string[]) => {
  const slot: Slot = { type: 'choice', values };
  if (after !== undefined) slot.after = after;
  return withSlot(z.enum(Object.keys(values) as [T, ...T[]]), slot, describe, ask);
};
export const pattern = (
  source: string,
  options: {
    upper?: boolean;
    nouns?: string[];
    after?: string[];
    terms?: boolean;
    removal?: 'whole' | 'key';
    keyed?: string;
    describe: string;
    ask: string;
  },
) =>
  withSlot(
    z.string().regex(new RegExp(`^(?:${source})$`, 'i')),
    {
      type: 'pattern',
      pattern: source,
      ...(options.upper === undefined ? {} : { upper: options.upper }),
      ...(options.nouns === undefined ? {} : { nouns: options.nouns }),
      ...(options.after === undefined ? {} : { after: options.after }),
      ...(options.terms === undefined ? {} : { terms: options.terms }),
      ...(options.removal === undefined ? {} : { removal: options.removal }),
      ...(options.keyed === undefined ? {} : { keyed: options.keyed }),
    },
    options.describe,
    options.ask,
  );
/** A name that is not Kubernetes': also of several words where it is quoted. `shape` is a regular expression source. */
export const named = (options: {
  of: string;
  nouns: string[];
  after?: string[];
  before?: string[];
  shape?: string;
  systems?: boolean;
  describe: string;
  ask: string;
}) => {
  const slot: Slot = { type: 'name', of: options.of, nouns: options.nouns };
  if (options.after !== undefined) slot.after = options.after;
  if (options.before !== undefined) slot.before = options.before;
  if (options.systems !== undefined) slot.systems = options.systems;
  const shape = new RegExp(`^(?:${options.shape ?? String.raw`[\p{L}\p{N}@#~./][^\p{C}\n]*`})$`, 'u');
  return withSlot(
    z.string().min(1).max(253).regex(shape, 'has characters that such a name cannot have'),
    slot,
    options.describe,
    options.ask,
  );
};
/** The words that people use for an environment, as a regular expression source. */
export const environmentShape = String.raw`(?:prod|production|prd|live|staging|stage|stg|dev|development|develop|test|testing|tst|qa|uat|integration|int|preprod|preproduction|sandbox|sbx)`;

/** An environment such as staging, by any of its usual words. */
export const environmentName = (options: { nouns?: string[]; after: string[]; ask?: string }) =>
  named({
    of: 'environment',
    nouns: ['environment', 'env', ...(options.nouns ?? [])],
    after: options.after,
    shape: environmentShape,
    describe: 'Environment, such as staging',
    ask: options.ask ?? 'Which environment?',
  });

/** A person of an outside system; `me` is the one who asks. */
export const person = (after: string[], describe: string, self: string[] = []) =>
  withSlot(
    z.string().min(1).max(255),
    { type: 'name', of: 'person', nouns: [], after, ...(self.length === 0 ? {} : { self }) },
    describe,
    'Who?',
  );

/** The slot and question of each input of an object schema, in declared order. */
export function inputMeta(schema: z.ZodType): Record<string, InputMeta & { optional: boolean }> {
  const found: Record<string, InputMeta & { optional: boolean }> = {};
  if (!(schema instanceof z.ZodObject)) return found;
  for (const [name, field] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
    let inner: z.ZodType = field;
    let optional = false;
    let meta = inner.meta() as InputMeta | undefined;
    while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) {
      optional = true;
      inner = inner.unwrap() as z.ZodType;
      meta = meta?.slot === undefined ? (inner.meta() as InputMeta | undefined) : meta;
    }
    const entry: InputMeta & { optional: boolean } = { optional };
    if (meta?.slot !== undefined) entry.slot = meta.slot;
    if (meta?.ask !== undefined) entry.ask = meta.ask;
    found[name] = entry;
  }
  return found;
}
