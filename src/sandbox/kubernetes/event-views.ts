/** The core and the events.k8s.io Event are one thing under two shapes; the core one is stored. */
import { type JsonObject, record } from './json.ts';

const names: [core: string, newer: string][] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

export function eventToNewer(event: JsonObject): JsonObject {
  return { ...renamed(event, new Map(names)), apiVersion: 'events.k8s.io/v1' };
}

export function eventToCore(event: JsonObject): JsonObject {
  return {
    involvedObject: record(event, 'regarding'),
    ...renamed(event, new Map(names.map(([core, newer]) => [newer, core]))),
    apiVersion: 'v1',
  };
}

function renamed(event: JsonObject, table: Map<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(event).map(([name, value]) => [table.get(name) ?? name, value]));
}
