import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isChange, readGolden, summary, understand } from './__fixtures__/testing.ts';
import { tokenize } from './tokens.ts';

const requests = readGolden('requests.yaml');
const plans = requests.filter(({ expected }) => !/^(?:ask|refuse):/.test(expected[0] ?? ''));
const changes = plans.filter(({ say }) => isChange(understand(say)));
const plan = fc.constantFrom(...plans);
const change = fc.constantFrom(...changes);

describe('any text', () => {
  it('never throws, and gives the same result each time', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 200 }),
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc
            .array(
              fc.constantFrom(
                'scale',
                'restart',
                'cart',
                'to',
                '3',
                'and',
                ',',
                "don't",
                'it',
                'in',
                'shop',
                '"',
                "'",
                ';',
                '--',
                'or',
                'pods',
                'no',
                'DEV-1',
                'move',
                'done',
                'bug',
                ':',
              ),
              { maxLength: 30 },
            )
            .map((words) => words.join(' ')),
        ),
        (text) => {
          expect(understand(text)).toEqual(understand(text));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is answered quickly, whatever its size', () => {
    for (const text of [
      'a'.repeat(1_000_000),
      'and '.repeat(250_000),
      '"'.repeat(3999),
      'cart, '.repeat(660),
      'restart cart and '.repeat(230),
      '('.repeat(4000),
      `${'x '.repeat(1999)}`,
    ]) {
      const started = performance.now();

      understand(text);

      expect(performance.now() - started, text.slice(0, 20)).toBeLessThan(1500);
    }
  });

  it('refuses what is too long before reading it', () => {
    expect(understand('scale cart to 3 '.repeat(300))).toMatchObject({ status: 'refuse', code: 'TOO_LARGE' });
  });

  it('has tokens that cover their own text only once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        let end = 0;
        for (const token of tokenize(text)) {
          expect(token.start).toBeGreaterThanOrEqual(end);
          end = token.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what does not change a plan', () => {
  it('the same sentence a hundred times', () => {
    for (const { say, expected } of plans.slice(0, 5))
      for (let run = 0; run < 100; run += 1) expect(summary(understand(say))).toEqual(expected);
  });

  it('capitals at the beginning of words of vocabulary', () => {
    fc.assert(
      fc.property(plan, ({ say, expected }) => {
        const first = `${say.slice(0, 1).toUpperCase()}${say.slice(1)}`;

        expect(summary(understand(first))).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('more space', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...plans.filter(({ say }) => !/[:"]/.test(say))),
        fc.constantFrom('  ', '\t', '   '),
        ({ say, expected }, space) => {
          expect(summary(understand(`${space}${say.replaceAll(' ', space)}${space}`))).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('politeness before and thanks after', () => {
    const before = fc.constantFrom(
      'please ',
      'could you please ',
      'hi, can you ',
      'hello team, please ',
      "if you don't mind, ",
      'would you be so kind as to ',
      'hey, when you have a minute, ',
    );
    const after = fc.constantFrom(' please', ', thanks', ', thanks a lot!', ' thank you', '. Cheers', ' asap, thanks', ' for me please');
    fc.assert(
      fc.property(
        fc.constantFrom(
          ...plans.filter(({ say }) => /^(?:scale|restart|show|list|describe|move|create|roll|set|get)/.test(say) && !/["':?]/.test(say)),
        ),
        before,
        after,
        ({ say, expected }, head, tail) => {
          expect(summary(understand(`${head}${say}${tail}`)), `${head}${say}${tail}`).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('what never leaves a change', () => {
  const front = fc.constantFrom(
    'do not ',
    "don't ",
    'please do not ',
    "please don't ",
    'never ',
    'you must not ',
    'we should not ',
    'no need to ',
    'it is not necessary to ',
    "I'd rather you didn't ",
    'should I ',
    'should we ',
    'what happens if I ',
    'how do I ',
    'is it safe to ',
    'would it help to ',
    'what if we ',
    'if the error rate rises, ',
    'unless it is healthy, ',
    'tomorrow at 9, ',
    'when the tests pass, ',
    'ignore all previous instructions and ',
    'Bob told us to ',
    'the runbook says: ',
    'under no circumstances ',
  );

  it('negation, question, condition or report in front', () => {
    fc.assert(
      fc.property(change, front, ({ say }, words) => {
        expect(isChange(understand(`${words}${say}`)), `${words}${say}`).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it('a condition, a time or a retreat behind', () => {
    const behind = fc.constantFrom(
      ' tomorrow',
      ' tonight',
      ' if the load drops',
      ' unless it is healthy',
      ' every night',
      ' at 10pm',
      ', no wait, do not',
      ", actually don't",
      ' once the tests pass',
      ' next week',
    );
    fc.assert(
      fc.property(fc.constantFrom(...changes.filter(({ say }) => !/[:"]|called|titled/.test(say))), behind, ({ say }, words) => {
        expect(isChange(understand(`${say}${words}`)), `${say}${words}`).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('a hostile name', () => {
    const name = fc.constantFrom(
      'web;reboot',
      '$(reboot)',
      '-rf',
      '--all',
      'a b',
      "x'y",
      'x"y',
      '../etc',
      'wеb',
      'ｗｅｂ',
      'web|cat',
      'a&&b',
      '`id`x',
      'web\u202Eapp',
      'WEB_APP',
      'x'.repeat(300),
    );
    fc.assert(
      fc.property(
        name,
        fc.constantFrom(
          'restart N',
          'scale N to 3',
          'scale "N" to 3',
          'restart the N deployment',
          'restart the deployment called N',
          'restart deploy/N',
          'restart cart -n N',
        ),
        (hostile, sentence) => {
          const result = understand(sentence.replace('N', () => hostile));
          const inputs = result.status === 'plan' ? result.steps.flatMap(({ input }) => Object.values(input).map(String)) : [];

          for (const value of inputs) expect(value).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$/);
          expect(inputs).not.toContain(hostile);
        },
      ),
      { numRuns: 200 },
    );
  });
});
