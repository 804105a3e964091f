/** Requests that were put to a real API server, put to the simulated one: it must answer the same. Without the recordings this is skipped. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxKubernetes, startKubernetes } from '../../src/sandbox/kubernetes/index.ts';
import { type Answer, type Ask, asker } from './kubernetes-asker.ts';
import { at, entries } from './kubernetes-description.ts';

const file = new URL('../../../shared/specs/kubernetes/recordings/http.txt', import.meta.url);
if (!existsSync(file))
  console.warn('SKIPPED: the recordings of Kubernetes are not beside the repository (../shared/specs/kubernetes/recordings)');

interface Recorded {
  name: string;
  method: string;
  path: string;
  contentType: string;
  body: string;
  status: number;
  headers: Record<string, string>;
  answer: string;
}

function readRecordings(): Recorded[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split(/^=== /m)
    .slice(1)
    .map((text) => {
      const [name = ''] = text.split('\n', 1);
      const middle = text.indexOf('\n--- ');
      const [first = '', second = '', ...rest] = text.slice(name.length + 1, middle).split('\n');
      const [method = '', path = ''] = first.split(' ');
      const typed = second.startsWith('Content-Type: ');
      const reply = text.slice(middle + 5);
      const end = reply.indexOf('\n\n');
      const headers = reply
        .slice(reply.indexOf('\n') + 1, end)
        .split('\n')
        .map((line) => line.split(/: (.*)/s, 2));
      return {
        name,
        method,
        path,
        contentType: typed ? second.slice('Content-Type: '.length) : '',
        body: (typed ? rest : [second, ...rest]).join('\n').trim(),
        status: Number(reply.slice(0, 3)),
        headers: Object.fromEntries(headers.map(([key = '', value = '']) => [key.toLowerCase(), value])),
        answer: reply.slice(end + 2).trim(),
      };
    });
}

/** What the simulated server does otherwise, each with its reason. */
const known: [place: RegExp, why: string][] = [
  [/^list as Table .*\.description:/, 'texts of columns are the vendor’s own'],
  [/^(list limit|field selector|watch 3s).*topology\.kubernetes\.io\/zone/, 'pods carry their zone from 1.35 on only'],
  [/^(list limit|field selector|watch 3s).*f:conditions.*(PodScheduled|\.)/, 'the simulated kubelet writes all conditions itself'],
  [/^SelfSubjectAccessReview \.metadata\.managedFields/, 'a review is not stored'],
  [/^SelfSubjectReview \.status\.userInfo\./, 'the recorded user is another'],
  [
    /^events of pod .*(managedFields|fieldPath|reportingInstance)/,
    'who owns the fields of an event is not kept; a real kubelet names the container',
  ],
  [/^(cordon|uncordon) \.(metadata|status)|^(cordon|uncordon) \.spec\.podCIDR/, 'the recorded nodes are others'],
  [/^pod log tail text/, 'the recorded program says other things'],
  [/^watch too old 410 .*too old resource version/, 'how far the history goes back differs'],
];

/** Times, addresses and names that are made up. */
const volatile = new Set(
  'uid resourceVersion creationTimestamp deletionTimestamp time continue timeAdded lastUpdateTime lastTransitionTime startTime startedAt firstTimestamp lastTimestamp eventTime podIP hostIP ip host nodeName containerID pod-template-hash'.split(
    ' ',
  ),
);

function plain(text: string): string {
  return text
    .replaceAll(/g1-[a-z0-9]{6,10}-[a-z0-9]{5}/g, 'POD')
    .replaceAll(/g1-[a-z0-9]{6,10}/g, 'SET')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
    .replaceAll(/POD\.[0-9a-f]{16}/g, 'POD.MOMENT')
    .replaceAll(/kube-api-access-\w{5}/g, 'TOKEN')
    .replaceAll(/to node-\d/g, 'to node-N')
    .replaceAll(/"ip":"[\d.]+"/g, '"ip":"IP"')
    .replaceAll(/^\d+s$/g, 'AGE');
}

function differences(wanted: unknown, given: unknown, path: string): string[] {
  if (Array.isArray(wanted) && Array.isArray(given)) {
    const [left, right] = [byType(wanted), byType(given)];
    const length = left.length === right.length ? [] : [`${path}: ${right.length} items, recorded ${left.length}`];
    return [...length, ...left.slice(0, right.length).flatMap((item, index) => differences(item, right[index], `${path}[${index}]`))];
  }
  if (isObject(wanted) && isObject(given)) {
    const left = new Map(entries(wanted).map(([key, value]) => [plain(key), value]));
    const right = new Map(entries(given).map(([key, value]) => [plain(key), value]));
    return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) => {
      if (!right.has(key)) return [`${path}.${key}: missing`];
      if (!left.has(key)) return [`${path}.${key}: not recorded`];
      return volatile.has(key) ? [] : differences(left.get(key), right.get(key), `${path}.${key}`);
    });
  }
  const [left, right] = [wanted, given].map((value) => (typeof value === 'string' ? plain(value) : value));
  return left === right ? [] : [`${path}: ${JSON.stringify(right)}, recorded ${JSON.stringify(left)}`];
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Conditions come in any order. */
function byType(items: unknown[]): unknown[] {
  return items.every((item) => typeof at(item, 'type') === 'string' && at(item, 'status') !== undefined)
    ? items.toSorted((left, right) => (String(at(left, 'type')) < String(at(right, 'type')) ? -1 : 1))
    : items;
}

