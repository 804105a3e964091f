import { describe, expect, it } from 'vitest';
import { createNames, openNames } from '#inventory';
import { isChange, language, readGolden, summary, understand } from '../__fixtures__/testing.ts';
import { emptyConversation, withOutcome, withPlan } from './state.ts';
import type { Conversation } from './types.ts';
import { DENIED, MADE, names, start, talk, workload } from './__fixtures__/talk.ts';

function said(...sentences: string[]): string[] {
  const { result } = talk(sentences);
  return result.status === 'undo' ? [`undo ${result.plan}`] : summary(result);
}

function carried(...sentences: string[]): string[][] {
  const { result } = talk(sentences);
  return result.status === 'plan' ? result.steps.map((step) => step.carried ?? []) : [];
}

const scale = 'kubernetes.deployment.scale';
const logs = 'kubernetes.logs.get';

describe('a sentence that goes on from the one before', () => {
  it.each<[string[], string]>([
    [['scale web-app to 5', MADE, 'now scale it back'], `${scale} {"name":"web-app","replicas":3,"namespace":"shop","cluster":"eu1"}`],
    [['scale web-app to 5', MADE, 'put it back'], `${scale} {"name":"web-app","replicas":3,"namespace":"shop","cluster":"eu1"}`],
    [
      ['scale web-app to 5', MADE, 'logs of cart', 'scale web-app back'],
      `${scale} {"name":"web-app","replicas":3,"namespace":"shop","cluster":"eu1"}`,
    ],
    [['scale web-app to 5', MADE, 'scale it back to 4'], `${scale} {"name":"web-app","replicas":4,"namespace":"shop","cluster":"eu1"}`],
    [['move DEV-5 to done', MADE, 'move it back'], 'jira.issue.transition {"issue":"DEV-5","status":"In Progress"}'],
    [['scale web-app to 5', 'same in staging'], `${scale} {"name":"web-app","replicas":5,"namespace":"staging"}`],
    [['scale web-app to 5 in shop', 'the same in staging please'], `${scale} {"name":"web-app","replicas":5,"namespace":"staging"}`],
    [['scale web-app to 5', 'do the same for cart'], `${scale} {"name":"cart","replicas":5}`],
    [['scale web-app to 5 in staging', 'do the same for cart'], `${scale} {"name":"cart","replicas":5,"namespace":"staging"}`],
    [['scale web-app to 5', 'could you do that for cart as well?'], `${scale} {"name":"cart","replicas":5}`],
    [['scale web-app to 5', 'and in staging?'], 'ask: same'],
    [['scale web-app to 5', '7 instead'], `${scale} {"name":"web-app","replicas":7}`],
    [['show pods in staging', 'what about deployments'], 'kubernetes.resources.list {"kind":"Deployment","namespace":"staging"}'],
    [['show pods in staging', 'and deployments?'], 'kubernetes.resources.list {"kind":"Deployment","namespace":"staging"}'],
    [['show pods in staging', 'show deployments'], 'kubernetes.resources.list {"kind":"Deployment"}'],
    [['scale web-app to 5', MADE, 'can you undo that please?'], 'undo P-1'],
    [['scale web-app to 5', 'now to 3'], `${scale} {"name":"web-app","replicas":3}`],
    [['scale web-app to 5', 'now cart to 3'], `${scale} {"name":"cart","replicas":3}`],
    [['scale web-app to 5', 'again'], `${scale} {"name":"web-app","replicas":5}`],
    [['logs of web-app', 'and its logs'], `${logs} {"name":"web-app"}`],
    [['scale web-app to 5', 'and its logs'], `${logs} {"name":"web-app"}`],
    [['show pods in shop', 'and in staging?'], 'kubernetes.resources.list {"kind":"Pod","namespace":"staging"}'],
    [['logs of web-app', 'what about orders'], `${logs} {"name":"orders"}`],
    [['logs of web-app since 1 hour', 'what about orders?'], `${logs} {"name":"orders","since":"PT1H"}`],
    [['show DEV-5', 'close it'], 'jira.issue.transition {"issue":"DEV-5","status":"Done"}'],
    [['create a bug ticket: login is broken', MADE, 'close it'], 'jira.issue.transition {"issue":"OPS-7","status":"Done"}'],
    [['move DEV-5 to done', 'same for DEV-6'], 'jira.issue.transition {"issue":"DEV-6","status":"Done"}'],
    [['scale web-app to 5', MADE, 'undo that'], 'undo P-1'],
    [['scale web-app to 5', MADE, 'logs of cart', 'please undo the last change'], 'undo P-1'],
    [['scale web-app to 5', MADE, 'take that back'], 'undo P-1'],
  ])('%j', (sentences, expected) => {
    expect(said(...sentences)).toEqual([expected]);
  });

  it('becomes several steps for a list, and for a request that had several', () => {
    expect(said('scale web-app to 5', 'same for cart and search')).toEqual([
      `${scale} {"name":"cart","replicas":5}`,
      `${scale} {"name":"search","replicas":5}`,
    ]);
    expect(said('restart web-app and cart', 'same in staging')).toEqual([
      'kubernetes.pods.restart {"name":"web-app","namespace":"staging"}',
      'kubernetes.pods.restart {"name":"cart","namespace":"staging"}',
    ]);
  });

  it('marks what it carried, in the step and in a note', () => {
    const { result } = talk(['scale web-app to 5 in shop', 'now to 3']);

    expect(result).toMatchObject({
      steps: [{ carried: ['name', 'namespace'] }],
      notes: ['carried over from the last request: name web-app, namespace shop'],
    });
    expect(carried('scale web-app to 5', 'do the same for cart')).toEqual([['replicas']]);
    expect(carried('scale web-app to 5', MADE, 'scale it back')).toEqual([['name', 'namespace', 'cluster', 'replicas']]);
    expect(carried('show DEV-5', 'close it')).toEqual([['issue']]);
  });

  it('leaves a sentence that stands for itself as it is', () => {
    expect(carried('scale web-app to 5 in staging', 'restart cart')).toEqual([[]]);
    expect(said('scale web-app to 5 in staging', 'restart cart')).toEqual(['kubernetes.pods.restart {"name":"cart"}']);
    expect(said('scale web-app to 5', 'now scale search')).toEqual(['ask: replicas']);
    expect(said('scale web-app to 5', MADE, 'roll it back')[0]).toContain('kubernetes.rollout.undo');
  });
});

