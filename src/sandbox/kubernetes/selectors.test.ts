import { describe, expect, it } from 'vitest';
import { kindNamed } from './kinds.ts';
import { matchesSelector, parseFieldSelector, parseLabelSelector } from './selectors.ts';

const pod = {
  metadata: { name: 'a', namespace: 'shop', labels: { app: 'web', tier: 'front' } },
  spec: { nodeName: 'node-1' },
  status: { phase: 'Running' },
};

describe('a label selector', () => {
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier!=back', true],
    ['app!=web', false],
    ['app in (web, api)', true],
    ['app notin (web)', false],
    ['tier', true],
    ['!tier', false],
    ['!missing', true],
    ['missing!=x', true],
  ])('%s matches: %s', (selector, matches) => {
    expect(parseLabelSelector(selector)(pod)).toBe(matches);
  });

  it.each([
    ['a in', `unable to parse requirement: found '' expected: '('`],
    ['a=b=c d', 'unable to parse'],
    [',,', undefined],
  ])('%s is refused or not as the API does', (selector, message) => {
    const parse = () => parseLabelSelector(selector);
    if (message === undefined) expect(parse).not.toThrow();
    else expect(parse).toThrow(message);
  });
});

describe('a field selector', () => {
  it('knows the fields of its kind only', () => {
    expect(parseFieldSelector(kindNamed('Pod'), 'status.phase=Running,spec.nodeName!=node-2')(pod)).toBe(true);
    expect(parseFieldSelector(kindNamed('Pod'), 'metadata.name=b')(pod)).toBe(false);
    expect(() => parseFieldSelector(kindNamed('Pod'), 'spec.foo=1')).toThrow('field label not supported: spec.foo');
  });
});

describe('a selector in an object', () => {
  it('takes labels and expressions together; an empty one matches all, none nothing', () => {
    const expression = (operator: string, values: string[] = []) => ({
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'tier', operator, values }],
    });

    expect(matchesSelector(pod, expression('In', ['front']))).toBe(true);
    expect(matchesSelector(pod, expression('NotIn', ['front']))).toBe(false);
    expect(matchesSelector(pod, expression('DoesNotExist'))).toBe(false);
    expect(matchesSelector(pod, {})).toBe(true);
    expect(matchesSelector(pod, undefined)).toBe(false);
  });
});
