/** A namespace of a project, with its quota, as Rancher reads it from annotations. */
import { AppError, type JsonObject } from '#kit';

export const projectAnnotation = 'field.cattle.io/projectId';
const quotaAnnotation = 'field.cattle.io/resourceQuota';

/** What people write, and what Rancher calls it. */
const limits: Record<string, string> = {
  cpu: 'limitsCpu',
  memory: 'limitsMemory',
  mem: 'limitsMemory',
  pods: 'pods',
  services: 'services',
  secrets: 'secrets',
  configmaps: 'configMaps',
  storage: 'requestsStorage',
  pvcs: 'persistentVolumeClaims',
  'limits.cpu': 'limitsCpu',
  'limits.memory': 'limitsMemory',
  'requests.cpu': 'requestsCpu',
  'requests.memory': 'requestsMemory',
  'requests.storage': 'requestsStorage',
};
const quantity = /^\d+(?:\.\d+)?(?:m|k|K|Ki|M|Mi|G|Gi|T|Ti)?$/;

/** `cpu=4,memory=8Gi`, also `4 cpu, 8Gi memory`. Throws INPUT_INVALID naming the part that is not understood. */
export function readQuota(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const part of text.split(/\s*(?:,|\band\b)\s*/).filter((one) => one !== '')) {
    const [, left = '', right = ''] = /^(\S+?)\s*[=: ]\s*(\S+)$/.exec(part.trim()) ?? [];
    const [name, value] = quantity.test(left) ? [right, left] : [left, right];
    const limit = limits[name.toLowerCase()];
    if (limit === undefined || !quantity.test(value))
      throw new AppError(`The quota "${part.trim()}" is not understood`, {
        code: 'INPUT_INVALID',
        hint: `Write it like this: cpu=4,memory=8Gi   (there are: ${[...new Set(Object.keys(limits))].join(', ')})`,
      });
    found[limit] = value;
  }
  return found;
}

export interface NamespaceParts {
  name: string;
  /** Id of the project. */
  project: string | undefined;
  quota: Record<string, string> | undefined;
  annotations: Record<string, string>;
}

export function namespaceBody({ name, project, quota, annotations }: NamespaceParts): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      annotations: {
        ...annotations,
        ...(project === undefined ? {} : { [projectAnnotation]: project }),
        ...(quota === undefined ? {} : { [quotaAnnotation]: JSON.stringify({ limit: quota }) }),
      },
    },
  };
}