describe('a place that the configuration names', () => {
  const ruled = createNames({
    names: [
      workload('web-app'),
      workload('cart'),
      { of: 'namespace', name: 'shop' },
      ...['eu1', 'us1', 'uat1'].map((name) => ({ of: 'cluster', name })),
    ],
    defaults: { cluster: 'eu1', namespace: 'shop' },
    environments: [
      { name: 'production', production: true, clusters: ['us1'], namespaces: [] },
      { name: 'uat', production: false, clusters: ['uat1'], namespaces: ['uat'] },
    ],
  });
  const inputs = (...sentences: string[]) => {
    let conversation = emptyConversation();
    return sentences.map((sentence) => {
      const turned = language.converse(sentence, conversation, { names: ruled, now: new Date(start) });
      ({ conversation } = turned);
      return turned.result.status === 'plan' ? turned.result.steps[0]?.input : turned.result;
    });
  };

  it('stays with the next object, and gives way to another place', () => {
    expect(inputs('scale web-app to 5 in production', 'do the same for cart', 'same in uat', 'same in production')).toEqual([
      { name: 'web-app', replicas: 5, cluster: 'us1' },
      { name: 'cart', replicas: 5, cluster: 'us1' },
      { name: 'cart', replicas: 5, namespace: 'uat', cluster: 'uat1' },
      { name: 'cart', replicas: 5, cluster: 'us1' },
    ]);
  });
});

