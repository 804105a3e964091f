import { describe, expect, it } from 'vitest';
import type { JsonObject } from './action.ts';
import { diffLines } from './object-diff.ts';

const deployment = (image: string, replicas: number, more: JsonObject = {}): JsonObject => ({
  kind: 'Deployment',
  metadata: { name: 'web', resourceVersion: String(Math.random()), annotations: { 'deployment.kubernetes.io/revision': String(replicas) } },
  spec: {
    replicas,
    template: {
      spec: {
        containers: [
          { name: 'web', image, ...more },
          { name: 'side', image: 'side:1' },
        ],
      },
    },
  },
  status: { replicas },
});

describe('what differs', () => {
  it('is told by path, lists of named things by name, without what servers keep for themselves', () => {
    expect(diffLines('Deployment web', deployment('web:1', 3), deployment('web:2', 5))).toEqual([
      '~ Deployment web  spec.replicas  3 -> 5',
      '~ Deployment web  spec.template.spec.containers[web].image  web:1 -> web:2',
    ]);
    expect(diffLines('Deployment web', deployment('web:1', 3), deployment('web:1', 3))).toEqual([]);
  });

  it('is the same whatever the order of names', () => {
    const one: JsonObject = { spec: { list: [{ name: 'a', x: 1 }, { name: 'b' }], plain: [1, 2] } };
    const other: JsonObject = { spec: { plain: [1, 2], list: [{ name: 'b' }, { x: 1, name: 'a' }] } };

    expect(diffLines('x', one, other)).toEqual([]);
    expect(diffLines('x', one, { spec: { plain: [2, 1], list: [] } })).toEqual([
      '- x  spec.list[a].name  a',
      '- x  spec.list[a].x  1',
      '- x  spec.list[b].name  b',
      '~ x  spec.plain  [1,2] -> [2,1]',
    ]);
  });

  it('never shows what is secret', () => {
    const secret = (value: string): JsonObject => ({ kind: 'Secret', data: { key: value } });
    const withEnv = (value: string) => deployment('web:1', 1, { env: [{ name: 'DB_PASSWORD', value }] });

    const lines = [
      ...diffLines('Secret s', secret('b25l'), secret('dHdv')),
      ...diffLines('Secret s', { kind: 'Secret' }, secret('dHdv')),
      ...diffLines('Deployment web', withEnv('first'), withEnv('second')),
    ];

    expect(lines).toEqual([
      '~ Secret s  data.key  (changed, not shown)',
      '+ Secret s  data.key  (not shown)',
      '~ Deployment web  spec.template.spec.containers[web].env[DB_PASSWORD].value  (changed, not shown)',
    ]);
  });
});
