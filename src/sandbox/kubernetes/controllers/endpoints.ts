/** Endpoints and EndpointSlices: the addresses of the ready pods behind a service. */
import { type Json, type JsonObject, list, record, same, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { create, saveAs } from '../operations.ts';
import { matchesLabels } from '../selectors.ts';
import { controllerManager, isEnding, isReady, makeOwned, nameOf, namespaceOf, ownedBy, podsIn, uidOf } from './shared.ts';

export function tendService(store: ObjectStore, service: JsonObject): undefined {
  const selector = record(service, 'spec', 'selector');
  if (isEnding(service) || Object.keys(selector).length === 0) return;
  const pods = podsIn(store, namespaceOf(service)).filter(
    (pod) => matchesLabels(pod, selector) && text(pod, 'status', 'podIP') !== '' && !isEnding(pod),
  );
  const ports = list(service, 'spec', 'ports').flatMap((port) => portOf(record(port), pods[0]));
  writeEndpoints(store, service, ports.length === 0 ? [] : pods, ports);
  // A slice's ports always have a name, if an empty one: kubectl relies on it.
  writeSlice(
    store,
    service,
    pods,
    ports.map((port): JsonObject => ({ name: '', ...port })),
  );
}

/** None where it is named and no container has a port of that name. */
function portOf(port: JsonObject, pod: JsonObject | undefined): JsonObject[] {
  const target = port['targetPort'];
  const named = list(pod, 'spec', 'containers')
    .flatMap((container) => list(container, 'ports'))
    .find((one) => text(one, 'name') === target);
  if (typeof target === 'string' && named === undefined && pod !== undefined) return [];
  const number = typeof target === 'number' ? target : record(named)['containerPort'];
  return [
    {
      ...(port['name'] === undefined ? {} : { name: port['name'] }),
      port: number ?? port['port'] ?? 0,
      protocol: port['protocol'] ?? 'TCP',
    },
  ];
}

function targetRef(pod: JsonObject): JsonObject {
  return { kind: 'Pod', namespace: namespaceOf(pod), name: nameOf(pod), uid: uidOf(pod) };
}

function writeEndpoints(store: ObjectStore, service: JsonObject, pods: JsonObject[], ports: Json[]): void {
  const address = (pod: JsonObject): JsonObject => ({
    ip: text(pod, 'status', 'podIP'),
    nodeName: text(pod, 'spec', 'nodeName'),
    targetRef: targetRef(pod),
  });
  const ready = pods.filter(isReady).map(address);
  const waiting = pods.filter((pod) => !isReady(pod) && text(pod, 'status', 'phase') === 'Running').map(address);
  const subset: JsonObject = {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(waiting.length === 0 ? {} : { notReadyAddresses: waiting }),
    ports,
  };
  const subsets: Json[] = ready.length + waiting.length === 0 ? [] : [subset];
  const kind = kindNamed('Endpoints');
  const known = store.find(kind, namespaceOf(service), nameOf(service));
  if (known !== undefined) {
    if (!same(list(known, 'subsets'), subsets)) saveAs(store, kind, { ...known, subsets }, controllerManager, '');
    return;
  }
  const metadata: JsonObject = { name: nameOf(service), labels: record(service, 'metadata', 'labels') };
  create(
    store,
    kind,
    namespaceOf(service),
    { metadata, subsets },
    { dryRun: false, manager: controllerManager, fieldValidation: 'Ignore' },
  );
}

function writeSlice(store: ObjectStore, service: JsonObject, pods: JsonObject[], ports: Json[]): void {
  const kind = kindNamed('EndpointSlice');
  const endpoints: Json[] = pods.map((pod) => ({
    addresses: [text(pod, 'status', 'podIP')],
    conditions: { ready: isReady(pod), serving: isReady(pod), terminating: isEnding(pod) },
    nodeName: text(pod, 'spec', 'nodeName'),
    targetRef: targetRef(pod),
  }));
  const [known] = ownedBy(store, kind, service);
  if (known !== undefined) {
    saveAs(store, kind, { ...known, endpoints, ports }, controllerManager, '');
    return;
  }
  const labels = {
    ...record(service, 'metadata', 'labels'),
    'kubernetes.io/service-name': nameOf(service),
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  };
  makeOwned(store, { kind, name: `${nameOf(service)}-`, owner: service, labels, body: { addressType: 'IPv4', endpoints, ports } });
}
