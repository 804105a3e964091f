/** What a pod needs besides its node: ConfigMaps, Secrets, claims and logins. What is missing is said as the kubelet and the scheduler word it. */
import { type Json, type JsonObject, list, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { namespaceOf } from './shared.ts';

/** Why a container cannot be configured; undefined where its environment is there. */
export function missingConfig(store: ObjectStore, pod: JsonObject, container: Json): string | undefined {
  const namespace = namespaceOf(pod);
  for (const source of list(container, 'envFrom'))
    for (const [field, kind] of [
      ['configMapRef', 'ConfigMap'],
      ['secretRef', 'Secret'],
    ] as const) {
      const reference = record(source, field);
      if (text(reference, 'name') === '' || reference['optional'] === true) continue;
      if (find(store, kind, namespace, reference) === undefined) return absent(kind, text(reference, 'name'));
    }
  for (const variable of list(container, 'env'))
    for (const [field, kind] of [
      ['configMapKeyRef', 'ConfigMap'],
      ['secretKeyRef', 'Secret'],
    ] as const) {
      const reference = record(variable, 'valueFrom', field);
      if (text(reference, 'name') === '' || reference['optional'] === true) continue;
      const found = find(store, kind, namespace, reference);
      if (found === undefined) return absent(kind, text(reference, 'name'));
      if (!keysOf(found).includes(text(reference, 'key')))
        return `couldn't find key ${text(reference, 'key')} in ${kind} ${namespace}/${text(reference, 'name')}`;
    }
  return undefined;
}

function find(store: ObjectStore, kind: 'ConfigMap' | 'Secret', namespace: string, reference: JsonObject): JsonObject | undefined {
  return store.peek(kindNamed(kind), namespace, text(reference, 'name'));
}

const absent = (kind: string, name: string): string => `${kind.toLowerCase()} "${name}" not found`;

function keysOf(object: JsonObject): string[] {
  return [...Object.keys(record(object, 'data')), ...Object.keys(record(object, 'binaryData'))];
}

/** A server that answers no mount. */
const silentServer = /unreachable|\.invalid$/;

/** The first volume that cannot be set up; undefined where all can. */
export function failingMount(store: ObjectStore, pod: JsonObject): string | undefined {
  const namespace = namespaceOf(pod);
  for (const volume of list(pod, 'spec', 'volumes')) {
    const name = text(volume, 'name');
    const map = record(volume, 'configMap');
    const secret = record(volume, 'secret');
    const server = text(volume, 'nfs', 'server');
    const sources: [kind: 'ConfigMap' | 'Secret', named: string, source: JsonObject][] = [
      ['ConfigMap', text(map, 'name'), map],
      ['Secret', text(secret, 'secretName'), secret],
    ];
    for (const [kind, wanted, source] of sources) {
      if (wanted === '' || source['optional'] === true) continue;
      const found = store.peek(kindNamed(kind), namespace, wanted);
      if (found === undefined) return `MountVolume.SetUp failed for volume "${name}" : ${absent(kind, wanted)}`;
      const key = list(source, 'items')
        .map((item) => text(item, 'key'))
        .find((one) => !keysOf(found).includes(one));
      if (key !== undefined)
        return `MountVolume.SetUp failed for volume "${name}" : references non-existent ${kind.toLowerCase()} key: ${key}`;
    }
    if (silentServer.test(server))
      return `MountVolume.SetUp failed for volume "${name}" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs ${server}:${text(volume, 'nfs', 'path')}\nOutput: mount.nfs: Connection timed out`;
  }
  return undefined;
}

/** Why no node can take a pod because of its claims. */
export function unmetClaim(store: ObjectStore, pod: JsonObject): string | undefined {
  for (const volume of list(pod, 'spec', 'volumes')) {
    const name = text(volume, 'persistentVolumeClaim', 'claimName');
    if (name === '') continue;
    const claim = store.peek(kindNamed('PersistentVolumeClaim'), namespaceOf(pod), name);
    if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
    if (text(claim, 'status', 'phase') !== 'Bound' && !waitsForPod(claim)) return 'pod has unbound immediate PersistentVolumeClaims';
  }
  return undefined;
}

/** The only class of the sandbox; it makes a volume when the first pod wants it. */
export const standardClass = 'standard';

export function waitsForPod(claim: JsonObject): boolean {
  return [standardClass, ''].includes(text(claim, 'spec', 'storageClassName'));
}

/** Names of pull secrets that do not exist, and whether one that exists is of the right type. */
export function pullSecrets(store: ObjectStore, pod: JsonObject): { missing: string[]; usable: boolean } {
  const account = store.peek(kindNamed('ServiceAccount'), namespaceOf(pod), text(pod, 'spec', 'serviceAccountName'));
  const names = [...list(pod, 'spec', 'imagePullSecrets'), ...list(account, 'imagePullSecrets')].map((one) => text(one, 'name'));
  const found = names.map((name) => store.peek(kindNamed('Secret'), namespaceOf(pod), name));
  return {
    missing: names.filter((_, index) => found[index] === undefined),
    usable: found.some((secret) => text(secret, 'type') === 'kubernetes.io/dockerconfigjson'),
  };
}
