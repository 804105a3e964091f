/** What helm keeps of a release: a Secret with the record in it, base64 of gzip of JSON, and base64 again as all of a Secret. */
import { gzipSync } from 'node:zlib';
import type { JsonObject } from '#kit';
import { type Chart, manifestOf, templates } from './company-charts.ts';

export interface ReleaseRecord {
  release: string;
  namespace: string;
  chart: Chart;
  revision: number;
  status: 'deployed' | 'superseded';
  first: Date;
  last: Date;
}

/** Labels and annotations by which helm knows that an object is its own. */
export function ownedBy(release: string, namespace: string): { labels: JsonObject; annotations: JsonObject } {
  return {
    labels: { 'app.kubernetes.io/managed-by': 'Helm' },
    annotations: { 'meta.helm.sh/release-name': release, 'meta.helm.sh/release-namespace': namespace },
  };
}

/** A Secret as it is created; its namespace is the release's. */
export function releaseSecret({ release, namespace, chart, revision, status, first, last }: ReleaseRecord): JsonObject {
  const { name, version, appVersion, replicas, image } = chart;
  const record = {
    name: release,
    info: {
      first_deployed: first.toISOString(),
      last_deployed: last.toISOString(),
      deleted: '',
      description: revision === 1 ? 'Install complete' : 'Upgrade complete',
      status,
    },
    chart: {
      metadata: { name, version, apiVersion: 'v2', appVersion, type: 'application' },
      lock: null,
      templates: Object.entries(templates).map(([path, text]) => ({ name: path, data: Buffer.from(text).toString('base64') })),
      values: { replicas, image },
      schema: null,
      files: null,
    },
    config: {},
    manifest: manifestOf(chart, release),
    version: revision,
    namespace,
  };
  const packed = gzipSync(JSON.stringify(record)).toString('base64');
  return {
    metadata: {
      name: `sh.helm.release.v1.${release}.v${revision}`,
      labels: { modifiedAt: String(Math.floor(last.getTime() / 1000)), name: release, owner: 'helm', status, version: String(revision) },
    },
    type: 'helm.sh/release.v1',
    data: { release: Buffer.from(packed).toString('base64') },
  };
}
