/** The company's chart repository on loopback: `index.yaml` and the archives that it names. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { stringify } from 'yaml';
import { tarGz } from './archive.ts';
import { type Chart, chartFiles, companyCharts } from './company-charts.ts';

export interface ChartsRequest {
  at: string;
  method: string;
  path: string;
  status: number;
}

export interface SandboxCharts {
  url: string;
  /** Every request, in the order it came. */
  requests: ChartsRequest[];
  close: () => Promise<void>;
}

const fileOf = ({ name, version }: Chart): string => `${name}-${version}.tgz`;

export async function startCharts({ clock = () => new Date() }: { clock?: () => Date } = {}): Promise<SandboxCharts> {
  const archives = new Map(companyCharts.map((chart) => [fileOf(chart), packed(chart)]));
  const index = indexOf(archives, clock());
  const requests: ChartsRequest[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const found = path === '/index.yaml' ? Buffer.from(index) : archives.get(path.slice(1));
    const content = request.method === 'GET' ? found : undefined;
    requests.push({ at: clock().toISOString(), method: request.method ?? '', path, status: content === undefined ? 404 : 200 });
    if (content === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': path.endsWith('.yaml') ? 'text/yaml' : 'application/gzip' }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function packed(chart: Chart): Buffer {
  return tarGz(Object.fromEntries(Object.entries(chartFiles(chart)).map(([path, text]) => [`${chart.name}/${path}`, text])));
}

/** The newest first, as `helm repo index` writes it. */
function indexOf(archives: ReadonlyMap<string, Buffer>, now: Date): string {
  const entries: Record<string, object[]> = {};
  for (const chart of companyCharts.toReversed()) {
    const { name, version, appVersion } = chart;
    const digest = createHash('sha256')
      .update(archives.get(fileOf(chart)) ?? '')
      .digest('hex');
    const entry = {
      apiVersion: 'v2',
      name,
      version,
      appVersion,
      type: 'application',
      created: now.toISOString(),
      digest,
      urls: [fileOf(chart)],
    };
    (entries[name] ??= []).push(entry);
  }
  return stringify({ apiVersion: 'v1', entries, generated: now.toISOString() });
}
