import type { ActionInfo } from '#kit';
import { describe, expect, it } from 'vitest';
import { readTypedCall } from './typed-call.ts';

const scale: ActionInfo = {
  id: 'kubernetes.deployment.scale',
  system: 'kubernetes',
  summary: '',
  safety: 'moderate',
  status: 'available',
  examples: [],
  inputs: [
    { name: 'name', optional: false, description: '', type: 'string' },
    { name: 'replicas', optional: false, description: '', type: 'integer' },
    { name: 'allNamespaces', optional: true, description: '', type: 'boolean' },
    { name: 'labels', optional: true, description: '', type: 'object' },
  ],
};

const actions: ActionInfo[] = [scale, { ...scale, id: 'kubernetes.deployment.delete', status: 'planned' }];
const read = (flags: string[], action = scale.id) => readTypedCall(actions, { action, flags }).input;

describe('the flags of a typed call', () => {
  it('reads values by their declared type', () => {
    const words = ['--name', '123', '--replicas=5', '--all-namespaces', '--labels', '{"a":"b"}'];

    expect(read(words)).toEqual({ name: '123', replicas: 5, allNamespaces: true, labels: { a: 'b' } });
  });

  it('takes a whole JSON object, and values that begin with a dash', () => {
    expect(read(['--input', '{"name":"web-app"}', '--replicas', '-3'])).toEqual({ name: 'web-app', replicas: -3 });
    expect(read(['--allNamespaces', 'false'])).toEqual({ allNamespaces: false });
  });

  it.each([
    [['--replica', '5']],
    [['--replicas', 'five']],
    [['--name']],
    [['web-app']],
    [['--input', '[1]']],
    [['--input', '{']],
    [['--labels', 'x']],
  ])('refuses %j as a usage error with a hint', (words) => {
    expect(() => read(words)).toThrowError(expect.objectContaining({ code: 'USAGE' }));
  });

  it('cannot smuggle in what is no input', () => {
    expect(Object.keys(read(['--input', '{"__proto__":{"replicas":5}}']))).toEqual(['__proto__']);
  });
});

describe('the action of a typed call', () => {
  it.each([
    ['kubernetes.deployment.scal', 'ACTION_UNKNOWN', 'Did you mean: devos run kubernetes.deployment.scale'],
    ['the tests', 'ACTION_UNKNOWN', 'They are listed by: devos actions   As a sentence: devos do run the tests --all'],
    ['kubernetes.deployment.delete', 'ACTION_PLANNED', 'What there is is listed by: devos actions'],
  ])('%s is %s', (action, code, hint) => {
    expect(() => read(['--all'], action)).toThrowError(expect.objectContaining({ code, hint }));
  });
});
