/** Values and tables of the commands, in the format asked for. */
import type { OutputFormat } from '#kit/api';
import type { Io } from './io.ts';
import { cleanText } from '#kit/clean';

/** A whole value for machines; with `jsonl` each item of an array is a line. */
export async function printValue(io: Io, output: Exclude<OutputFormat, 'table' | 'name'>, value: unknown): Promise<void> {
  switch (output) {
    case 'json':
      io.out(`${JSON.stringify(value, null, 2)}\n`);
      return;
    case 'jsonl':
      for (const item of Array.isArray(value) ? value : [value]) io.out(`${JSON.stringify(item)}\n`);
      return;
    case 'yaml':
      io.out((await import('yaml')).stringify(value, { aliasDuplicateObjects: false }));
  }
}

export interface Listing<T> {
  columns: string[];
  row: (item: T) => string[];
  name: (item: T) => string;
  /** Said on stderr where the list is empty. */
  empty: string;
}

export async function printList<T>(io: Io, output: OutputFormat, items: T[], listing: Listing<T>): Promise<void> {
  if (output === 'name') io.out(items.map((item) => `${cleanText(listing.name(item))}\n`).join(''));
  else if (output !== 'table') await printValue(io, output, items);
  else if (items.length === 0) io.err(`${listing.empty}\n`);
  else io.out(formatTable(listing.columns, items.map(listing.row)));
}

/** Columns parted by three spaces, as in the tables of the systems themselves. */
export function formatTable(columns: string[], rows: string[][]): string {
  const cells = [columns, ...rows.map((row) => row.map((cell) => cleanText(cell).replaceAll('\n', ' ')))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => (row[index] ?? '').length)));
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** `5s`, `3m`, `7h`, `12d`: as kubectl says ages. */
export function formatAge(at: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - new Date(at).getTime()) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)}h`;
  return `${Math.round(seconds / 86_400)}d`;
}
