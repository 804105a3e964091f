/** What the columns of several kinds share, and those of pods. */
import { type JsonObject, list, number, record, text } from './json.ts';

export interface Column {
  name: string;
  /** 1 is shown with `-o wide` only. */
  priority: 0 | 1;
  cell: (object: JsonObject, now: Date) => string | number;
  /** As the definition of a custom kind says; `string` or `integer` otherwise. */
  type?: string;
}

export function column(name: string, cell: Column['cell'], priority: 0 | 1 = 0): Column {
  return { name, cell, priority };
}

export const age = column('Age', (object, now) => shortAge(text(object, 'metadata', 'creationTimestamp'), now));

export function count(name: string, ...path: string[]): Column {
  return column(name, (object) => number(object, 0, ...path));
}

export function containers(...path: string[]): Column[] {
  const joined = (object: JsonObject, field: string): string =>
    list(object, ...path, 'containers')
      .map((one) => text(one, field))
      .join(',');
  return [column('Containers', (object) => joined(object, 'name'), 1), column('Images', (object) => joined(object, 'image'), 1)];
}

/** As kubectl writes ages: `11s`, `2m5s`, `3h12m`, `4d2h`, `40d`. */
export function shortAge(from: string, now: Date): string {
  return from === '' ? '<unknown>' : shortDuration(Date.parse(from), now.getTime());
}

export function shortDuration(from: number, to: number): string {
  const seconds = Math.max(0, Math.floor((to - from) / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  return days < 730 ? `${days}d` : two(Math.floor(days / 365), 'y', days % 365, 'd');
}

function two(whole: number, unit: string, part: number, smaller: string): string {
  return part === 0 ? `${whole}${unit}` : `${whole}${unit}${part}${smaller}`;
}

export const podColumns: Column[] = [
  column('Ready', (pod) => {
    const ready = list(pod, 'status', 'containerStatuses').filter((status) => record(status)['ready'] === true).length;
    return `${ready}/${list(pod, 'spec', 'containers').length}`;
  }),
  column('Status', podStatus),
  column('Restarts', podRestarts),
  age,
  column('IP', (pod) => text(pod, 'status', 'podIP') || '<none>', 1),
  column('Node', (pod) => text(pod, 'spec', 'nodeName') || '<none>', 1),
  column('Nominated Node', (pod) => text(pod, 'status', 'nominatedNodeName') || '<none>', 1),
  column('Readiness Gates', () => '<none>', 1),
];

/** The worst thing that a container says, as kubectl words it. */
export function podStatus(pod: JsonObject): string {
  if (text(pod, 'metadata', 'deletionTimestamp') !== '') return 'Terminating';
  let shown = text(pod, 'status', 'reason') || text(pod, 'status', 'phase');
  let running = false;
  for (const status of list(pod, 'status', 'containerStatuses').toReversed()) {
    const waiting = text(status, 'state', 'waiting', 'reason');
    const terminated = record(status, 'state', 'terminated');
    if (waiting !== '') shown = waiting;
    else if (Object.keys(terminated).length > 0) shown = text(terminated, 'reason') || `ExitCode:${number(terminated, 0, 'exitCode')}`;
    else if (record(status)['ready'] === true) running = true;
  }
  return shown === 'Completed' && running ? 'Running' : shown;
}

function podRestarts(pod: JsonObject, now: Date): string {
  const statuses = list(pod, 'status', 'containerStatuses');
  const restarts = statuses.reduce<number>((sum, status) => sum + number(status, 0, 'restartCount'), 0);
  const last =
    statuses
      .map((status) => text(status, 'lastState', 'terminated', 'finishedAt'))
      .toSorted()
      .at(-1) ?? '';
  return restarts > 0 && last !== '' ? `${restarts} (${shortAge(last, now)} ago)` : String(restarts);
}
