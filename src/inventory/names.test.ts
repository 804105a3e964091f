import type { LiveName } from '#kit';
import { describe, expect, it } from 'vitest';
import { createNames, openNames } from './index.ts';
import { isOneEdit } from './name-index.ts';

const workload = (name: string, namespace = 'shop', kind = 'Deployment'): LiveName => ({ of: 'workload', name, namespace, kind });
const names = createNames({
  names: [
    workload('web-app'),
    workload('payment-service'),
    workload('auth', 'staging'),
    workload('auth', 'shop'),
    { of: 'namespace', name: 'shop' },
  ],
  defaults: { namespace: 'shop' },
  environments: [{ name: 'production', production: true, clusters: ['kube-eu1'], namespaces: ['shop-prod', 'prod-*'] }],
});
const found = (of: string, text: string) =>
  names.find(of, text).map(({ name, score, how }) => `${name.name}@${name.namespace ?? ''} ${score} ${how}`);

describe('find', () => {
  it('prefers the exact name', () => {
    expect(found('workload', 'web-app')).toEqual(['web-app@shop 1 exact']);
  });

  it.each(['Web-App', 'web app', 'web_app', 'webapp'])('reads %s without case and separators', (text) => {
    expect(found('workload', text)).toEqual(['web-app@shop 0.97 normalised']);
  });

  it.each(['wb-app', 'web-appp', 'web-apq', 'wbe-app', 'eb-app', 'web-ap'])('finds %s one edit away', (text) => {
    expect(found('workload', text)).toEqual(['web-app@shop 0.9 edit']);
  });

  it('does not find what is two edits away', () => {
    expect(found('workload', 'wb-ap')).toEqual([]);
  });

  it('takes a part of a name for workloads only', () => {
    expect(found('workload', 'payment')).toEqual(['payment-service@shop 0.75 subset']);
    expect(
      createNames({ names: [{ of: 'namespace', name: 'shop-eu' }], defaults: {}, environments: [] }).find('namespace', 'shop'),
    ).toEqual([]);
  });

  it('gives every place of a name, in the same order whatever the order of the snapshot', () => {
    const turned = createNames({ names: [workload('auth', 'shop'), workload('auth', 'staging')], defaults: {}, environments: [] });

    expect(found('workload', 'auth')).toEqual(['auth@shop 1 exact', 'auth@staging 1 exact']);
    expect(turned.find('workload', 'auth').map(({ name }) => name.namespace)).toEqual(['shop', 'staging']);
  });

  it('takes a name of a type that was not read as given', () => {
    expect(names.knows('cluster')).toBe(false);
    expect(found('cluster', 'kube-eu1')).toEqual(['kube-eu1@ 1 given']);
  });

  it('survives any text', () => {
    for (const text of ['', ' ', '-', '../..', 'x'.repeat(10_000), '__proto__', 'constructor'])
      expect(names.find('workload', text)).toEqual([]);
  });

  it('lists the names of a type where they are few', () => {
    expect(names.list('workload', 3)).toEqual(['auth', 'payment-service', 'web-app']);
    expect(names.list('workload', 2)).toEqual([]);
    expect(names.list('cluster', 9)).toEqual([]);
  });

  it('suggests names that share a word', () => {
    expect(names.nearest('workload', 'payment-api', 3)).toEqual(['payment-service']);
  });
});

describe('an open inventory', () => {
  it('takes every name as given and knows none', () => {
    const open = openNames({ environments: [] });

    expect(open.find('workload', 'anything')).toEqual([{ name: { of: 'workload', name: 'anything' }, score: 1, how: 'given' }]);
    expect(open.findSure('workload', 'anything')).toEqual([]);
  });
});

describe('environments', () => {
  it('follows the rule, under any of its usual words, and leaves patterns out', () => {
    expect(names.environment('prod')).toEqual({ name: 'production', clusters: ['kube-eu1'], namespaces: ['shop-prod'], ruled: true });
  });

  it('is the namespace of that name without a rule', () => {
    expect(names.environment('staging')).toEqual({ name: 'staging', clusters: [], namespaces: ['staging', 'stage', 'stg'], ruled: false });
    expect(names.environment('shop')).toBeUndefined();
  });
});

describe('isOneEdit', () => {
  it.each([
    ['cart', 'cart', false],
    ['cart', 'art', true],
    ['cart', 'carts', true],
    ['cart', 'cort', true],
    ['cart', 'crat', true],
    ['cart', 'trac', false],
    ['ab', 'ba', true],
    ['abcd', 'badc', false],
  ])('%s and %s: %s', (left, right, expected) => {
    expect(isOneEdit(left, right)).toBe(expected);
    expect(isOneEdit(right, left)).toBe(expected);
  });
});

describe('50,000 names', () => {
  const many = Array.from({ length: 50_000 }, (_, index) => workload(`service-${index}-api`, `ns-${index % 300}`));
  const large = createNames({ names: many, defaults: {}, environments: [] });

  it('finds exact, normalised and one edit', () => {
    expect(large.find('workload', 'service-4711-api').map(({ how }) => how)).toEqual(['exact']);
    expect(large.find('workload', 'Service 4711 api').map(({ how }) => how)).toEqual(['normalised']);
    expect(large.find('workload', 'servixe-4711-api').map(({ name }) => name.name)).toEqual(['service-4711-api']);
  });

  it('asks nothing of a word that hundreds of names share', () => {
    expect(large.find('workload', 'service')).toEqual([]);
  });
});
