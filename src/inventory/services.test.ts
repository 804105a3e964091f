import { describe, expect, it } from 'vitest';
import { indexServices, readService, type Service } from './services.ts';

const payment = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'payment',
    title: 'Payments',
    annotations: {
      'backstage.io/kubernetes-id': 'payment',
      'backstage.io/kubernetes-namespace': 'shop',
      'jira/project-key': 'PAY',
      'devos.io/cdk-stack': 'PaymentApi, PaymentDb',
      'devos.io/aliases': 'pay',
    },
  },
  spec: { type: 'service', lifecycle: 'production', owner: 'team-payments' },
};
const service = (document: unknown): Service => {
  const read = readService(document, 'catalog-info.yaml');
  if (read === undefined || typeof read === 'string') throw new Error(String(read));
  return read;
};

describe('a descriptor', () => {
  it('joins the names of one service', () => {
    expect(service(payment)).toEqual({
      name: 'payment',
      aliases: ['Payments', 'pay'],
      owner: 'team-payments',
      kubernetesId: 'payment',
      namespace: 'shop',
      names: { stack: ['PaymentApi', 'PaymentDb'], project: ['PAY'] },
      source: 'catalog-info.yaml',
    });
  });

  it('of another kind is no service', () => {
    expect(readService({ ...payment, kind: 'Group' }, 'x')).toBeUndefined();
  });

  it.each([[null], ['text'], [{}], [{ ...payment, metadata: {} }], [{ ...payment, metadata: { name: '' } }]])(
    '%j is said to be none',
    (document) => {
      expect(readService(document, 'x')).toEqual(expect.any(String));
    },
  );
});

describe('finding a service', () => {
  const find = indexServices([service(payment), service({ ...payment, metadata: { name: 'pay' } })]);
  const names = (text: string) => find(text).map(({ name }) => name);

  it.each(['payment', 'Payment', 'payment-service', 'payment service', 'PAYMENTS'])('reads %s', (text) => {
    expect(names(text)).toEqual(['payment']);
  });

  it('prefers a name to an alias, and finds nothing near', () => {
    expect(names('pay')).toEqual(['pay']);
    expect(names('paymen')).toEqual([]);
    expect(names('x'.repeat(10_000))).toEqual([]);
  });

  it('gives all of a tie', () => {
    expect(indexServices([service(payment), { ...service(payment), source: 'other' }])('payment')).toHaveLength(2);
  });
});
