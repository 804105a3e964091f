/** The replies of a real API server, where its recordings lie beside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type About, type Asker, remoteError } from './remote-errors.ts';
import { resourceOf } from './resources.ts';
import { Event, List, Pod, SubjectReview, Table, WatchEvent, Workload } from './schema.ts';
import { printTable } from './table.ts';

const path = fileURLToPath(new URL('../../../../shared/specs/kubernetes/recordings/http.txt', import.meta.url));
const isThere = existsSync(path);
if (!isThere) console.log('skipped: recordings of a real Kubernetes API are not beside the repository');

interface Recorded {
  status: number;
  text: string;
  json: unknown;
}

function recordings(): Map<string, Recorded> {
  const found = new Map<string, Recorded>();
  for (const part of readFileSync(path, 'utf8').split(/^=== /m).slice(1)) {
    const [title = ''] = part.split('\n');
    const answer = /^--- (\d+) [^\n]*\n([\s\S]*)$/m.exec(part);
    const text = (answer?.[2] ?? '').replace(/^[\s\S]*?\n\n/, '').trim();
    found.set(title, { status: Number(answer?.[1]), text, json: parse(text) });
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

const all = isThere ? recordings() : new Map<string, Recorded>();
const take = (title: string): Recorded => all.get(title) ?? { status: 0, text: '', json: undefined };
const asker = (anonymous = false): Asker => ({
  target: { context: 'dev', server: 'https://kube', user: 'dana', login: { headers: {} } },
  who: 'dana',
  anonymous,
});
const about: About = { verb: 'patch', resource: resourceOf('Deployment'), namespace: 'default', name: 'g1' };

describe.skipIf(!isThere)('the recorded refusals', () => {
  it.each([
    ['create again 409', 'CONFLICT'],
    ['strict unknown field 400', 'INPUT_INVALID'],
    ['invalid name 422', 'INPUT_INVALID'],
    ['wrong media type 415', 'REMOTE_REJECTED'],
    ['scale negative 422', 'INPUT_INVALID'],
    ['patch without type 415', 'REMOTE_REJECTED'],
    ['scale with stale resourceVersion 409', 'CONFLICT'],
    ['json patch test fails 422', 'INPUT_INVALID'],
    ['bad label selector 400', 'INPUT_INVALID'],
    ['bad continue token 400', 'INPUT_INVALID'],
    ['unknown resource 404', 'NOT_FOUND'],
    ['unknown ns create 404', 'NAMESPACE_NOT_FOUND'],
    ['get 404', 'NOT_FOUND'],
    ['bad token 401', 'AUTH_FAILED'],
    ['viewer 403', 'FORBIDDEN'],
    ['log wrong container 400', 'INPUT_INVALID'],
    ['previous log absent 400', 'INPUT_INVALID'],
    ['eviction blocked 429', 'CONFLICT'],
    ['pod metrics without metrics-server 404', 'NOT_FOUND'],
  ])('%s is %s, with a hint', (title, code) => {
    const answer = take(title);

    const error = remoteError(answer, about, asker());

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(error.code).toBe(code);
    expect(error.hint.length).toBeGreaterThan(10);
  });

  it('no token is a matter of signing in, not of rights', () => {
    expect(remoteError(take('no token 403 anonymous'), about, asker(true)).code).toBe('AUTH_FAILED');
  });

  it('a watch that is too old says so in its stream', () => {
    const event = WatchEvent.parse(take('watch too old 410').json);

    const error = remoteError({ status: Number(event.object['code']), json: event.object, text: '' }, { ...about, verb: 'watch' }, asker());

    expect(event.type).toBe('ERROR');
    expect(error.details['expired']).toBe(true);
  });
});

describe.skipIf(!isThere)('the recorded objects', () => {
  it('are read', () => {
    const pods = List.parse(take('list limit=1 of pods').json).items.map((item) => Pod.parse(item));
    const table = Table.parse(take('list as Table').json);
    const printed = printTable(
      {
        columns: table.columnDefinitions.map(({ name, priority }) => ({ name, wide: (priority ?? 0) > 0 })),
        rows: (table.rows ?? []).map(({ cells }) => cells),
        items: [],
        truncated: false,
        resourceVersion: '',
      },
      false,
    );

    expect(pods.length).toBeGreaterThan(0);
    expect(Workload.parse(take('get').json).metadata.name).toBe('g1');
    expect(List.parse(take('events of pod').json).items.map((item) => Event.parse(item)).length).toBeGreaterThan(0);
    expect(SubjectReview.parse(take('SelfSubjectReview').json).status.userInfo.username).toBe('dev');
    expect(printed.columns).toEqual(['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE']);
    expect(printed.rows[0]?.[0]).toBe('g1');
  });
});
