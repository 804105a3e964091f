/** The `scale` view of a workload. */
import { clone, type JsonObject, number, put, record, text } from './json.ts';
import { selectorText } from './selectors.ts';
import { invalid } from './status.ts';

export function toScale(object: JsonObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = record(object, 'metadata');
  const metadata: JsonObject = {};
  for (const [key, value] of Object.entries({ name, namespace, uid, resourceVersion, creationTimestamp }))
    if (value !== undefined) metadata[key] = value;
  const replicas = record(object, 'spec')['replicas'];
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata,
    spec: replicas === 0 || typeof replicas !== 'number' ? {} : { replicas },
    status: { replicas: number(object, 0, 'status', 'replicas'), selector: selectorText(record(object, 'spec', 'selector')) },
  };
}

/** Puts a changed Scale back into its workload. Throws 422 for a negative number. */
export function fromScale(object: JsonObject, scale: JsonObject): JsonObject {
  const replicas = number(scale, 0, 'spec', 'replicas');
  if (replicas < 0)
    throw invalid('Scale', 'autoscaling', text(object, 'metadata', 'name'), [
      { field: 'spec.replicas', message: `Invalid value: ${replicas}: must be greater than or equal to 0` },
    ]);
  const result = clone(object);
  put(result, ['spec', 'replicas'], replicas);
  const version = text(scale, 'metadata', 'resourceVersion');
  if (version !== '') put(result, ['metadata', 'resourceVersion'], version);
  return result;
}
