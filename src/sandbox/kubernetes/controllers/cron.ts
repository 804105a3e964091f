/** Schedules of five fields: minute, hour, day of month, month, day of week. */

const ranges: [from: number, to: number][] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];
const shortcuts: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
};
const minuteMs = 60_000;
const farthestMs = 366 * 86_400_000;

/** The first time after `from` that the schedule names, in UTC; undefined where it is no schedule or names none within a year. */
export function nextRun(schedule: string, from: Date): Date | undefined {
  const parts = (shortcuts[schedule] ?? schedule).trim().split(/\s+/);
  if (parts.length !== 5) return undefined;
  const fields = parts.map((part, index) => parseField(part, ranges[index] ?? [0, 0]));
  const [minutes, hours, days, months, weekdays] = fields;
  if (minutes === undefined || hours === undefined || days === undefined || months === undefined || weekdays === undefined)
    return undefined;
  if (weekdays.has(7)) weekdays.add(0);
  const either = parts[2] !== '*' && parts[4] !== '*';
  const end = from.getTime() + farthestMs;
  for (let at = Math.floor(from.getTime() / minuteMs + 1) * minuteMs; at <= end;) {
    const date = new Date(at);
    const onDay = days.has(date.getUTCDate());
    const onWeekday = weekdays.has(date.getUTCDay());
    if (!months.has(date.getUTCMonth() + 1) || !(either ? onDay || onWeekday : onDay && onWeekday)) {
      at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
      continue;
    }
    if (!hours.has(date.getUTCHours())) {
      at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours() + 1);
      continue;
    }
    if (minutes.has(date.getUTCMinutes())) return date;
    at += minuteMs;
  }
  return undefined;
}

function parseField(text: string, [from, to]: [number, number]): Set<number> | undefined {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return undefined;
    const [, first, last, step] = match;
    const start = first === undefined ? from : Number(first);
    const single = first !== undefined && last === undefined && step === undefined;
    const open = single ? start : to;
    const stop = last === undefined ? open : Number(last);
    if (start < from || stop > to || Number(step ?? 1) < 1) return undefined;
    for (let value = start; value <= stop; value += Number(step ?? 1)) found.add(value);
  }
  return found;
}
