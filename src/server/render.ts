/** A step's output in the format asked for. `table` is for people; the others are the value, for machines. */
import { type AnyAction, cleanLine, cleanText, type Json, type JsonObject, type OutputFormat, type Rendered } from '#kit';
import { stringify } from 'yaml';

export interface StepOutput {
  action: AnyAction;
  input: JsonObject;
  output: Json;
}

/** Several steps in `table` are parted by a blank line; in `json` and `yaml` they become an array. Ends with a newline unless empty. */
export function renderOutputs(outputs: StepOutput[], format: OutputFormat): string {
  if (format === 'table') return outputs.map((one) => renderForPeople(one)).join('\n');
  const values = outputs.map(({ action, input, output }) => action.value?.(output, input) ?? output);
  switch (format) {
    case 'json':
      return `${JSON.stringify(single(values), null, 2)}\n`;
    case 'yaml':
      return stringify(single(values), { aliasDuplicateObjects: false });
    case 'jsonl':
      return values
        .flatMap(itemsOf)
        .map((item) => `${JSON.stringify(item)}\n`)
        .join('');
    case 'name':
      return values
        .flatMap(itemsOf)
        .map((item) => `${nameOf(item)}\n`)
        .join('');
  }
}

function single(values: Json[]): Json {
  const [only, second] = values;
  return only !== undefined && second === undefined ? only : values;
}

function renderForPeople({ action, input, output }: StepOutput): string {
  const rendered: Rendered = action.render?.(output, input) ?? { text: stringify(output) };
  const parts: string[] = [];
  if (rendered.table !== undefined) parts.push(renderTable(rendered.table.columns, rendered.table.rows));
  const text = cleanText(rendered.text ?? '');
  if (text !== '') parts.push(text.endsWith('\n') ? text : `${text}\n`);
  return parts.join('\n');
}

/** Columns parted by three spaces, as kubectl prints them. Cells come from outside: nothing in them may steer a terminal. */
export function renderTable(columns: string[], cells: string[][]): string {
  const rows = cells.map((row) => row.map(cleanLine));
  const widths = columns.map((column, index) => rows.reduce((width, row) => Math.max(width, (row[index] ?? '').length), column.length));
  const line = (texts: string[]): string =>
    `${texts
      .map((cell, index) => (index === columns.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('   ')
      .trimEnd()}\n`;
  return line(columns) + rows.map((row) => line(columns.map((_, index) => row[index] ?? ''))).join('');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function itemsOf(output: Json): Json[] {
  if (Array.isArray(output)) return output;
  if (!isObject(output)) return [output];
  if (Array.isArray(output['items'])) return output['items'];
  const list = Object.values(output).find((value) => Array.isArray(value));
  return list !== undefined && Object.keys(output).length <= 2 ? list : [output];
}

function nameOf(item: Json): string {
  if (!isObject(item)) return cleanLine(typeof item === 'string' ? item : JSON.stringify(item));
  const metadata = isObject(item['metadata']) ? item['metadata'] : {};
  const name = item['name'] ?? metadata['name'] ?? item['key'] ?? item['id'];
  const kind = typeof item['kind'] === 'string' ? `${item['kind'].toLowerCase()}/` : '';
  return cleanLine(`${kind}${String(name ?? JSON.stringify(item))}`);
}
