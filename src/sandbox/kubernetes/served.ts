/** Every path and method that the server answers, from the table of kinds: for its OpenAPI documents and the contract test. */
import type { FieldSchema } from './field-schema.ts';
import { groupVersionOf, type Kind } from './kinds.ts';

/** What the object store knows of it: definitions change it. */
export interface Served {
  kinds: () => readonly Kind[];
  fields: FieldSchema;
}

export interface Operation {
  /** As OpenAPI writes it: `/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale`. */
  path: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As RBAC calls it. */
  verb: string;
}

type Row = [method: Operation['method'], verb: string];

const collection: Row[] = [
  ['GET', 'list'],
  ['POST', 'create'],
  ['DELETE', 'deletecollection'],
];
const item: Row[] = [
  ['GET', 'get'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
];
const streamed: Row[] = [
  ['GET', 'get'],
  ['POST', 'create'],
];
const subresource: Record<string, Row[]> = {
  log: [['GET', 'get']],
  exec: streamed,
  portforward: streamed,
  eviction: [['POST', 'create']],
  binding: [['POST', 'create']],
};
const changed: Row[] = [
  ['GET', 'get'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
];

export function operationsOf(kind: Kind): Operation[] {
  const groupVersion = groupVersionOf(kind);
  const root = groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`;
  const base = `${root}${kind.namespaced ? '/namespaces/{namespace}' : ''}/${kind.plural}`;
  const at = (path: string, rows: Row[]): Operation[] => rows.map(([method, verb]) => ({ path, method, verb }));
  return [
    ...at(
      base,
      collection.filter(([, verb]) => kind.kind !== 'Namespace' || verb !== 'deletecollection'),
    ),
    ...(kind.namespaced ? at(`${root}/${kind.plural}`, [['GET', 'list']]) : []),
    ...at(`${base}/{name}`, item),
    ...kind.subresources.flatMap((name) => at(`${base}/{name}/${name}`, subresource[name] ?? changed)),
  ];
}

/** Reviews are asked, not stored. */
export const reviews: { groupVersion: string; kind: string }[] = [
  { groupVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  { groupVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
  { groupVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview' },
];