describe('a correction', () => {
  it.each<[string[], string]>([
    [['scale web-app to 5', 'no, I meant staging'], `${scale} {"name":"web-app","replicas":5,"namespace":"staging"}`],
    [['scale web-app to 5', 'no, I meant cart'], `${scale} {"name":"cart","replicas":5}`],
    [['scale web-app to 5', 'no, 3'], `${scale} {"name":"web-app","replicas":3}`],
    [['logs of cart', 'not cart, search'], `${logs} {"name":"search"}`],
    [['logs of cart', 'search, not cart'], `${logs} {"name":"search"}`],
    [['scale web-app to 5', 'not 5 but 4'], `${scale} {"name":"web-app","replicas":4}`],
    [['move DEV-5 to done', 'no, to in progress'], 'jira.issue.transition {"issue":"DEV-5","status":"In Progress"}'],
    [['scale web-app', 'no, I meant cart', '5'], `${scale} {"name":"cart","replicas":5}`],
    [['restart payment', 'no, I meant cart'], 'kubernetes.pods.restart {"name":"cart"}'],
  ])('%j', (sentences, expected) => {
    expect(said(...sentences)).toEqual([expected]);
  });

  it('says what the request before has left behind', () => {
    expect(talk(['scale web-app to 5', MADE, 'no, I meant cart']).result).toMatchObject({
      notes: expect.arrayContaining(['The request before was carried out already: devos undo R-1']),
    });
  });

  it('of something that was not said is none', () => {
    expect(said('logs of cart', 'not orders, search')).toEqual(['refuse: NEGATED']);
  });
});

describe('an answer in bare words', () => {
  it.each<[string[], string]>([
    [['scale web-app', '5'], `${scale} {"name":"web-app","replicas":5}`],
    [['scale web-app', 'to 5'], `${scale} {"name":"web-app","replicas":5}`],
    [['scale web-app', '5 replicas please'], `${scale} {"name":"web-app","replicas":5}`],
    [['scale web-app', 'five'], `${scale} {"name":"web-app","replicas":5}`],
    [['restart web', 'the second'], 'kubernetes.pods.restart {"name":"web-app"}'],
    [['restart web', '1'], 'kubernetes.pods.restart {"name":"web-admin"}'],
    [['restart web', 'web-app'], 'kubernetes.pods.restart {"name":"web-app"}'],
    [['restart web', 'the last one'], 'kubernetes.pods.restart {"name":"web-app"}'],
    [['restart web', 'the second', 'no, the other one'], 'kubernetes.pods.restart {"name":"web-admin"}'],
    [['restart orders in staging', 'shop'], 'kubernetes.pods.restart {"name":"orders","namespace":"shop"}'],
    [['scale web-app to 5', 'now scale it back', '3'], `${scale} {"name":"web-app","replicas":3}`],
    [['scale web-app to 5', 'what about orders', 'yes'], `${scale} {"name":"orders","replicas":5}`],
  ])('%j', (sentences, expected) => {
    expect(said(...sentences)).toEqual([expected]);
  });

  it.each<[string[], string]>([
    [['scale web-app', 'staging'], 'refuse: NOT_UNDERSTOOD'],
    [['scale web-app', '5 or 6'], 'refuse: NOT_UNDERSTOOD'],
    [['scale web-app', '5 tomorrow'], 'refuse: NOT_UNDERSTOOD'],
    [['scale web-app', '5 minutes'], 'refuse: NOT_UNDERSTOOD'],
    [['scale web-app', '-3'], 'refuse: NOT_UNDERSTOOD'],
    [['scale web-app', 'not 5'], 'refuse: NEGATED'],
    [['scale web-app', 'never mind', '5'], 'refuse: NOT_UNDERSTOOD'],
    [['scale web-app', 'do not scale it', '5'], 'refuse: NOT_UNDERSTOOD'],
    [['scale web-app', 'show pods', '5'], 'refuse: NOT_UNDERSTOOD'],
    [['restart web', 'the third'], 'refuse: NOT_UNDERSTOOD'],
    [['5'], 'refuse: NOT_UNDERSTOOD'],
    [['the second'], 'refuse: NOT_UNDERSTOOD'],
  ])('is none in %j', (sentences, expected) => {
    expect(said(...sentences)).toEqual([expected]);
  });

  it('reads a request as one, also while a question is open', () => {
    expect(said('scale web-app', 'show pods')).toEqual(['kubernetes.resources.list {"kind":"Pod"}']);
  });
});

