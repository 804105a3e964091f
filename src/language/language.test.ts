import { describe, expect, it } from 'vitest';
import { createNames } from '#inventory';
import type { LiveName } from '#kit';
import { summary, understand } from './__fixtures__/testing.ts';

const workload = (name: string, namespace = 'shop', kind = 'Deployment'): LiveName => ({
  of: 'workload',
  name,
  namespace,
  kind,
  cluster: 'kube-eu1',
});
const live = createNames({
  names: [
    workload('web-app'),
    workload('web-admin'),
    workload('cart'),
    workload('payment-service'),
    workload('search'),
    workload('auth'),
    workload('auth', 'staging'),
    workload('ledger', 'bank'),
    workload('ledger', 'finance'),
    workload('mailer', 'mail'),
    workload('kafka', 'streaming', 'StatefulSet'),
    ...['shop', 'staging', 'bank', 'finance', 'mail', 'streaming', 'prod'].map((name) => ({ of: 'namespace', name })),
    { of: 'cluster', name: 'kube-eu1' },
    { of: 'cluster', name: 'kube-us1' },
  ],
  defaults: { cluster: 'kube-eu1', namespace: 'shop' },
  environments: [
    { name: 'uat', production: false, clusters: ['kube-us1'], namespaces: ['uat-1'] },
    { name: 'qa', production: false, clusters: [], namespaces: ['qa-1', 'qa-2'] },
  ],
});
const said = (sentence: string, answers: Record<string, string> = {}) => summary(understand(sentence, { names: live, answers }));

describe('names of a live inventory', () => {
  it.each([
    ['scale the web app to 5', 'kubernetes.deployment.scale {"name":"web-app","replicas":5}'],
    ['restart the payment service', 'kubernetes.pods.restart {"name":"payment-service"}'],
    ['restart search', 'kubernetes.pods.restart {"name":"search"}'],
    ['describe web-app', 'kubernetes.resource.describe {"kind":"Deployment","name":"web-app"}'],
    ['scale kafka to 3', 'kubernetes.deployment.scale {"name":"kafka","replicas":3,"kind":"StatefulSet","namespace":"streaming"}'],
    ['pods on kube-us1', 'kubernetes.resources.list {"kind":"Pod","cluster":"kube-us1"}'],
    ['logs of pod web-app-7f9-abc', 'kubernetes.logs.get {"name":"web-app-7f9-abc","kind":"Pod"}'],
    ['logs of payment', 'kubernetes.logs.get {"name":"payment-service"}'],
  ])('%s', (sentence, expected) => {
    expect(said(sentence)).toEqual([expected]);
  });

  it('leaves the namespace out in the default one, and says where else it was found', () => {
    const elsewhere = understand('restart mailer', { names: live });

    expect(said('restart auth')).toEqual(['kubernetes.pods.restart {"name":"auth"}']);
    expect(elsewhere).toMatchObject({
      status: 'plan',
      steps: [{ input: { namespace: 'mail' } }],
      notes: ['mailer was found in the namespace mail.'],
    });
  });

  it('asks which of several namespaces is meant', () => {
    expect(understand('restart ledger', { names: live })).toMatchObject({
      status: 'clarify',
      questions: [{ input: 'namespace', options: ['bank', 'finance'] }],
    });
    expect(said('restart ledger', { namespace: 'bank' })).toEqual(['kubernetes.pods.restart {"name":"ledger","namespace":"bank"}']);
  });

  it.each([
    ['scale web-ap to 5', ['web-app']],
    ['restart payment', ['payment-service']],
    ['scale web to 3', ['web-admin', 'web-app']],
    ['restart nothere', []],
  ])('takes no near miss for a change: %s', (sentence, options) => {
    expect(understand(sentence, { names: live })).toMatchObject({ status: 'clarify', questions: [{ input: 'name', options }] });
  });

  it('says where a workload is, when it is not in the namespace named', () => {
    expect(understand('restart ledger in shop', { names: live })).toMatchObject({
      questions: [{ input: 'namespace', ask: expect.stringContaining('bank, finance') }],
    });
  });

  it('takes names of another cluster as given', () => {
    expect(said('restart foo on cluster kube-us1')).toEqual(['kubernetes.pods.restart {"name":"foo","cluster":"kube-us1"}']);
  });
});

