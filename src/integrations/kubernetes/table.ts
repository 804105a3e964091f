/** The server's table of a list, as kubectl prints it, and which of its rows have a status. */
import { AppError, cleanLine, type JsonObject } from '#kit';
import type { ListedTable } from './cluster.ts';
import { isJsonObject } from './schema.ts';

export interface PrintedTable {
  columns: string[];
  rows: string[][];
}

/** Upper-case columns without the wide ones; the namespace first where there are several. */
export function printTable({ columns, rows, items }: ListedTable, withNamespace: boolean): PrintedTable {
  const shown = columns.flatMap(({ name, wide }, index) => (wide ? [] : [{ name: cleanLine(name).toUpperCase(), index }]));
  const names = shown.map(({ name }) => name);
  const cells = rows.map((row, at) => {
    const texts = shown.map(({ index }) => cellText(row[index]));
    return withNamespace ? [namespaceOf(items[at]), ...texts] : texts;
  });
  return { columns: withNamespace ? ['NAMESPACE', ...names] : names, rows: cells };
}

/** One table with the cluster before each row; clusters of other versions may have other columns. */
export function joinTables(tables: readonly { cluster: string; table: PrintedTable }[]): PrintedTable {
  const columns = [...new Set(tables.flatMap(({ table }) => (table.rows.length === 0 ? [] : table.columns)))];
  const rows = tables.flatMap(({ cluster, table }) =>
    table.rows.map((row) => [cluster, ...columns.map((column) => row[table.columns.indexOf(column)] ?? '')]),
  );
  return { columns: ['CLUSTER', ...columns], rows };
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  // A cell of several lines, as in the message of an event, is one line in a table.
  return cleanLine(typeof value === 'string' ? value : JSON.stringify(value)).trim();
}

function namespaceOf(item: JsonObject | undefined): string {
  const metadata = item?.['metadata'];
  return isJsonObject(metadata) && typeof metadata['namespace'] === 'string' ? metadata['namespace'] : '';
}

const healthy = new Set(['running', 'completed', 'complete', 'succeeded', 'ready', 'active', 'bound', 'normal', 'true', 'available']);

/**
 * Whether each row has the status: a word of the STATUS column (`Running`, `CrashLoopBackOff`), or `ready`, `not ready`, `unhealthy`,
 * which are worked out from the columns. Throws INPUT_INVALID where the table says nothing about status.
 */
export function statusFilter({ columns }: PrintedTable, status: string): (row: string[]) => boolean {
  const wanted = status.toLowerCase().replaceAll(/[\s_-]+/g, '');
  const at = (name: string) => columns.indexOf(name);
  const statusAt = [at('STATUS'), at('TYPE'), at('PHASE')].find((index) => index >= 0) ?? -1;
  const readyAt = at('READY');
  if (statusAt < 0 && readyAt < 0)
    throw new AppError(`These objects have no status that could be looked for: ${status}`, {
      code: 'INPUT_INVALID',
      hint: 'Ask for all of them instead.',
      details: { status },
    });
  const statusOf = (row: string[]) => (row[statusAt] ?? '').toLowerCase().replaceAll(/[\s_-]+/g, '');
  const isReady = (row: string[]) => {
    if (readyAt >= 0) return isFull(row[readyAt] ?? '');
    return statusOf(row).split(',').includes('ready');
  };
  const isWell = (row: string[]) => {
    if (statusAt < 0) return isReady(row);
    const isEnded = /^(?:completed|complete|succeeded)$/.test(statusOf(row));
    return (
      isEnded ||
      (statusOf(row)
        .split(',')
        .every((word) => healthy.has(word)) &&
        (readyAt < 0 || isReady(row)))
    );
  };
  if (wanted === 'ready') return isReady;
  if (wanted === 'notready' || wanted === 'unready') return (row) => !isReady(row);
  if (wanted === 'healthy') return isWell;
  if (wanted === 'unhealthy') return (row) => !isWell(row);
  const words = sameStatus(wanted);
  return (row) =>
    statusOf(row)
      .split(',')
      .some((word) => words.some((one) => word === one || word.endsWith(`:${one}`)));
}

/** `2/2`, or a plain number or word for other kinds. */
function isFull(ready: string): boolean {
  const parts = /^(\d+)\/(\d+)$/.exec(ready);
  return parts === null ? ready.toLowerCase() === 'true' || Number(ready) > 0 : parts[1] === parts[2];
}

/** People say "failed" for each of the words that Kubernetes has for it. */
function sameStatus(wanted: string): string[] {
  const groups = [
    ['crashloopbackoff', 'crashing', 'crashlooping', 'crashloop'],
    [
      'failed',
      'failing',
      'error',
      'errored',
      'oomkilled',
      'errimagepull',
      'imagepullbackoff',
      'createcontainerconfigerror',
      'crashloopbackoff',
      'evicted',
      'runcontainererror',
    ],
    ['completed', 'complete', 'succeeded', 'finished', 'done'],
    ['pending', 'containercreating', 'waiting'],
  ];
  // The exact word of the column wins over the group that it belongs to.
  const exact = new Set([
    'crashloopbackoff',
    'error',
    'oomkilled',
    'errimagepull',
    'imagepullbackoff',
    'createcontainerconfigerror',
    'evicted',
    'containercreating',
    'runcontainererror',
  ]);
  return exact.has(wanted) ? [wanted] : (groups.find((group) => group.includes(wanted)) ?? [wanted]);
}
