import { createNames, readService, type Service } from '#inventory';
import type { LiveName } from '#kit';
import { describe, expect, it } from 'vitest';
import { summary, understand } from './__fixtures__/testing.ts';

function service(name: string, annotations: Record<string, string>): Service {
  const read = readService(
    { apiVersion: 'backstage.io/v1alpha1', kind: 'Component', metadata: { name, annotations } },
    'catalog-info.yaml',
  );
  if (read === undefined || typeof read === 'string') throw new Error('no service');
  return read;
}

const live: LiveName[] = [
  { of: 'workload', kind: 'Deployment', namespace: 'shop', name: 'pay-api', service: 'payment' },
  { of: 'workload', kind: 'Deployment', namespace: 'shop', name: 'mailer' },
  { of: 'workload', kind: 'Deployment', namespace: 'shop', name: 'ledger-a', service: 'ledger' },
  { of: 'workload', kind: 'Deployment', namespace: 'shop', name: 'ledger-b', service: 'ledger' },
  { of: 'namespace', name: 'shop' },
  { of: 'namespace', name: 'money' },
];
const names = createNames({
  names: live,
  defaults: { namespace: 'shop' },
  environments: [],
  services: [
    service('payment', { 'backstage.io/kubernetes-id': 'payment', 'jira/project-key': 'PAY' }),
    service('ledger', { 'backstage.io/kubernetes-id': 'ledger' }),
    service('billing', { 'devos.io/workload': 'pay-api' }),
    service('mailer', { 'devos.io/workload': 'pay-api' }),
    service('treasury', { 'devos.io/workload': 'pay-api', 'backstage.io/kubernetes-namespace': 'shop' }),
  ],
});
const say = (sentence: string) => understand(sentence, { names });

describe('the service catalogue', () => {
  it('says what a service is called in the system of the action', () => {
    expect(summary(say('restart the payment service'))).toEqual(['kubernetes.pods.restart {"name":"pay-api"}']);
    expect(summary(say('scale billing to 3'))).toEqual(['kubernetes.deployment.scale {"name":"pay-api","replicas":3}']);
    expect(summary(say('create a bug in project payment: wrong total'))).toEqual([
      'jira.issue.create {"summary":"wrong total","type":"Bug","project":"PAY"}',
    ]);
  });

  it('says in the notes where the name came from', () => {
    const result = say('restart the payment service');

    expect(result.status === 'plan' && result.notes.join(' ')).toContain(
      'the service payment of the catalogue (catalog-info.yaml): workload pay-api',
    );
  });

  it('gives way to a name that exists', () => {
    expect(summary(say('restart mailer'))).toEqual(['kubernetes.pods.restart {"name":"mailer"}']);
  });

  it('asks where a service has several', () => {
    expect(say('restart the ledger service')).toMatchObject({
      status: 'clarify',
      questions: [{ input: 'name', options: ['ledger-a', 'ledger-b'] }],
    });
  });

  it('is not consulted for what it does not hold (control)', () => {
    expect(say('restart the paymenz service')).toMatchObject({ status: 'clarify', questions: [{ input: 'name' }] });
  });
});
