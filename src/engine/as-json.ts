/** What an action returned, as the JSON that is stored and shown. */
import type { Json } from '#kit';

/** What is JSON already is taken as it is: a list of ten thousand objects is not worth a copy. Anything else becomes what its text says; undefined becomes null. */
export function asJson(value: unknown): Json {
  if (isJson(value)) return value;
  const text = JSON.stringify(value);
  // JSON.parse of JSON text is Json by definition.
  return text === undefined ? null : (JSON.parse(text) as Json);
}

/** Whether its text would say exactly this: no undefined, no NaN, no Date, no hole. */
function isJson(value: unknown): value is Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      break;
    default:
      return false;
  }
  if (value === null) return true;
  // A hole comes out as undefined here.
  if (Array.isArray(value)) return Object.getPrototypeOf(value) === Array.prototype && hasOnlyJson(value);
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const key in value) if (!isJson((value as Record<string, unknown>)[key])) return false;
  return true;
}

function hasOnlyJson(values: readonly unknown[]): boolean {
  for (const value of values) if (!isJson(value)) return false;
  return true;
}
