import { defineAction, isSecretName, type Json, type JsonObject, redact, safe } from '#kit';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { HelmClient } from '../client.ts';
import { release, target, words } from '../inputs.ts';
import { readRelease } from '../releases.ts';
import { readJson } from '../schema.ts';

const Input = z.object({ release: release(), ...target });
type Input = z.infer<typeof Input>;

const Output = z.object({ values: z.record(z.string(), z.json()), revision: z.number() });
type Output = z.infer<typeof Output>;

export const releaseValues = defineAction<HelmClient>()<Input, Output>({
  id: 'helm.release.values',
  summary: 'Show the values of a release',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'helm & values|value|settings|configuration|config|overrides|parameters|configured',
      'values|settings|overrides|configuration|config & release',
    ],
    also: `${words}|values|value|settings|configuration|config|show|get|which|what|does|use|uses|used|has|have|is|are|current|deployed|installed|run|runs|running|with|was|were|set|passed|given|supplied|computed|all|user-supplied|custom|overrides|parameters|configured|print|see|give|list|me|how|currently|for|share|send|provide`,
    examples: ['helm values of loki', 'show the values of the helm release loki', 'which values does the helm release loki use?'],
    counterExamples: ['what are helm values?'],
  },
  usualSafety: 'safe',
  safety: () => safe('reads only; what is called like a secret is not shown'),
  preview: (input, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, ({ where, resolved, flags }) =>
      Promise.resolve({
        input: { release: input.release, ...resolved },
        where,
        description: `show the values of the release ${input.release}`,
        diff: [],
        command: ['helm', 'get', 'values', input.release, ...flags],
        facts: {},
        precondition: {},
      }),
    ),
  run: (input, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, async (place) => {
      const { version } = await readRelease(place, input.release);
      const text = await place.run(['get', 'values', input.release, '--revision', String(version), '--output', 'json']);
      const values = readJson(text, z.record(z.string(), z.json()).nullable(), 'get values') ?? {};
      return { values: maskValues(values), revision: version };
    }),
  value: ({ values }) => values,
  render: ({ values, revision }, { release: name }) => ({
    text:
      Object.keys(values).length === 0
        ? `Revision ${revision} of ${name} has no values of its own: those of its chart count.`
        : stringify(values),
  }),
});

/** Everything below a name that says secret, and what looks like a credential elsewhere. */
export function maskValues(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, isSecretName(key) ? maskAll(value) : mask(value)]));
}

function mask(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => (isNamedSecret(item) ? { ...item, value: '***' } : mask(item)));
  if (typeof value === 'object' && value !== null) return maskValues(value);
  return typeof value === 'string' ? redact(value) : value;
}

/** `env: [{ name: DB_PASSWORD, value: … }]`. */
function isNamedSecret(item: Json): item is JsonObject {
  return (
    typeof item === 'object' &&
    item !== null &&
    !Array.isArray(item) &&
    typeof item['name'] === 'string' &&
    isSecretName(item['name']) &&
    'value' in item
  );
}

/** `existingSecret: name` and switches tell nothing; texts below do. */
function maskAll(value: Json): Json {
  if (Array.isArray(value)) return value.map(maskAll);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskAll(inner)]));
  return typeof value === 'string' && value !== '' ? '***' : value;
}
