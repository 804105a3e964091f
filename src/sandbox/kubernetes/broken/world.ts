/** What the makers of broken workloads use: objects as a person would apply them, and what happens to nodes. */
import { type Json, type JsonObject, list, record, text } from '../json.ts';
import { kindNamed } from '../kinds.ts';
import type { ObjectStore } from '../object-store.ts';
import { change, create, saveAs, wholeSeconds } from '../operations.ts';
import { asObject } from '../operations.ts';
import { mergePatch } from '../patch.ts';
import { remove } from '../remove.ts';
import { node } from '../seed-workloads.ts';

export const brokenNamespace = 'lab';

/** One thing that is wrong, and the workload that has it. */
export interface BrokenWorkload {
  id: string;
  /** What is wrong, for a reader. */
  title: string;
  namespace: string;
  /** What a person would ask about. */
  kind: string;
  name: string;
  /** Makes it; it has a quarter of an hour to come up. */
  make: (world: World) => void;
  /** What happens to it then. */
  later?: (world: World) => void;
}

export interface World {
  add: (kind: string, body: JsonObject, namespace?: string) => void;
  /** By a merge patch. */
  change: (kind: string, name: string, patch: JsonObject) => void;
  remove: (kind: string, name: string) => void;
  pods: (app: string) => JsonObject[];
  /** A node that takes only what asks for it, by the selector and toleration of `onNode`. */
  addNode: (name: string) => void;
  /** What a node says of itself from now on. */
  setCondition: (node: string, type: string, status: string, reason: string, message: string) => void;
}

export function createWorld(store: ObjectStore): World {
  const options = { dryRun: false, manager: 'kubectl-create', fieldValidation: 'Strict' };
  const at = (kind: string): string => (kindNamed(kind).namespaced ? brokenNamespace : '');
  return {
    add: (kind, body, namespace = at(kind)) => void create(store, kindNamed(kind), namespace, body, options),
    change(kind, name, patch) {
      const make = (live: JsonObject) => asObject(mergePatch(live, patch));
      change(store, kindNamed(kind), at(kind), name, make, options);
    },
    remove: (kind, name) => void remove(store, kindNamed(kind), at(kind), name, {}, false),
    pods: (app) => store.list(kindNamed('Pod'), brokenNamespace).filter((pod) => text(pod, 'metadata', 'labels', 'app') === app),
    addNode(name) {
      const made = node(name, 200 + store.list(kindNamed('Node')).length, wholeSeconds(store.clock()));
      const taints: Json[] = [{ key: 'dedicated', value: name, effect: 'NoSchedule' }];
      create(store, kindNamed('Node'), '', { ...made, spec: { ...record(made, 'spec'), taints } }, options);
    },
    setCondition(name, type, status, reason, message) {
      const live = store.peek(kindNamed('Node'), '', name);
      if (live === undefined) throw new Error(`the sandbox has no node ${name}`);
      const now = wholeSeconds(store.clock());
      const next: JsonObject = { type, status, reason, message, lastHeartbeatTime: now, lastTransitionTime: now };
      const conditions = list(live, 'status', 'conditions').map((one): Json => (text(one, 'type') === type ? next : one));
      saveAs(store, kindNamed('Node'), { ...live, status: { ...record(live, 'status'), conditions } }, 'kubelet');
    },
  };
}

/** A part of a pod's spec that puts it on one node of its own. */
export function onNode(name: string): JsonObject {
  const tolerations: Json[] = [{ key: 'dedicated', operator: 'Equal', value: name, effect: 'NoSchedule' }];
  return { nodeSelector: { 'kubernetes.io/hostname': name }, tolerations };
}

export interface DeploymentParts {
  image?: string;
  replicas?: number;
  /** Fields of the container, of the pod's spec, and of the Deployment's spec. */
  container?: JsonObject;
  pod?: JsonObject;
  spec?: JsonObject;
}

/** A Deployment that would be well, but for what is given. */
export function deployment(name: string, parts: DeploymentParts): JsonObject {
  const { image = `acme/${name}:1.0`, replicas = 1, container = {}, pod = {}, spec = {} } = parts;
  const containers: Json[] = [{ name, image, ports: [{ name: 'http', containerPort: 8080 }], ...container }];
  const template: JsonObject = { metadata: { labels: { app: name } }, spec: { containers, ...pod } };
  return { metadata: { name, labels: { app: name } }, spec: { replicas, selector: { matchLabels: { app: name } }, template, ...spec } };
}

export function service(name: string, selector: JsonObject, targetPort: Json): JsonObject {
  return { metadata: { name, labels: { app: name } }, spec: { selector, ports: [{ name: 'http', port: 80, targetPort }] } };
}

export function job(name: string, image: string, spec: JsonObject = {}): JsonObject {
  return { metadata: { name }, spec: { ...spec, template: { spec: { restartPolicy: 'Never', containers: [{ name, image }] } } } };
}

export const httpProbe = (port: Json): JsonObject => ({ httpGet: { path: '/health', port }, periodSeconds: 10 });
