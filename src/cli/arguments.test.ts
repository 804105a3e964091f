import { describe, expect, it } from 'vitest';
import { readCommandLine } from './arguments.ts';

const read = (...argv: string[]) => readCommandLine(argv);

describe('readCommandLine', () => {
  it.each([
    [['show pods'], 'show pods'],
    [['show', 'pods'], 'show pods'],
    [['show', 'pods', '-n', 'shop'], 'show pods -n shop'],
    [['scale', 'web-app', 'to', '-3', 'replicas'], 'scale web-app to -3 replicas'],
    [['undo the last rollout'], 'undo the last rollout'],
    [['do', 'plan', 'the', 'move'], 'plan the move'],
    [['--', 'plan', 'the', 'move'], 'plan the move'],
    [['--', 'show', '-o', 'json'], 'show -o json'],
    [['do', 'do', 'it'], 'do it'],
    [[], ''],
  ])('%j is the sentence %j', (argv, sentence) => {
    expect(read(...argv)).toMatchObject({ command: undefined, sentence });
  });

  it('takes a first word that is a command, and leaves what follows to it', () => {
    expect(read('runs', 'show', 'R-1', '--limit', '3')).toMatchObject({
      command: 'runs',
      rest: ['show', 'R-1', '--limit', '3'],
      sentence: '',
    });
    expect(read('-o', 'json', 'actions')).toMatchObject({ command: 'actions', rest: [] });
  });

  it.each([['-o json'], ['--json'], ['-ojson'], ['--output json'], ['--output=json']])('reads %s wherever it stands', (flag) => {
    const words = flag.split(' ');

    expect(read(...words, 'show', 'pods')).toMatchObject({ globals: { output: 'json' }, sentence: 'show pods' });
    expect(read('show', 'pods', ...words)).toMatchObject({ globals: { output: 'json' }, sentence: 'show pods' });
  });

  it.each([
    [['--planner', 'llm', 'show', 'pods'], { globals: { planner: 'llm' }, command: undefined, sentence: 'show pods' }],
    [['do', 'show pods', '--planner=offline'], { globals: { planner: 'offline' }, sentence: 'show pods' }],
    [['plan', 'show pods', '--planner', 'llm'], { globals: { planner: 'llm' }, command: 'plan', rest: ['show pods'] }],
    [['--planner', 'llm', 'chat'], { globals: { planner: 'llm' }, command: 'chat' }],
    [['run', 'a.b.c', '--planner', 'x'], { command: 'run', rest: ['a.b.c', '--planner', 'x'] }],
  ])('reads who plans only where a sentence is planned: %j', (argv, expected) => {
    expect(read(...argv)).toMatchObject(expected);
  });

  it.each([[['--planner', 'gpt', 'show pods']], [['--planner']], [['--planner', 'llm', 'runs']]])('refuses %j', (argv) => {
    expect(() => read(...argv)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('knows the other flags that hold everywhere', () => {
    expect(read('show pods', '--no-input', '-q').globals).toEqual({
      output: 'table',
      noInput: true,
      quiet: true,
      fresh: false,
      yes: false,
      help: false,
      version: false,
    });
    expect(read('runs', '--help').globals.help).toBe(true);
    expect(read('--fresh', 'show pods')).toMatchObject({ globals: { fresh: true }, sentence: 'show pods' });
  });

  it('takes --yes with a typed call, never with a sentence', () => {
    expect(read('run', 'a.b.c', '--name', 'x', '--yes')).toMatchObject({ globals: { yes: true }, rest: ['a.b.c', '--name', 'x'] });
    expect(read('approve', 'P-1', '--yes')).toMatchObject({ globals: { yes: false }, rest: ['P-1', '--yes'] });
    expect(() => read('scale web-app to 5', '--yes')).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('devos run <action>') }),
    );
    expect(read('--', 'scale web-app', '--yes').globals.yes).toBe(false);
  });

  it.each([[['show', 'pods', '--jsn']], [['show', 'pods', '-o', 'xml']], [['show', 'pods', '-o']]])(
    'refuses %j as a usage error with a hint',
    (argv) => {
      expect(() => read(...argv)).toThrowError(expect.objectContaining({ code: 'USAGE', hint: expect.stringMatching(/./) }));
    },
  );
});
