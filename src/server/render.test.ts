import { type AnyAction, defineAction, type Json, type Rendered, safe } from '#kit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { renderOutputs, renderTable, type StepOutput } from './render.ts';

function readAction(more: Partial<Pick<AnyAction, 'render' | 'value'>> = {}): AnyAction {
  return {
    ...defineAction<null>()({
      id: 'shop.things.list',
      summary: 'List things',
      permission: 'read',
      idempotent: true,
      input: z.object({}),
      output: z.json(),
      language: { triggers: ['things'], examples: ['things'] },
      usualSafety: 'safe',
      safety: () => safe(),
      preview: () => Promise.reject(new Error('not asked for here')),
      run: () => Promise.resolve(null),
    }),
    ...more,
  };
}

const step = (output: Json, more: Parameters<typeof readAction>[0] = {}): StepOutput => ({ action: readAction(more), input: {}, output });
const shownAs = (rendered: Rendered) => ({ render: () => rendered });
const pods = {
  kind: 'List',
  items: [
    { kind: 'Pod', metadata: { name: 'web-1' } },
    { kind: 'Pod', metadata: { name: 'web-2' } },
  ],
};

describe('renderTable', () => {
  it('parts columns by three spaces and leaves no trailing blanks', () => {
    const text = renderTable(
      ['NAME', 'READY', 'AGE'],
      [
        ['web-app-1', '1/1', '5s'],
        ['b', '0/1', ''],
      ],
    );

    expect(text).toBe('NAME        READY   AGE\nweb-app-1   1/1     5s\nb           0/1\n');
  });

  it('fills short rows and leaves out what has no column', () => {
    expect(renderTable(['A', 'B'], [['1'], ['1', '2', '3']])).toBe('A   B\n1\n1   2\n');
  });

  it('lets no cell steer a terminal or break a line', () => {
    expect(renderTable(['NAME'], [['\u001b[2Jweb\u202e\nroot']])).toBe('NAME\nweb root\n');
  });
});

describe('a table for people', () => {
  it('is what the action shows: a table, then its text', () => {
    const rendered = { table: { columns: ['NAME'], rows: [['web']] }, text: 'There are more.' };

    expect(renderOutputs([step(null, shownAs(rendered))], 'table')).toBe('NAME\nweb\n\nThere are more.\n');
  });

  it('is the value itself where the action shows nothing', () => {
    expect(renderOutputs([step({ name: 'web', ready: 3 })], 'table')).toBe('name: web\nready: 3\n');
  });

  it('parts several steps by a blank line', () => {
    expect(renderOutputs([step(null, shownAs({ text: 'one' })), step(null, shownAs({ text: 'two\n' }))], 'table')).toBe('one\n\ntwo\n');
  });

  it('is nothing where there is nothing to say', () => {
    expect(renderOutputs([step(null, shownAs({ text: '' }))], 'table')).toBe('');
  });

  it('lets no text steer a terminal', () => {
    expect(renderOutputs([step(null, shownAs({ text: 'a\u001b]0;title\u0007b\tc\r\nd' }))], 'table')).toBe('ab\tc\nd\n');
  });
});

describe('a value for machines', () => {
  it('is one JSON value for one step, an array for several, and none for none', () => {
    expect(JSON.parse(renderOutputs([step(pods)], 'json'))).toEqual(pods);
    expect(JSON.parse(renderOutputs([step(pods), step(1)], 'json'))).toEqual([pods, 1]);
    expect(JSON.parse(renderOutputs([], 'json'))).toEqual([]);
  });

  it('is the same in YAML, without anchors', () => {
    const shared = { a: 1 };

    expect(renderOutputs([step({ left: shared, right: shared })], 'yaml')).toBe('left:\n  a: 1\nright:\n  a: 1\n');
    expect(renderOutputs([step('x'), step('y')], 'yaml')).toBe('- x\n- y\n');
  });

  it('is what the action declares as its value, in every format', () => {
    const listed = { ...pods, table: { columns: ['NAME'], rows: [] }, note: '' };
    const declared = { value: () => pods };

    expect(JSON.parse(renderOutputs([step(listed, declared)], 'json'))).toEqual(pods);
    expect(renderOutputs([step(listed, declared)], 'yaml')).not.toContain('note');
    expect(
      renderOutputs([step(listed, declared)], 'jsonl')
        .trimEnd()
        .split('\n'),
    ).toHaveLength(2);
    expect(renderOutputs([step(listed, declared)], 'name')).toBe('pod/web-1\npod/web-2\n');
  });

  it('is a line for each item, over all steps', () => {
    const text = renderOutputs(
      [step(pods), step([{ name: 'x' }]), step({ issues: [{ key: 'OPS-1' }], more: false }), step({ key: 'OPS-2' })],
      'jsonl',
    );

    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([...pods.items, { name: 'x' }, { key: 'OPS-1' }, { key: 'OPS-2' }]);
  });

  it('keeps control characters of a value as JSON escapes', () => {
    expect(renderOutputs([step({ text: 'a\u001bb\nc' })], 'jsonl')).toBe('{"text":"a\\u001bb\\nc"}\n');
  });

  it.each([
    [{ kind: 'Pod', metadata: { name: 'web' } }, 'pod/web'],
    [{ kind: 'Deployment', name: 'web' }, 'deployment/web'],
    [{ key: 'OPS-1' }, 'OPS-1'],
    [{ id: 7 }, '7'],
    ['plain', 'plain'],
    ['two\nlines\u001b[2J', 'two lines'],
    [{ size: 3 }, '{"size":3}'],
  ])('is named: %j is %s', (output, name) => {
    expect(renderOutputs([step(output)], 'name')).toBe(`${name}\n`);
  });
});
