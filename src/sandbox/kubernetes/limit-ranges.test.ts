import { beforeAll, describe, expect, it } from 'vitest';
import { kindNamed } from './kinds.ts';
import { ObjectStore } from './object-store.ts';
import { create } from './operations.ts';
import type { JsonObject } from './json.ts';

const options = { dryRun: false, manager: 'test', fieldValidation: 'Strict' };
let store: ObjectStore;

beforeAll(() => {
  store = new ObjectStore();
  create(store, kindNamed('Namespace'), '', { metadata: { name: 'tight' } }, options);
  const container = { type: 'Container', max: { cpu: '1' }, min: { memory: '64Mi' }, default: { memory: '256Mi' } };
  create(store, kindNamed('LimitRange'), 'tight', { metadata: { name: 'limits' }, spec: { limits: [container] } }, options);
});

const pod = (name: string, resources: JsonObject) =>
  create(
    store,
    kindNamed('Pod'),
    'tight',
    { metadata: { name }, spec: { containers: [{ name: 'main', image: 'acme/web:1', resources }] } },
    options,
  );

describe('a container in a namespace with limits', () => {
  it('that says nothing gets the defaults', () => {
    expect(pod('plain', {}).object).toMatchObject({
      spec: { containers: [{ resources: { limits: { cpu: '1', memory: '256Mi' }, requests: { cpu: '1', memory: '256Mi' } } }] },
    });
  });

  it('keeps what it says', () => {
    const resources = { limits: { cpu: '500m' }, requests: { cpu: '100m', memory: '128Mi' } };

    expect(pod('own', resources).object).toMatchObject({
      spec: { containers: [{ resources: { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } } }] },
    });
  });

  it.each([
    [{ limits: { cpu: '2' } }, 'pods "large" is forbidden: maximum cpu usage per Container is 1, but limit is 2'],
    [{ requests: { memory: '16Mi' } }, 'pods "large" is forbidden: minimum memory usage per Container is 64Mi, but request is 16Mi'],
    [
      { limits: { cpu: '2' }, requests: { memory: '16Mi' } },
      'pods "large" is forbidden: [maximum cpu usage per Container is 1, but limit is 2, minimum memory usage per Container is 64Mi, but request is 16Mi]',
    ],
  ])('is refused outside of them: %j', (resources, message) => {
    expect(() => pod('large', resources)).toThrow(expect.objectContaining({ code: 403, message }));
    expect(store.find(kindNamed('Pod'), 'tight', 'large')).toBeUndefined();
  });
});
