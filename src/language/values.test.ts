import { describe, expect, it } from 'vitest';
import { durationAt } from './durations.ts';
import { kindAt } from './kinds.ts';
import { numberAt } from './numbers.ts';
import { tokenize } from './tokens.ts';

const number = (text: string, at = 0) => numberAt(tokenize(text), at);

describe('numbers', () => {
  it.each([
    ['7', 7],
    ['zero', 0],
    ['twenty five', 25],
    ['twenty-five', 25],
    ['one hundred and ten', 110],
    ['a dozen', 12],
    ['two dozen', 24],
    ['half a dozen', 6],
    ['minus two', -2],
    ['three thousand', 3000],
  ])('%s is %d', (text, value) => {
    expect(number(text)).toMatchObject({ value, length: text.split(' ').length, vague: false });
  });

  it('does not run over two numbers', () => {
    expect(number('two three')).toMatchObject({ value: 2, length: 1 });
  });

  it.each(['several', 'a handful of', 'a few', 'a couple'])('%s is vague', (text) => {
    expect(number(text)).toMatchObject({ vague: true });
  });

  it('knows bounds and amounts of change', () => {
    expect(number('at least 3', 2)).toMatchObject({ vague: true });
    expect(number('by 2', 1)).toMatchObject({ relative: true });
    expect(number('50%')).toMatchObject({ relative: true });
  });

  it('is no number in a name or a text', () => {
    expect(number('node18-runner')).toBeUndefined();
    expect(number('"5"')).toBeUndefined();
  });
});

describe('durations', () => {
  it.each([
    ['30m', 'PT30M'],
    ['1h30m', 'PT1H30M'],
    ['1.5h', 'PT90M'],
    ['PT2H', 'PT2H'],
    ['7d', 'P7D'],
    ['15 minutes', 'PT15M'],
    ['the past fifteen minutes', 'PT15M'],
    ['last 24 hours', 'PT24H'],
    ['the last hour', 'PT1H'],
    ['last half hour', 'PT30M'],
    ['half an hour', 'PT30M'],
    ['an hour and a half', 'PT90M'],
    ['past two days', 'P2D'],
    ['a week', 'P7D'],
    ['couple of hours', 'PT2H'],
    ['10 mins ago', 'PT10M'],
  ])('%s is %s', (text, value) => {
    expect(durationAt(tokenize(text), 0)).toMatchObject({ value, length: text.split(' ').length });
  });

  it.each(['5', 'minutes', 'last', '3 replicas', '-5 minutes', 'several hours'])('%s is none', (text) => {
    expect(durationAt(tokenize(text), 0)).toBeUndefined();
  });
});

describe('kinds', () => {
  it.each([
    ['pods', 'Pod'],
    ['svc', 'Service'],
    ['sts', 'StatefulSet'],
    ['persistent volume claims', 'PersistentVolumeClaim'],
    ['persistent volume', 'PersistentVolume'],
    ['cfg map', 'ConfigMap'],
    ['ingresses', 'Ingress'],
    ['networkpolicy', 'NetworkPolicy'],
  ])('%s is %s', (text, kind) => {
    expect(kindAt(text.split(' '), 0)).toMatchObject({ kind, length: text.split(' ').length });
  });

  it('is no kind', () => {
    expect(kindAt(['dolphins'], 0)).toBeUndefined();
    expect(kindAt([], 0)).toBeUndefined();
  });
});
