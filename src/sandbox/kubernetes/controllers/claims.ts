/** PersistentVolumeClaims: a volume for each that the first pod asks for; a class that nobody serves gets none. */
import { type Json, type JsonObject, list, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { create, saveAs } from '../operations.ts';
import { tell } from './events.ts';
import { standardClass, waitsForPod } from './pod-needs.ts';
import { controllerManager, isEnding, nameOf, namespaceOf, podsIn, uidOf } from './shared.ts';

const component = 'persistentvolume-controller';
const kind = () => kindNamed('PersistentVolumeClaim');

export function tendClaim(store: ObjectStore, claim: JsonObject): undefined {
  if (isEnding(claim) || text(claim, 'status', 'phase') === 'Bound') return;
  if (text(claim, 'spec', 'volumeName') !== '') return;
  const asked = record(claim, 'spec')['storageClassName'];
  if (asked === undefined) {
    // The class of the cluster is given to a claim that names none.
    saveAs(store, kind(), { ...claim, spec: { ...record(claim, 'spec'), storageClassName: standardClass } }, controllerManager, '');
    return;
  }
  if (asked === '')
    tell(store, claim, {
      reason: 'FailedBinding',
      message: 'no persistent volumes available for this claim and no storage class is set',
      component,
    });
  else if (!waitsForPod(claim))
    tell(store, claim, {
      type: 'Warning',
      reason: 'ProvisioningFailed',
      message: `storageclass.storage.k8s.io "${text(claim, 'spec', 'storageClassName')}" not found`,
      component,
    });
  else if (podsIn(store, namespaceOf(claim)).some((pod) => uses(pod, nameOf(claim)) && text(pod, 'spec', 'nodeName') !== ''))
    bind(store, claim);
  else
    tell(store, claim, {
      reason: 'WaitForFirstConsumer',
      message: 'waiting for first consumer to be created before binding',
      component,
    });
}

export function uses(pod: JsonObject, claim: string): boolean {
  return list(pod, 'spec', 'volumes').some((volume) => text(volume, 'persistentVolumeClaim', 'claimName') === claim);
}

function bind(store: ObjectStore, claim: JsonObject): void {
  const name = `pvc-${uidOf(claim)}`;
  const accessModes: Json[] = list(claim, 'spec', 'accessModes');
  const capacity = record(claim, 'spec', 'resources', 'requests');
  const spec: JsonObject = {
    accessModes,
    capacity,
    claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: namespaceOf(claim), name: nameOf(claim), uid: uidOf(claim) },
    persistentVolumeReclaimPolicy: 'Delete',
    storageClassName: standardClass,
    volumeMode: text(claim, 'spec', 'volumeMode') || 'Filesystem',
  };
  const options = { dryRun: false, manager: controllerManager, fieldValidation: 'Ignore' };
  if (store.peek(kindNamed('PersistentVolume'), '', name) === undefined) {
    const { object } = create(store, kindNamed('PersistentVolume'), '', { metadata: { name }, spec }, options);
    saveAs(store, kindNamed('PersistentVolume'), { ...object, status: { phase: 'Bound' } }, controllerManager);
  }
  const bound = saveAs(store, kind(), { ...claim, spec: { ...record(claim, 'spec'), volumeName: name } }, controllerManager, '');
  saveAs(store, kind(), { ...bound, status: { phase: 'Bound', accessModes, capacity } }, controllerManager);
  tell(store, claim, { reason: 'ProvisioningSucceeded', message: `Successfully provisioned volume ${name}`, component });
}
