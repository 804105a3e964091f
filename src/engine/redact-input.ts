/** The input of a call as the audit log keeps it: what looks like a credential is masked, by its name or by its shape. */
import { type Json, type JsonObject, redact } from '#kit';

export function redactInput(input: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, mask(name, value)]));
}

function mask(name: string, value: Json): Json {
  if (Array.isArray(value)) return value.map((one) => mask(name, one));
  if (typeof value === 'object' && value !== null) return redactInput(value);
  if (typeof value !== 'string') return value;
  return isSecretName(name) ? '***' : redact(value);
}

/** The same patterns as for text decide: `password=x` is masked there. */
function isSecretName(name: string): boolean {
  const assignment = `${name}=x`;
  return redact(assignment) !== assignment;
}
