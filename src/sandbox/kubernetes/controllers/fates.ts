/** What becomes of a container: the simulated registry and the simulated programs in its images. */
import { isObject, type Json, type JsonObject, list, record, text } from '../json.ts';

export type Fate =
  | 'runs'
  /** The registry does not have its image. */
  | 'missing-image'
  /** Ends with exit code 1 soon after its start, every time. */
  | 'crashes'
  /** Killed when it asks for more memory than its limit. */
  | 'runs-out-of-memory'
  /** Runs, but its readiness probe fails. */
  | 'never-ready'
  /** Does its work and ends with 0. */
  | 'completes'
  /** Ends with 1, once. */
  | 'fails';

/** Anybody's image may ask for its fate by its name or tag, so that a try needs no preparation. */
const words: [word: RegExp, fate: Fate][] = [
  [/missing|does-not-exist|notfound/, 'missing-image'],
  [/\boom\b|out-of-memory/, 'runs-out-of-memory'],
  [/crash/, 'crashes'],
  [/badprobe|never-ready/, 'never-ready'],
  [/:fail\b/, 'fails'],
];

const shells = /^(docker\.io\/)?(library\/)?(busybox|alpine|debian|ubuntu|bash)(:|@|$)/;

/** `company`: fates of the seeded company's images, by image. */
export function fateOf(container: Json, company: ReadonlyMap<string, Fate>): Fate {
  const image = text(container, 'image');
  const known = company.get(image) ?? words.find(([word]) => word.test(image))?.[1] ?? (shells.test(image) ? 'completes' : 'runs');
  return known === 'runs' && probesWrongPort(container) ? 'never-ready' : known;
}

/** A probe of a port that the container does not have: nobody listens there. */
function probesWrongPort(container: Json): boolean {
  const port = portOf(record(container, 'readinessProbe'));
  const ports = list(container, 'ports');
  return (
    port !== undefined && ports.length > 0 && !ports.some((one) => record(one)['containerPort'] === port || record(one)['name'] === port)
  );
}

export function portOf(probe: JsonObject): Json | undefined {
  const action = probe['httpGet'] ?? probe['tcpSocket'];
  return isObject(action) ? action['port'] : undefined;
}

/** What the kubelet says of a failing readiness probe. */
export function probeFailure(container: Json, podIp: string): string {
  const probe = record(container, 'readinessProbe');
  const port = portOf(probe);
  const path = text(probe, 'httpGet', 'path') || '/';
  if (!probesWrongPort(container)) return 'Readiness probe failed: HTTP probe failed with statuscode: 503';
  return `Readiness probe failed: Get "http://${podIp}:${String(port)}${path}": dial tcp ${podIp}:${String(port)}: connect: connection refused`;
}
