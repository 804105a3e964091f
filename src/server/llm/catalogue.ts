/** What a model gets to choose from, as text and as a schema, and what it may answer. Nothing in it can be executed. */
import { type AnyAction, inputMeta, type Json, type JsonObject } from '#kit';
import type { Names } from '#inventory';
import { z } from 'zod';

export const maxSteps = 8;

/** More names of a type than this are not listed: they would cost more than they help. */
const maxNames = 40;
/** Types whose names are few and plain, so that they can be closed. */
const closedTypes = ['workload', 'namespace', 'cluster'];
/** What could be a sentence is no name, and is not sent. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

export interface Proposed {
  action: string;
  input: JsonObject;
}

export type Proposal = { kind: 'plan'; steps: Proposed[] } | { kind: 'clarify'; question: string } | { kind: 'refuse'; reason: string };

const Text = z.string().trim().min(1).max(2000);

/** Checked strictly, action by action; names, numbers and intent are what `verify.ts` looks at. */
export function createProposalSchema(actions: readonly AnyAction[]): z.ZodType<Proposal> {
  const [first, ...more] = actions.map((action) => z.object({ action: z.literal(action.id), input: inputOf(action) }));
  if (first === undefined) throw new Error('a catalogue without actions');
  const step = z.discriminatedUnion('action', [first, ...more]);
  return z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('plan'), steps: z.array(step).min(1).max(maxSteps) }),
    z.object({ kind: z.literal('clarify'), question: Text }),
    z.object({ kind: z.literal('refuse'), reason: Text }),
  ]);
}

/** The action's own schema decides; what it would fill in or drop is left as the model gave it. */
function inputOf(action: AnyAction): z.ZodType<JsonObject> {
  return z.custom<JsonObject>(isObject, 'must be an object').superRefine((input, context) => {
    const parsed = action.input.safeParse(input);
    for (const { path, message } of parsed.error?.issues ?? []) context.addIssue({ code: 'custom', path: [...path], message });
    const known = action.input instanceof z.ZodObject ? Object.keys(action.input.shape) : undefined;
    const unknown = Object.keys(input).find((name) => known?.includes(name) === false);
    if (unknown !== undefined) context.addIssue({ code: 'custom', path: [unknown], message: 'is no input of this action' });
  });
}

/** One line of JSON for each action. */
export function catalogueText(actions: readonly AnyAction[], names: Names): string {
  return actions
    .map((action) =>
      JSON.stringify({
        action: action.id,
        summary: action.summary,
        changes: action.permission !== 'read',
        input: inputSchema(action, names),
      }),
    )
    .join('\n');
}

/** The answer as JSON Schema. The root is one object: servers that build a grammar of it want that. */
export function answerSchema(actions: readonly AnyAction[], names: Names): JsonObject {
  const steps = actions.map((action) => ({
    type: 'object',
    properties: { action: { const: action.id }, input: inputSchema(action, names) },
    required: ['action', 'input'],
    additionalProperties: false,
  }));
  return {
    type: 'object',
    properties: {
      kind: { enum: ['plan', 'clarify', 'refuse'] },
      steps: { type: 'array', maxItems: maxSteps, items: { anyOf: steps } },
      question: { type: 'string', maxLength: 300 },
      reason: { type: 'string', maxLength: 300 },
    },
    required: ['kind'],
    additionalProperties: false,
  };
}

/** Inputs as a model needs them: without our own annotations, with the known names where they are few. */
function inputSchema(action: AnyAction, names: Names): JsonObject {
  const { $schema: _schema, ...schema } = z.toJSONSchema(action.input, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      delete jsonSchema['slot'];
      delete jsonSchema['ask'];
    },
  });
  // Through text, because only what is JSON is sent.
  const plain: unknown = JSON.parse(JSON.stringify({ ...schema, additionalProperties: false }));
  if (!isObject(plain) || !isObject(plain['properties'])) return { type: 'object' };
  for (const [name, { slot }] of Object.entries(inputMeta(action.input))) {
    const property = plain['properties'][name];
    if (slot?.type !== 'name' || !closedTypes.includes(slot.of) || !isObject(property)) continue;
    const known = names.list(slot.of, maxNames).filter((text) => plainName.test(text));
    if (known.length > 0) plain['properties'][name] = { description: property['description'] ?? '', type: 'string', enum: known };
  }
  return plain;
}

/** What models write for "nothing" in an input that may be left out. */
export function withoutEmpty(value: unknown): unknown {
  if (!isObject(value) || !Array.isArray(value['steps'])) return value;
  const steps = value['steps'].map((step) => {
    if (!isObject(step) || !isObject(step['input'])) return step;
    return { ...step, input: Object.fromEntries(Object.entries(step['input']).filter(([, inner]) => inner !== null && inner !== '')) };
  });
  return { ...value, steps };
}

export function isObject(value: unknown): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
