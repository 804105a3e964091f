/** Gives a stopped sandbox many more pods, in its saved state: made one by one they would take minutes. */
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const Metadata = z.looseObject({ name: z.string(), namespace: z.string().optional(), labels: z.record(z.string(), z.string()).optional() });
const Saved = z.looseObject({
  objects: z.looseObject({
    version: z.number(),
    objects: z.array(z.object({ key: z.string(), object: z.looseObject({ kind: z.string().optional(), metadata: Metadata }) })),
  }),
});

export const loadNamespace = 'load';

/** Pods like those of web-app in the namespace `load`, running and owned by nobody, so that no controller touches them. */
export async function addPods(dir: string, count: number): Promise<void> {
  const path = join(dir, 'kubernetes.json');
  const saved = Saved.parse(JSON.parse(await readFile(path, 'utf8')));
  const all = saved.objects.objects;
  const pod = all.find(
    ({ key, object }) => key === '/Pod' && object.metadata.namespace === 'shop' && object.metadata.name.startsWith('web-app-'),
  );
  const namespace = all.find(({ key, object }) => key === '/Namespace' && object.metadata.name === 'shop');
  if (pod === undefined || namespace === undefined) throw new Error(`no pod of web-app in ${path}`);
  const version = saved.objects.version;
  const metadataOf = (name: string, index: number, from: object) => ({
    ...from,
    name,
    uid: randomUUID(),
    resourceVersion: String(version + index),
  });
  all.push({
    key: namespace.key,
    object: {
      ...namespace.object,
      metadata: metadataOf(loadNamespace, 1, { ...namespace.object.metadata, labels: { 'kubernetes.io/metadata.name': loadNamespace } }),
    },
  });
  for (let index = 0; index < count; index += 1) {
    const name = `load-${String(index).padStart(5, '0')}`;
    const { ownerReferences: _none, ...metadata } = { ...pod.object.metadata, namespace: loadNamespace, labels: { app: 'load' } } as Record<
      string,
      unknown
    >;
    all.push({ key: pod.key, object: { ...pod.object, metadata: metadataOf(name, index + 2, metadata) } });
  }
  saved.objects.version = version + count + 2;
  await writeFile(path, JSON.stringify(saved));
}
