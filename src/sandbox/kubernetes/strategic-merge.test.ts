import { describe, expect, it } from 'vitest';
import { createFieldSchema } from './field-schema.ts';
import type { JsonObject } from './json.ts';
import { strategicMerge } from './strategic-merge.ts';

const pod = createFieldSchema().ofKind({ group: '', kind: 'Pod' });
if (pod === undefined) throw new Error('no Pod');
const patched = (target: JsonObject, patch: JsonObject): JsonObject =>
  strategicMerge(pod, { spec: target }, { spec: patch })['spec'] as JsonObject; // what was put in is an object

describe('a strategic merge patch', () => {
  it('merges containers by name and their ports by number', () => {
    const target = {
      containers: [
        { name: 'a', image: 'a:1', ports: [{ containerPort: 80, protocol: 'TCP' }] },
        { name: 'b', image: 'b:1' },
      ],
    };

    const result = patched(target, {
      containers: [{ name: 'a', image: 'a:2', ports: [{ containerPort: 80, name: 'http' }, { containerPort: 81 }] }],
    });

    expect(result).toEqual({
      containers: [
        { name: 'a', image: 'a:2', ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }, { containerPort: 81 }] },
        { name: 'b', image: 'b:1' },
      ],
    });
  });

  it('deletes and replaces where a directive says so', () => {
    const target = {
      containers: [
        { name: 'a', image: 'a:1' },
        { name: 'b', image: 'b:1' },
      ],
      nodeSelector: { x: '1' },
    };

    expect(patched(target, { containers: [{ name: 'a', $patch: 'delete' }] })['containers']).toEqual([{ name: 'b', image: 'b:1' }]);
    expect(patched(target, { containers: [{ $patch: 'replace' }, { name: 'c', image: 'c:1' }] })['containers']).toEqual([
      { name: 'c', image: 'c:1' },
    ]);
    expect(patched(target, { nodeSelector: { $patch: 'replace', y: '2' } })['nodeSelector']).toEqual({ y: '2' });
    expect(patched(target, { nodeSelector: null })).not.toHaveProperty('nodeSelector');
  });

  it('orders a list, and keeps only the keys that are retained', () => {
    const target = { containers: [{ name: 'a' }, { name: 'b' }], volumes: [{ name: 'v', emptyDir: {} }] };

    expect(patched(target, { $setElementOrder_: 1, '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] })['containers']).toEqual([
      { name: 'b' },
      { name: 'a' },
    ]);
    expect(patched(target, { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }] })['volumes']).toEqual([
      { name: 'v', hostPath: { path: '/x' } },
    ]);
  });

  it('replaces lists that have no key, and refuses items without theirs', () => {
    expect(patched({ tolerations: [{ key: 'a' }] }, { tolerations: [{ key: 'b' }] })['tolerations']).toEqual([{ key: 'b' }]);
    expect(() => patched({ containers: [] }, { containers: [{ image: 'x' }] })).toThrow('does not contain declared merge key: name');
  });
});
