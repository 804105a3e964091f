import { fakeServer } from '#kit/testing';
import { describe, expect, it } from 'vitest';
import { testClient } from '../testing.ts';
import { listResources } from './list-resources.ts';

const pageSize = 500;
/** A page of a list that never ends. */
const page = {
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata: { resourceVersion: '7', continue: 'more' },
  columnDefinitions: [{ name: 'Name', type: 'string', format: 'name', description: '', priority: 0 }],
  rows: Array.from({ length: pageSize }, (_, index) => ({ cells: [`load-${index}`], object: { metadata: { name: `load-${index}` } } })),
};

describe('a list without end', () => {
  it.each([
    ['a person', 'person', 50_000, 'None'],
    ['a program', 'machine', 10_000, 'Object'],
    ['a run, which stores it', undefined, 2000, 'Object'],
  ] as const)(
    'is read for %s in pages, and cut',
    async (_who, reader, most, includeObject) => {
      const server = await fakeServer([
        {
          method: 'GET',
          path: '/api/v1/namespaces/shop/pods',
          query: { limit: String(pageSize), includeObject },
          reply: { json: page },
          times: most / pageSize,
        },
      ]);
      const open = await testClient({ url: server.url });

      const output = await listResources.run(listResources.input.parse({ kind: 'Pod', namespace: 'shop' }), {
        client: open.client,
        clock: () => new Date(),
        cwd: '/',
        key: 'R-1/1',
        signal: AbortSignal.timeout(20_000),
        progress: () => undefined,
        output: () => undefined,
        ...(reader === undefined ? {} : { reader }),
      });

      expect([output.table.rows.length, output.items.length, output.truncated]).toEqual([most, reader === 'person' ? 0 : most, true]);
      expect(output.note).toBe(`These are the first ${most}; there are more. Narrow it with a namespace or labels.`);
      await open.close();
      await server.done();
    },
    20_000,
  );
});
