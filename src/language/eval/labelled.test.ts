import { describe, expect, it } from 'vitest';
import { parseLabelled, parseLabelledLine } from './labelled.ts';

const expectedOf = (label: string) => parseLabelled('a.tsv', `say\t${label}`)[0]?.expected;

describe('a labelled file', () => {
  it('gives sentence, label and class of each line, and skips empty lines and remarks', () => {
    const text =
      '\uFEFF# people of the shop team\nshow pods\tkubernetes.resources.list\n\n  \t \n#general is loud\trefuse\tno-everyday\tmore\r\n';

    expect(parseLabelled('a.tsv', text)).toMatchObject([
      { line: 2, sentence: 'show pods', label: 'kubernetes.resources.list', class: '' },
      { line: 5, sentence: '#general is loud', label: 'refuse', class: 'no-everyday' },
    ]);
  });

  it('reads every kind of expected answer', () => {
    expect(expectedOf('a.b.setImage{"n":1} + c.d.e')).toEqual([
      {
        kind: 'steps',
        steps: [
          { action: 'a.b.setImage', input: { n: 1 } },
          { action: 'c.d.e', input: {} },
        ],
      },
    ]);
    expect(expectedOf('service.deploy')).toEqual([{ kind: 'steps', steps: [{ action: 'service.deploy', input: {} }] }]);
    expect(expectedOf('refuse || clarify:name,kind || missing:kubernetes.resource.label(selector)')).toEqual([
      { kind: 'refuse' },
      { kind: 'clarify' },
      { kind: 'missing', family: 'kubernetes' },
    ]);
  });

  it('leaves a sentence as it is, with all its spaces', () => {
    expect(parseLabelled('a.tsv', ' show\u2028pods\u00A0\t refuse ')).toMatchObject([
      { sentence: ' show\u2028pods\u00A0', label: 'refuse' },
    ]);
  });

  it('leaves separators inside of a text alone', () => {
    const summary = String.raw`a + b || {c} \" + d`;

    expect(expectedOf(`jira.issue.create{"summary":"${summary}"} + jira.issue.get`)).toMatchObject([
      { steps: [{ input: { summary: 'a + b || {c} " + d' } }, { action: 'jira.issue.get' }] },
    ]);
  });
});

describe('a malformed line', () => {
  it.each([
    ['show pods', 'no tab'],
    ['\trefuse', 'no sentence'],
    ['show pods\t ', 'no expected answer'],
    ['show pods\tshow them', '"show them" is no expected answer'],
    ['show pods\tkubernetes', '"kubernetes" is no expected answer'],
    ['show pods\tRefuse', '"Refuse" is no expected answer'],
    ['show pods\trefuse ||  || clarify:name', '"" is no expected answer'],
    ['show pods\trefuse || ', '"refuse ||" is no expected answer'],
    ['show pods\ta.b.c{"n":1', 'is no expected answer'],
    ['show pods\ta.b.c{n:1}', 'the inputs of a.b.c are no JSON'],
    ['show pods\ta.b.c{"n":1} a.b.d{}', 'the inputs of a.b.c are no JSON'],
    ['show pods\ta.b.c + refuse', '"refuse" is no expected answer'],
  ])('%j is named with file, line and what to do', (text, problem) => {
    const parse = () => parseLabelledLine(text, { file: 'a.tsv', line: 7 });

    expect(parse).toThrow(`a.tsv, line 7: `);
    expect(parse).toThrow(problem);
    expect(parse).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', hint: expect.stringMatching(/\S/), details: { file: 'a.tsv', line: 7 } }),
    );
  });
});