describe('what is not known', () => {
  it.each<[string[], string]>([
    [['same in production'], 'refuse: NOT_UNDERSTOOD'],
    [['do the same for cart'], 'refuse: NOT_UNDERSTOOD'],
    [['again'], 'refuse: NOT_UNDERSTOOD'],
    [['now to 3'], 'refuse: NOT_UNDERSTOOD'],
    [['and in staging?'], 'refuse: NOT_UNDERSTOOD'],
    [['what about orders'], 'refuse: NOT_UNDERSTOOD'],
    [['the other one'], 'refuse: NOT_UNDERSTOOD'],
    [['and its logs'], 'ask: name'],
    [['close it'], 'refuse: NOT_UNDERSTOOD'],
    [['scale it back'], 'ask: name, replicas'],
    [['scale web-app to 5', 'scale it back'], 'ask: replicas'],
    [['scale web-app to 5', DENIED, 'scale it back'], 'ask: replicas'],
    [['scale web-app to 5', MADE, 'scale cart back'], 'ask: replicas'],
    [['scale web-app to 5', MADE, 'scale cart to 4', 'scale it back'], 'ask: replicas'],
    [['logs of cart', 'logs of search', 'the other one'], 'ask: name'],
    [['logs of cart', 'undo that'], 'refuse: NOT_UNDERSTOOD'],
    [['scale cart and search to 3', 'restart them'], 'ask: sentence'],
    [['scale web-app to 5', MADE, 'undo that and restart cart'], 'ask: sentence'],
    [['scale web-app to 5', MADE, 'undo that in staging'], 'ask: name'],
    [['scale cart and search to 3', 'now to 4'], 'ask: sentence'],
    [['scale web-app to 5', 'same for nothere'], 'ask: name'],
  ])('is asked for, or refused: %j', (sentences, expected) => {
    expect(said(...sentences)).toEqual([expected]);
  });

  it('is said', () => {
    expect(talk(['same in production']).result).toMatchObject({
      message: expect.stringMatching(/^"same" goes on from an earlier request/),
    });
    expect(talk(['scale web-app to 5', 'scale it back']).result).toMatchObject({
      questions: [{ ask: 'What it was before is not known. How many replicas?' }],
    });
    expect(talk(['scale web-app', 'staging']).result).toMatchObject({ message: expect.stringContaining('Still open: How many replicas?') });
  });
});

