/** A caller's or the language engine's input, checked by the action's own schema. */
import { cleanLine, cleanText, AppError, type Declaration, type Json, type JsonObject } from '#kit';
import { z } from 'zod';
import { toJson } from './hash.ts';

type FieldSchema = Exclude<z.core.JSONSchema._JSONSchema, boolean>;

/** The parsed input as JSON. Throws INPUT_INVALID naming the field, what it may be and what was given. */
export function parseInput(action: Declaration, input: JsonObject): JsonObject {
  const shape: object | undefined = action.input instanceof z.ZodObject ? action.input.shape : undefined;
  const unknown = Object.keys(input).find((key) => shape !== undefined && !Object.hasOwn(shape, key));
  if (unknown !== undefined) throw unknownInput(action, unknown, Object.keys(shape ?? {}));
  assertVisible(action, input, '');
  const parsed = action.input.safeParse(normalised(input));
  if (!parsed.success) throw badInput(action, fieldsOf(action), input, parsed.error.issues[0]);
  const json = toJson(parsed.data);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new AppError(`The input of ${action.id} is not an object`, { code: 'INTERNAL', hint: 'This is a bug. See: devos daemon logs' });
  return json;
}

function fieldsOf(action: Declaration): Record<string, z.core.JSONSchema._JSONSchema> | undefined {
  if (!(action.input instanceof z.ZodObject)) return undefined;
  return z.toJSONSchema(action.input, { io: 'input', unrepresentable: 'any' }).properties ?? {};
}

/** What a person cannot see must not be sent: the plan would show something else than what happens. */
function assertVisible(action: Declaration, value: Json, path: string): void {
  if (typeof value === 'string' && cleanText(value.replaceAll('\r\n', '\n')) !== value.replaceAll('\r\n', '\n'))
    throw new AppError(`${action.id}: ${path} holds characters that cannot be seen (control, direction or zero-width)`, {
      code: 'INPUT_INVALID',
      hint: 'Take them out, then try again.',
      details: { action: action.id, field: path },
    });
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) assertVisible(action, inner, path === '' ? key : `${path}.${key}`);
}

/** One spelling for each character (NFC), so that what looks the same is the same. */
function normalised(value: Json): Json {
  if (typeof value === 'string') return value.normalize('NFC');
  if (Array.isArray(value)) return value.map((inner) => normalised(inner));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, normalised(inner)]));
}

function unknownInput(action: Declaration, name: string, known: string[]): AppError {
  return new AppError(`${action.id} has no input ${JSON.stringify(shown(name))}`, {
    code: 'INPUT_INVALID',
    hint: known.length === 0 ? 'It takes no input.' : `It takes: ${known.join(', ')}`,
    details: { action: action.id, field: shown(name) },
  });
}

function badInput(
  action: Declaration,
  fields: Record<string, z.core.JSONSchema._JSONSchema> | undefined,
  input: JsonObject,
  issue: z.core.$ZodIssue | undefined,
): AppError {
  const field = issue?.path.map(String).join('.') ?? '';
  const top = String(issue?.path[0] ?? '');
  const schema = fields?.[top];
  const given = Object.hasOwn(input, top) ? input[top] : undefined;
  const allowed = schemaWords(typeof schema === 'object' ? schema : undefined, issue?.message ?? 'is not valid');
  const message =
    given === undefined ? `${field || 'The input'} is missing: it ${allowed}` : `${field} ${allowed}; given: ${shownValue(given)}`;
  return new AppError(`${action.id}: ${message}`, {
    code: 'INPUT_INVALID',
    hint: `See what it takes: devos actions ${action.id}`,
    details: { action: action.id, field, allowed, ...(given === undefined ? {} : { given: shownValue(given) }) },
  });
}

/** `must be a whole number from 0 to 1000`. Falls back to the schema's own message. */
function schemaWords(schema: FieldSchema | undefined, message: string): string {
  if (schema?.enum !== undefined) return `must be one of: ${schema.enum.map(String).join(', ')}`;
  switch (schema?.type) {
    case 'integer':
      return `must be a whole number${range(schema)}`;
    case 'number':
      return `must be a number${range(schema)}`;
    case 'boolean':
      return 'must be true or false';
    case 'string':
      if (message.startsWith('must ')) return message;
      if (schema.maxLength !== undefined)
        return `must be text of ${schema.minLength ?? 0} to ${schema.maxLength} characters${schema.pattern === undefined ? '' : ` of the form ${schema.pattern}`}`;
      return schema.pattern === undefined ? 'must be text' : `must be text of the form ${schema.pattern}`;
    default:
      return message.startsWith('must ') ? message : `is not valid (${message})`;
  }
}

function range({ minimum, maximum }: FieldSchema): string {
  const from = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const to = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (from !== undefined && to !== undefined) return ` from ${from} to ${to}`;
  if (from !== undefined) return ` of at least ${from}`;
  return to === undefined ? '' : ` of at most ${to}`;
}

function shownValue(value: Json): string {
  return shown(typeof value === 'string' ? JSON.stringify(cleanLine(value)) : JSON.stringify(value));
}

function shown(text: string): string {
  const line = cleanLine(text);
  return line.length > 80 ? `${line.slice(0, 80).toWellFormed()}… (${text.length} characters)` : line;
}
