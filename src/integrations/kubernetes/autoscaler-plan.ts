/** What setting an autoscaler changes: the object to make, the fields to change, and the words for a reader. */
import { AppError, cleanLine, type Json, type JsonObject } from '#kit';
import { type Bounds, boundsOf, metricWords, withCpu } from './autoscaler.ts';
import type { NewObject } from './create-once.ts';
import { type FoundObject, valueAt } from './objects.ts';
import { resourceOf } from './resources.ts';
import { isJsonObject } from './schema.ts';
import { counted } from './words.ts';
import type { FoundWorkload } from './workloads.ts';

export interface WantedInput {
  minReplicas: number;
  maxReplicas: number;
  cpuPercent?: number | undefined;
  /** As JSON. */
  metrics?: string | undefined;
}

export function wantedOf({ minReplicas, maxReplicas, cpuPercent, metrics }: WantedInput, found: FoundObject | undefined): Bounds {
  const before = found === undefined ? [] : boundsOf(found).metrics;
  const given = metrics === undefined ? before : parseMetrics(metrics);
  return { min: minReplicas, max: maxReplicas, metrics: cpuPercent === undefined ? given : withCpu(given, cpuPercent) };
}

/** Throws INPUT_INVALID. */
function parseMetrics(text: string): JsonObject[] {
  const value = parseJson(text);
  if (Array.isArray(value) && value.every((one) => isJsonObject(one))) return value;
  throw new AppError('metrics must be a list of metrics as JSON', { code: 'INPUT_INVALID', hint: 'Say cpuPercent instead.' });
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json; // JSON.parse of JSON text is Json by definition
  } catch {
    return undefined; // the caller tells from it that it is none
  }
}

export function formerOf(was: string | undefined): Bounds | undefined {
  const value = was === undefined ? undefined : parseJson(was);
  const { min, max, metrics } = isJsonObject(value) ? value : {};
  if (typeof min !== 'number' || typeof max !== 'number' || !Array.isArray(metrics)) return undefined;
  return { min: Math.max(1, min), max, metrics: metrics.filter((one) => isJsonObject(one)) };
}

export const specOf = ({ min, max, metrics }: Bounds): JsonObject => ({
  spec: { minReplicas: min, maxReplicas: max, ...(metrics.length === 0 ? {} : { metrics }) },
});

export function newAutoscaler({ kind, name, namespace }: FoundWorkload, wanted: Bounds): NewObject {
  const { spec } = specOf(wanted);
  return {
    resource: resourceOf('HorizontalPodAutoscaler'),
    namespace,
    name,
    body: {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind, name }, ...(isJsonObject(spec) ? spec : {}) },
    },
  };
}

export function outsideWords(now: number, min: number, max: number): string | undefined {
  if (now === 0) return 'it rests while there are 0 replicas: it does not start the first one';
  if (now < min) return `it raises ${counted(now, 'replica')} to ${min} at once`;
  return now > max ? `it lowers ${counted(now, 'replica')} to ${max} and ends ${counted(now - max, 'pod')}` : undefined;
}

export function diffOf(
  workload: FoundWorkload,
  name: string,
  existing: string | undefined,
  before: Bounds | undefined,
  wanted: Bounds,
): string[] {
  const notes = [
    outsideWords(workload.object.spec.replicas ?? 1, wanted.min, wanted.max),
    asksForCpu(workload) ? undefined : 'a container asks for no CPU, so that a share of it cannot be measured',
  ].flatMap((note) => (note === undefined ? [] : [`  ${note}`]));
  if (before === undefined)
    return [
      `+ HorizontalPodAutoscaler ${name}  replicas  ${wanted.min} to ${wanted.max}`,
      `+ HorizontalPodAutoscaler ${name}  goal  ${cleanLine(metricWords(wanted.metrics))}`,
      ...notes,
    ];
  const line = (what: string, from: string, to: string) =>
    from === to ? `  ${existing ?? name}  ${what}  ${from} (unchanged)` : `~ ${existing ?? name}  ${what}  ${from} -> ${to}`;
  return [
    line('replicas', `${before.min} to ${before.max}`, `${wanted.min} to ${wanted.max}`),
    line('goal', cleanLine(metricWords(before.metrics)), cleanLine(metricWords(wanted.metrics))),
    ...notes,
  ];
}

/** An autoscaler compares what is used with what was asked for. */
export function asksForCpu({ raw }: FoundWorkload): boolean {
  const containers = valueAt(raw, ['spec', 'template', 'spec', 'containers']);
  return (Array.isArray(containers) ? containers : []).every((one) =>
    ['requests', 'limits'].some((part) => valueAt(one, ['resources', part, 'cpu']) !== undefined),
  );
}