function compare(recorded: Recorded, given: Answer): string[] {
  const found = recorded.status === given.status ? [] : [`status ${given.status}, recorded ${recorded.status}`];
  for (const [name, value] of Object.entries(recorded.headers))
    if (!['date', 'content-length', 'transfer-encoding'].includes(name) && given.headers[name] !== value)
      found.push(`header ${name}: ${given.headers[name] ?? 'missing'}, recorded ${value}`);
  if (!recorded.answer.startsWith('{')) return recorded.answer === given.text.trim() ? found : [...found, 'text differs'];
  const lines = given.text.trim().split('\n');
  for (const [index, line] of recorded.answer.split('\n').entries()) {
    const wanted = parse(line);
    // The recording is cut where an answer was long.
    if (wanted !== undefined) found.push(...differences(wanted, parse(lines[index] ?? ''), ''));
  }
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

describe.skipIf(!existsSync(file))('an answer of the simulated server is as recorded', () => {
  const recordings = readRecordings();
  let sandbox: SandboxKubernetes;
  let ask: Ask;
  let pod = '';

  beforeAll(async () => {
    sandbox = await startKubernetes({ seed: 'empty', podStartMs: 500, metrics: false });
    ask = asker(sandbox);
  });

  afterAll(() => sandbox.close());

  it('has something to compare with', () => {
    expect(recordings.length).toBeGreaterThanOrEqual(50);
  });

  it.each(recordings.map((recorded) => [recorded.name, recorded] as const))('to: %s', { timeout: 20_000 }, async (name, recorded) => {
    if (name === 'get' || name === 'pods') await rolledOut(ask);
    if (name === 'uncordon') await tainted(ask);
    if (/g1-747c679449-bsszx/.test(recorded.path + recorded.body)) pod ||= await firstPod(ask);

    const given = await replay(ask, recorded, pod, sandbox);

    const unexplained = compare(recorded, given).filter((one) => !known.some(([place]) => place.test(`${name} ${one}`)));
    expect(unexplained).toEqual([]);
  });

  it('would be found to differ', () => {
    const recorded = recordings.find(({ name }) => name === 'create again 409');
    if (recorded === undefined) throw new Error('the recording lacks a conflict');
    const changed = recorded.answer.replace('already exists', 'is there already').replace('"code":409', '"code":"409"');
    const given: Answer = { status: 400, headers: recorded.headers, text: changed, json: parse(changed) };

    expect(compare(recorded, given)).toHaveLength(3);
  });
});

async function replay(ask: Ask, recorded: Recorded, pod: string, sandbox: SandboxKubernetes): Promise<Answer> {
  const { name, method, contentType } = recorded;
  const named = (text: string): string => text.replaceAll('g1-747c679449-bsszx', pod).replace('timeoutSeconds=3', 'timeoutSeconds=1');
  const tokens: Record<string, string | null> = {
    'no token 403 anonymous': null,
    'bad token 401': 'nonsense',
    'viewer 403': sandbox.tokens.viewer,
  };
  const token =
    name in tokens || name.includes('Review')
      ? (tokens[name] ?? (name.includes('Review') ? sandbox.tokens.viewer : null))
      : sandbox.tokens.admin;
  const accept = name.includes('Table') ? { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' } : {};
  return ask(method, named(recorded.path), recorded.body === '' ? undefined : named(recorded.body), contentType, { token, ...accept });
}

/** The recorder, too, waited here. */
async function rolledOut(ask: Ask): Promise<void> {
  await expect
    .poll(
      async () => {
        const { json } = await ask('GET', '/apis/apps/v1/namespaces/default/deployments/g1');
        const budget = await ask('GET', '/apis/policy/v1/namespaces/default/poddisruptionbudgets/g1');
        const counted = budget.status === 404 || at(budget.json, 'status', 'currentHealthy') === 3;
        return [
          at(json, 'status', 'replicas'),
          at(json, 'status', 'availableReplicas'),
          at(json, 'status', 'terminatingReplicas'),
          counted,
        ];
      },
      { timeout: 10_000, interval: 20 },
    )
    .toEqual([3, 3, 0, true]);
}

/** The node controller had seen it when the recorder went on. */
async function tainted(ask: Ask): Promise<void> {
  await expect.poll(async () => at((await ask('GET', '/api/v1/nodes/node-1')).json, 'spec', 'taints'), { interval: 10 }).toBeDefined();
}

async function firstPod(ask: Ask): Promise<string> {
  const { json } = await ask('GET', '/api/v1/namespaces/default/pods?labelSelector=app%3Dg1&limit=1');
  const items = at(json, 'items');
  return String(at(Array.isArray(items) ? items[0] : undefined, 'metadata', 'name'));
}
