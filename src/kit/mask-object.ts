/** What must never leave the integration: the contents of Secrets, and credentials written into other objects. */
import type { Json, JsonObject } from './action.ts';
import { redact } from './redact.ts';

const mask = '***';
/** kubectl keeps the whole manifest here, values of a Secret included. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const secretNames = /pass(?:word|wd|phrase)?$|secret|token|credential|api[-_]?key|private[-_]?key|access[-_]?key/i;

/** Whether something of this name holds a credential: `DB_PASSWORD`, `api-key`. */
export function isSecretName(name: string): boolean {
  return secretNames.test(name);
}

/** Names of where a credential is kept, and settings about one. */
const aboutSecrets = /existing|pull|name$|ref$|ttl|enabled|create|seconds|expir/i;

/** Whether what a request gives is a credential itself: in a plan it would be shown and kept. `auth.password=…`, not `auth.existingSecret=…`. */
export function isSecretValue(name: string, value: string): boolean {
  return isSecretName(name) && !aboutSecrets.test(name) && !/^(?:\d*|true|false|null)$/i.test(value);
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy that may be shown: Secret values masked, what looks like a credential too, and without the bookkeeping of field managers. */
export function shown(object: JsonObject): JsonObject {
  const copy = walk(object, '');
  if (!isJsonObject(copy)) return {};
  const metadata = copy['metadata'];
  if (isJsonObject(metadata)) delete metadata['managedFields'];
  if (copy['kind'] !== 'Secret') return copy;
  for (const field of ['data', 'stringData']) if (isJsonObject(copy[field])) copy[field] = masked(copy[field]);
  if (isJsonObject(metadata) && isJsonObject(metadata['annotations']) && lastApplied in metadata['annotations'])
    metadata['annotations'][lastApplied] = mask;
  return copy;
}

function masked(values: JsonObject): Json {
  return Object.fromEntries(Object.keys(values).map((key) => [key, mask]));
}

/** `under` is the key that the value stands below. Only places where people put credentials are searched for them. */
function walk(value: Json, under: string): Json {
  if (Array.isArray(value)) return value.map((inner) => walk(under === 'env' ? withoutSecretValue(inner) : inner, under));
  if (isJsonObject(value)) {
    const inside = under === 'annotations' || under === 'data' ? under : undefined;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, inside ?? key)]));
  }
  return typeof value === 'string' && /^(?:annotations|args|command|value|data)$/.test(under) ? redact(value) : value;
}

/** `env: [{ name: DB_PASSWORD, value: … }]`. */
function withoutSecretValue(entry: Json): Json {
  if (!isJsonObject(entry) || typeof entry['name'] !== 'string' || typeof entry['value'] !== 'string') return entry;
  return isSecretName(entry['name']) && entry['value'] !== '' ? { ...entry, value: mask } : entry;
}
