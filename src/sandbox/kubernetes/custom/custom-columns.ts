/** What `kubectl get` prints of custom objects: the columns of the definition, by its JSON paths. */
import { age, column, type Column, shortAge } from '../column-parts.ts';
import { type Json, isObject, type JsonObject, number, record, text } from '../json.ts';

/** Without the name, which every kind has; only the age where the definition says nothing. */
export function customColumns(defined: readonly Json[]): Column[] {
  if (defined.length === 0) return [age];
  return defined.map((one) => {
    const path = text(one, 'jsonPath');
    const isDate = text(one, 'type') === 'date';
    const cell = (object: JsonObject, now: Date): string | number => {
      const [value] = valuesAt(object, path);
      if (value === undefined || value === null) return isDate ? '<unknown>' : '';
      if (typeof value === 'number') return value;
      const shown = typeof value === 'string' ? value : JSON.stringify(value);
      return isDate ? shortAge(shown, now) : shown;
    };
    return { ...column(text(one, 'name'), cell, number(one, 0, 'priority') > 0 ? 1 : 0), type: text(record(one), 'type') };
  });
}

const step = /\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]|\[(\*)\]|\[\?\(@\.([\w.-]+)\s*==\s*["']([^"']*)["']\)\]/y;

/** The part of JSONPath that definitions use: names, indexes, `[*]`, `[?(@.type=="Ready")]`. */
export function valuesAt(object: JsonObject, path: string): Json[] {
  let found: Json[] = [object];
  step.lastIndex = 0;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) return [];
    const [, name, quoted, index, every, key = '', value] = match;
    found = found.flatMap((one): Json[] => {
      if (name !== undefined || quoted !== undefined) return taken(isObject(one) ? one[name ?? quoted ?? ''] : undefined);
      if (!Array.isArray(one)) return [];
      if (index !== undefined) return taken(one[Number(index)]);
      if (every !== undefined) return one;
      return one.filter((item) => valuesAt(record(item), `.${key}`)[0] === value);
    });
  }
  return found;
}

const taken = (value: Json | undefined): Json[] => (value === undefined ? [] : [value]);
