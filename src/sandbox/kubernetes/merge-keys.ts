/** Lists that are merged by a key of their items instead of being replaced. */
const keysByList: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
  conditions: ['type'],
  ownerReferences: ['uid'],
  containerStatuses: ['name'],
};

/** Undefined for a list that is replaced as a whole. `ports` differ between containers and services. */
export function mergeKeys(list: string, parent: string): string[] | undefined {
  if (list === 'ports') return parent === 'spec' ? ['port', 'protocol'] : ['containerPort', 'protocol'];
  return keysByList[list];
}
