import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  choice,
  cluster,
  count,
  duration,
  flag,
  inputMeta,
  kind,
  namespace,
  pattern,
  person,
  resourceName,
  text,
  workload,
} from './slots.ts';

describe('grammars of names', () => {
  const accepted = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

  it.each(['web-app', 'a', 'a.b-c.d1', '0'])('takes %s as a name', (name) => {
    expect([accepted(workload(), name), accepted(resourceName(), name)]).toEqual([true, true]);
  });

  it.each(['', '-n', 'a-', 'A', 'a;b', '$(id)', 'a b', 'a/b', '..', 'a..b', 'wеb', 'a\n', '--all', 'x'.repeat(254)])(
    'refuses %j as a name',
    (name) => {
      expect([accepted(workload(), name), accepted(resourceName(), name), accepted(namespace(), name)]).toEqual([false, false, false]);
    },
  );

  it('knows that a namespace holds no dots', () => {
    expect([accepted(namespace(), 'shop'), accepted(namespace(), 'shop.eu')]).toEqual([true, false]);
  });

  it('takes context names as clouds write them, and no option', () => {
    expect(['arn:aws:eks:eu-west-1:123:cluster/prod', 'gke_p_z_c', 'me@prod'].map((name) => accepted(cluster(), name))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['--kubeconfig', 'a b', 'a;b'].map((name) => accepted(cluster(), name))).toEqual([false, false, false]);
  });

  it('takes whole numbers inside the limits only', () => {
    const replicas = count({ max: 1000, nouns: ['replicas'], describe: 'Replicas', ask: 'How many?' });

    expect([0, 5, 1000].map((value) => accepted(replicas, value))).toEqual([true, true, true]);
    expect([-3, 2.5, 5_000_000, '5', NaN].map((value) => accepted(replicas, value))).toEqual([false, false, false, false, false]);
  });

  it('takes ISO 8601 durations that say something', () => {
    expect(['PT1H', 'P7D', 'P1DT30M', 'PT90S'].map((value) => accepted(duration('Since'), value))).toEqual([true, true, true, true]);
    expect(['P', 'PT', 'P1DT', '1h', 'PT1H;'].map((value) => accepted(duration('Since'), value))).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('takes kinds, choices and shapes as they are declared', () => {
    const key = pattern('[A-Z]+-\\d+', { upper: true, nouns: ['ticket'], describe: 'Key', ask: 'Which?' });

    expect([accepted(kind({ workloadsOnly: true }), 'Deployment'), accepted(kind({ workloadsOnly: true }), 'deploy ment')]).toEqual([
      true,
      false,
    ]);
    expect([
      accepted(choice({ Bug: ['bug'] }, 'Type', 'Which?'), 'Bug'),
      accepted(choice({ Bug: ['bug'] }, 'Type', 'Which?'), 'bug'),
    ]).toEqual([true, false]);
    expect([accepted(key, 'DEV-1'), accepted(key, 'DEV-1; x')]).toEqual([true, false]);
  });
});

describe('inputMeta', () => {
  it('finds slot, question and whether it is needed, under optional and default', () => {
    const schema = z.object({
      name: workload(),
      replicas: count({ max: 9, nouns: ['replicas'], after: ['to'], describe: 'Replicas', ask: 'How many?' }).default(1),
      follow: flag(['follow'], 'Follow').optional(),
      assignee: person(['assigned to'], 'Assignee').optional(),
      note: text([':'], 'Note', 'What?').optional(),
      namespace: namespace(),
      plain: z.string().optional(),
    });

    const meta = inputMeta(schema);

    expect(meta['name']).toMatchObject({ optional: false, slot: { type: 'name', of: 'workload' }, ask: 'Which workload?' });
    expect(meta['replicas']).toEqual({
      optional: true,
      slot: { type: 'count', min: 0, max: 9, nouns: ['replicas'], after: ['to'] },
      ask: 'How many?',
    });
    expect(meta['follow']).toMatchObject({ optional: true, slot: { type: 'flag', phrases: ['follow'] } });
    expect(meta['assignee']).toMatchObject({ optional: true, slot: { type: 'name', of: 'person' } });
    expect(meta['note']).toMatchObject({ optional: true, slot: { type: 'text', after: [':'] } });
    expect(meta['namespace']).toMatchObject({ optional: true, slot: { type: 'name', of: 'namespace' } });
    expect(meta['plain']).toEqual({ optional: true });
    expect(Object.keys(meta)).toEqual(Object.keys(schema.shape));
  });

  it('leaves a description for every helper, for help and documents', () => {
    const helpers = {
      a: workload(),
      b: namespace(),
      c: cluster(),
      d: resourceName(),
      e: kind({ workloadsOnly: false }),
      f: duration('Since'),
    };

    expect(Object.values(helpers).filter((schema) => (schema.description ?? '') === '')).toEqual([]);
  });

  it('is empty for what is no object', () => {
    expect(inputMeta(z.string())).toEqual({});
  });
});