describe('environments', () => {
  it('follows the rule of the configuration', () => {
    expect(said('restart web-app in uat')).toEqual(['kubernetes.pods.restart {"name":"web-app","namespace":"uat-1","cluster":"kube-us1"}']);
  });

  it('asks where the rule leaves a choice', () => {
    expect(understand('restart web-app in qa', { names: live })).toMatchObject({
      questions: [{ input: 'namespace', options: ['qa-1', 'qa-2'] }],
    });
  });

  it('is the namespace of that name, or of another word for it', () => {
    expect(said('pods in production')).toEqual(['kubernetes.resources.list {"kind":"Pod","namespace":"prod"}']);
    expect(summary(understand('pods in production'))).toEqual(['kubernetes.resources.list {"kind":"Pod","namespace":"production"}']);
  });
});

describe('answers', () => {
  it.each([
    ['scale web-app', { replicas: '4' }, 'kubernetes.deployment.scale {"name":"web-app","replicas":4}'],
    ['scale web-app', { replicas: 'four' }, 'kubernetes.deployment.scale {"name":"web-app","replicas":4}'],
    ['scale web-app to -3', { replicas: '3' }, 'kubernetes.deployment.scale {"name":"web-app","replicas":3}'],
    ['scale', { name: 'web-app', replicas: '2' }, 'kubernetes.deployment.scale {"name":"web-app","replicas":2}'],
    ['restart web-app or cart', { name: 'cart' }, 'kubernetes.pods.restart {"name":"cart"}'],
    ['scale web-app to 5 and scale web-app to 3', { replicas: '3' }, 'kubernetes.deployment.scale {"name":"web-app","replicas":3}'],
    ['restart web-ap', { name: 'web-app' }, 'kubernetes.pods.restart {"name":"web-app"}'],
    ['restart cart, no wait, hmm that thing', { sentence: 'restart search' }, 'kubernetes.pods.restart {"name":"search"}'],
  ])('%s and %j', (sentence, answers, expected) => {
    expect(said(sentence, answers)).toEqual([expected]);
  });

  it('gives an answer to the step that asked, and numbers the second question of the same kind', () => {
    const steps = (answers: Record<string, string>) => said('scale cart; scale search', answers);

    expect(steps({})).toEqual(['ask: replicas, 2.replicas']);
    expect(steps({ replicas: '3' })).toEqual(['ask: 2.replicas']);
    expect(steps({ replicas: '3', '2.replicas': '4' })).toEqual([
      'kubernetes.deployment.scale {"name":"cart","replicas":3}',
      'kubernetes.deployment.scale {"name":"search","replicas":4}',
    ]);
    expect(said('scale cart to 5 and restart search', { name: 'web-app', replicas: '9' })).toEqual([
      'kubernetes.deployment.scale {"name":"cart","replicas":5}',
      'kubernetes.pods.restart {"name":"search"}',
    ]);
  });

  it('asks again when the answer cannot stand', () => {
    expect(understand('scale web-app', { answers: { replicas: 'lots' } })).toMatchObject({
      status: 'clarify',
      questions: [{ input: 'replicas', ask: expect.stringContaining('"lots"') }],
    });
    expect(understand('restart web-app or cart', { answers: { name: '$(id)' } }).status).toBe('clarify');
  });
});

describe('what a step carries', () => {
  it('says what each word was taken for', () => {
    const result = understand('please restart web-app in shop');

    expect(result.status === 'plan' && result.steps[0]?.evidence.map(({ text, as }) => `${text}=${as}`)).toEqual([
      'please=general',
      'restart=action',
      'web-app=input:name',
      'in=input:namespace',
      'shop=input:namespace',
    ]);
  });

  it('runs changes one after the other, and reads side by side', () => {
    const after = (sentence: string) => {
      const result = understand(sentence);
      return result.status === 'plan' ? result.steps.map((step) => step.after) : undefined;
    };

    expect(after('restart cart and restart search')).toEqual([[], ['1']]);
    expect(after('show pods and show services')).toEqual([[], []]);
    expect(after('show pods, then show services')).toEqual([[], ['1']]);
  });

  it('takes "it" for the object of the sentence before, and asks without one', () => {
    const last = { steps: [{ action: 'kubernetes.deployment.scale', input: { name: 'cart', replicas: 3, namespace: 'shop' } }] };

    expect(summary(understand('restart it', { last }))).toEqual(['kubernetes.pods.restart {"name":"cart","namespace":"shop"}']);
    expect(understand('restart it')).toMatchObject({ status: 'clarify', questions: [{ input: 'name' }] });
  });
});
