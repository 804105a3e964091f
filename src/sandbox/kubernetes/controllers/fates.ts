/** What becomes of a container: the simulated registry and the simulated programs in its images. */
import { isObject, type Json, type JsonObject, list, number, record, text } from '../json.ts';

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
  /** Runs, but its liveness probe fails, so that it is started again and again. */
  | 'not-live'
  /** Its program is made for other machines. */
  | 'wrong-architecture'
  /** Its command is no program of the image. */
  | 'no-command'
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
  [/deadlock|not-live/, 'not-live'],
  // All nodes of the sandbox are amd64.
  [/[:-](arm64|ppc64le|s390x)\b/, 'wrong-architecture'],
  [/:fail\b/, 'fails'],
];

const shells = /^(docker\.io\/)?(library\/)?(busybox|alpine|debian|ubuntu|bash)(:|@|$)/;

/** `company`: fates of the seeded company's images, by image. */
export function fateOf(container: Json, company: ReadonlyMap<string, Fate>): Fate {
  const image = text(container, 'image');
  if (/no-such|not-found/.test(String(list(container, 'command')[0] ?? ''))) return 'no-command';
  const known = company.get(image) ?? words.find(([word]) => word.test(image))?.[1] ?? (shells.test(image) ? 'completes' : 'runs');
  if (known !== 'runs') return known;
  if (probesWrongPort(container, 'livenessProbe')) return 'not-live';
  return probesWrongPort(container, 'readinessProbe') ? 'never-ready' : known;
}

/** A probe of a port that the container does not have: nobody listens there. */
function probesWrongPort(container: Json, kind: ProbeKind): boolean {
  const port = portOf(record(container, kind));
  const ports = list(container, 'ports');
  return (
    port !== undefined && ports.length > 0 && !ports.some((one) => record(one)['containerPort'] === port || record(one)['name'] === port)
  );
}

export function portOf(probe: JsonObject): Json | undefined {
  const action = probe['httpGet'] ?? probe['tcpSocket'];
  return isObject(action) ? action['port'] : undefined;
}

type ProbeKind = 'readinessProbe' | 'livenessProbe';

/** What the kubelet says of a failing probe. */
export function probeFailure(container: Json, podIp: string, kind: ProbeKind): string {
  const probe = record(container, kind);
  const title = kind === 'livenessProbe' ? 'Liveness' : 'Readiness';
  const port = portOf(probe);
  const path = text(probe, 'httpGet', 'path') || '/';
  if (!probesWrongPort(container, kind))
    return `${title} probe failed: HTTP probe failed with statuscode: ${kind === 'livenessProbe' ? 500 : 503}`;
  return `${title} probe failed: Get "http://${podIp}:${String(port)}${path}": dial tcp ${podIp}:${String(port)}: connect: connection refused`;
}

/** How long a container lives that fails its liveness probe. */
export function livesMs(container: Json): number {
  const probe = record(container, 'livenessProbe');
  return 1000 * (number(probe, 0, 'initialDelaySeconds') + number(probe, 10, 'periodSeconds') * number(probe, 3, 'failureThreshold'));
}

/** What the runtime says of a program that it cannot start. */
export function startFailure(container: Json): string {
  const program = String(list(container, 'command')[0] ?? '');
  const why = program.startsWith('/') ? `stat ${program}: no such file or directory` : 'executable file not found in $PATH';
  return `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "${program}": ${why}: unknown`;
}