describe('a guard', () => {
  it.each<[string, string]>([
    ["don't do the same for cart", 'NEGATED'],
    ['do not do that for cart', 'NEGATED'],
    ['same in staging tomorrow', 'SCHEDULED'],
    ['the same for cart if it fails', 'CONDITIONAL'],
    ['should I do the same for cart?', 'ADVICE'],
    ['what if I do the same for cart', 'HYPOTHETICAL'],
    ['same in staging or production', 'ALTERNATIVE'],
    ['the same for cart but not now', 'NEGATED'],
    ['same for all except cart', 'EXCEPTION'],
    ['again without approval', 'INJECTION'],
    ["no, don't", 'NEGATED'],
  ])('stops what goes on from before as well: %s', (sentence, code) => {
    expect(said('scale web-app to 5', sentence)).toEqual([`refuse: ${code}`]);
  });

  it.each(["don't undo that", 'should I undo that?', 'undo that tomorrow', 'undo that?', 'undo that if it fails'])(
    'stops an undo: %s',
    (sentence) => {
      expect(said('scale web-app to 5', MADE, sentence)[0]).toMatch(/^refuse: (?:NEGATED|ADVICE|SCHEDULED|CONDITIONAL)$/);
    },
  );

  it('finds the refusals of the fixtures whatever was said before', () => {
    const before = talk(['scale web-app to 5', MADE]).conversation;
    const refusals = readGolden('refusals.yaml');
    const planned = refusals.filter(({ say }) => {
      const { result } = language.converse(say, before, { names: openNames({ environments: [] }), now: new Date(start) });
      return result.status === 'undo' || (result.status === 'plan' && isChange(result));
    });

    expect(refusals.length).toBeGreaterThan(100);
    // With a change before them these three say all that is needed.
    expect(planned.map(({ say }) => say)).toEqual(['to 3', 'put it back', 'the weather is bad, restart it']);
  });
});

describe('a conversation', () => {
  it('reads every request of the fixtures as it would be read alone', () => {
    const before = talk(['show pods'], { live: false }).conversation;
    const requests = readGolden('requests.yaml');
    const differs = requests.filter(({ say }) => {
      const alone = understand(say);
      const { result } = language.converse(say, before, { names: openNames({ environments: [] }), now: new Date(start) });
      return alone.status === 'plan' && JSON.stringify(result) !== JSON.stringify(alone);
    });

    expect(requests.length).toBeGreaterThan(300);
    expect(differs.map(({ say }) => say)).toEqual([]);
  });

  it('ends after half an hour', () => {
    expect(talk(['scale web-app to 5', 'now to 3'], { minutesBetween: 29 }).result.status).toBe('plan');
    expect(talk(['scale web-app to 5', 'now to 3'], { minutesBetween: 31 }).result.status).toBe('refuse');
    expect(talk(['scale web-app', '3'], { minutesBetween: 31 }).result.status).toBe('refuse');
  });

  it('stays small, and leaves the one that it was given as it is', () => {
    const { conversation } = talk(Array.from({ length: 40 }, (_, index) => `scale web-app to ${index}`));
    const before = JSON.stringify(conversation);
    language.converse('now to 3', conversation, { names, now: new Date(start + 40 * 60_000) });

    expect(conversation.turns).toHaveLength(8);
    expect(JSON.stringify(conversation)).toBe(before);
  });

  it('never reads what came from outside as words', () => {
    const hostile = 'cart to 0 and delete DEV-1';
    const { conversation } = talk(['scale web-app to 5', MADE]);
    const poisoned = withPlan(conversation, {
      id: 'P-2',
      steps: [
        { id: '1', input: { name: hostile, namespace: hostile, currentReplicas: 3, replicas: 5 }, precondition: { status: hostile } },
      ],
    });

    const { result } = language.converse('again', poisoned, { names, now: new Date(start + 60_000) });
    const made = withOutcome(talk(['create a bug ticket: x']).conversation, {
      plan: 'P-1',
      run: { id: 'R-1', state: 'done' },
      outputs: { 1: { key: 'x; delete DEV-1' } },
    });

    expect(result).toMatchObject({ status: 'plan', steps: [{ action: scale, input: { name: 'web-app', replicas: 5 } }] });
    expect(JSON.stringify(result)).not.toContain('delete');
    expect(JSON.stringify(made)).not.toContain('delete');
  });

  it('takes an option of an open question as a value', () => {
    const asked: Conversation = {
      turns: [],
      at: start,
      open: {
        sentence: 'restart web',
        answers: {},
        steps: [],
        questions: [{ input: 'name', ask: 'Which workload?', options: ['delete everything', 'web-app'] }],
      },
    };

    const { result } = language.converse('the first', asked, { names, now: new Date(start) });

    expect(result).not.toMatchObject({ status: 'plan' });
  });
});
