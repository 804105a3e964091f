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

/** Line of summary.txt, the code it becomes, what the message must say. */
const refusals: [title: string, code: string, says: RegExp][] = [
  ['create again 409', 'CONFLICT', /there is a Deployment g1 already/i],
  ['strict unknown field 400', 'INPUT_INVALID', /unknown field "spec\.replcas"/],
  ['invalid name 422', 'INPUT_INVALID', /Invalid value: "G_2"/],
  ['selector mismatch 422', 'INPUT_INVALID', /`selector` does not match template `labels`/],
  ['malformed json 400', 'INPUT_INVALID', /json parse error/],
  ['wrong media type 415', 'REMOTE_REJECTED', /415: the body of the request was in an unknown format/],
  ['scale negative 422', 'INPUT_INVALID', /must be greater than or equal to 0/],
  ['patch without type 415', 'REMOTE_REJECTED', /415/],
  ['scale with stale resourceVersion 409', 'CONFLICT', /changed by somebody else/],
  ['json patch test fails 422', 'INPUT_INVALID', /rejected our request/],
  ['server-side apply conflict 409', 'CONFLICT', /others set and hold: \.spec\.template\.spec\.containers\[name="c"\]\.image \(unknown\)/],
  ['bad label selector 400', 'INPUT_INVALID', /unable to parse requirement/],
  ['bad field selector 400', 'INPUT_INVALID', /field label not supported: spec\.foo/],
  ['bad continue token 400', 'INPUT_INVALID', /invalid continue token/],
  ['unknown resource 404', 'NOT_FOUND', /there is no Deployment g1/i],
  ['unknown ns create 404', 'NAMESPACE_NOT_FOUND', /no namespace default/],
  ['get 404', 'NOT_FOUND', /there is no Deployment g1/i],
  ['no token 403 anonymous', 'AUTH_FAILED', /without credentials/],
  ['bad token 401', 'AUTH_FAILED', /does not accept the credentials/],
  ['viewer 403', 'FORBIDDEN', /dana may not patch deployments\.apps g1/],
  ['log wrong container 400', 'INPUT_INVALID', /container zz is not valid/],
  ['previous log absent 400', 'INPUT_INVALID', /previous terminated container/],
  ['eviction blocked 429', 'CONFLICT', /a PodDisruptionBudget needs it/],
  ['delete wrong uid 409', 'CONFLICT', /changed by somebody else/],
  ['pod metrics without metrics-server 404', 'NOT_FOUND', /there is no Deployment g1/i],
];

/** `title | status | reason | message`. */
function summary(): { title: string; status: number }[] {
  if (!isThere) return [];
  return readFileSync(path.replace('http.txt', 'summary.txt'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [title = '', status = ''] = line.split(' | ');
      return /^\d+$/.test(status) ? [{ title, status: Number(status) }] : [];
    });
}

describe.skipIf(!isThere)('each line of the summary', () => {
  it('that is a refusal has its code here, and what is here is one', () => {
    const refused = summary().filter(({ status }) => status >= 400);

    expect(refused.length).toBeGreaterThan(20);
    expect(refused.map(({ title }) => title)).toEqual(refusals.map(([title]) => title));
  });

  it.each(
    summary()
      .filter(({ status }) => status < 400)
      .map(({ title, status }) => [title, status] as const),
  )('%s was recorded and is no refusal', (title, status) => {
    const answer = take(title);

    expect(answer.status).toBe(status);
    // A log is text; long answers were recorded only in part.
    if (!title.includes('log')) expect(answer.text).toMatch(/^\{/);
  });
});

describe.skipIf(!isThere)('the recorded refusals', () => {
  it.each(refusals)('%s is %s, with a hint', (title, code, says) => {
    const answer = take(title);

    const error = remoteError(answer, about, asker(title.endsWith('anonymous')));

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(error).toMatchObject({ code, message: expect.stringMatching(says) });
    expect(error.hint.length).toBeGreaterThan(10);
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
