import fc from 'fast-check';
import { createNames, openNames } from '#inventory';
import { planAction, workload } from '#kit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { actions as declarations, readGolden } from '../__fixtures__/testing.ts';
import { createLanguage, languageActions } from '../language.ts';
import type { RefusedSentence, UnderstandOptions, UnderstoodSentence } from '../types.ts';
import { createProposer, type Proposer } from './proposer.ts';
import { train } from './train.ts';

const purge = planAction({
  id: 'store.workload.purge',
  summary: 'Purges what a workload has stored',
  permission: 'store:write',
  usualSafety: 'destructive',
  input: z.object({ name: workload() }),
  language: {
    triggers: ['purge|obliterate & storage|data'],
    also: 'stored|content|workload',
    examples: ['purge the storage of {name}', 'obliterate the data of {name}'],
  },
});
const actions = languageActions([
  ...declarations.filter(({ id }) =>
    /^(?:jira\.issue\.(?:create|get|transition)|kubernetes\.(?:deployment\.scale|logs\.get|pods\.restart|rollout\.undo|resources\.list))$/.test(
      id,
    ),
  ),
  purge,
]);
const bytes = train(actions, { seed: 9, perAction: 50, none: 200, epochs: 5, keep: 30_000 });
const language = createLanguage(
  actions,
  createProposer(() => bytes),
);

function understand(sentence: string, options: Partial<UnderstandOptions> = {}): UnderstoodSentence {
  return language.understand(sentence, { names: openNames({ environments: [] }), now: new Date(0), ...options });
}

function refused(sentence: string, options: Partial<UnderstandOptions> = {}): RefusedSentence {
  const result = understand(sentence, options);
  if (result.status !== 'refuse') throw new Error(`${sentence} was not refused: ${JSON.stringify(result)}`);
  return result;
}

/** Ranks this action first, whatever is said. */
function always(action: string): Proposer {
  return { rank: () => [{ action, share: 0.99 }] };
}

describe('what is offered', () => {
  it.each([
    ['grimble web-app up to 5 replicas', 'set the replicas of web-app to 5'],
    ['grimble the status of DEV-12 to done', 'set the status of DEV-12 to done'],
    ['grimble the last rollout of checkout', 'undo the last rollout of checkout'],
  ])('%s', (sentence, offer) => {
    expect(refused(sentence)).toMatchObject({ code: 'NOT_UNDERSTOOD', suggestions: expect.arrayContaining([offer]) });
  });

  it('leaves open what was not said', () => {
    expect(refused('grimble the last rollout').suggestions).toContain('undo the last rollout of {name}');
  });

  it('is understood when somebody says it', () => {
    const offer = refused('grimble web-app up to 5 replicas').suggestions[0] ?? '';

    expect(understand(offer)).toMatchObject({
      status: 'plan',
      steps: [{ action: 'kubernetes.deployment.scale', input: { name: 'web-app' } }],
    });
  });

  it('is nothing for what no action does', () => {
    for (const sentence of ['sing me a song about the sea', 'yes', 'grimble fromp', 'const a = b(c);', 'bitte nicht', '???'])
      expect(refused(sentence).suggestions, sentence).toEqual([]);
  });

  it('is nothing where the sentence names another system', () => {
    expect(refused('grimble the last rollout of checkout in splunk').suggestions).toEqual([]);
  });

  it('takes no text that a shell would read as something else', () => {
    for (const text of ['$(reboot)', '`id`', 'a"; reboot; "', 'x\\y', '!!']) {
      const { suggestions } = refused(`grimble a bug about ${text} in jira`);
      expect(suggestions.join(' '), text).not.toMatch(/[`"$\\!]/);
    }
  });

  it('knows the names of the inventory', () => {
    const names = createNames({
      names: [{ of: 'workload', kind: 'Deployment', namespace: 'shop', name: 'purge' }],
      defaults: { namespace: 'shop' },
      environments: [],
    });

    expect(refused('grimble the last rollout of purge', { names }).suggestions).not.toContain('purge the storage of purge');
  });
});

describe('what is never offered', () => {
  const refusals = readGolden('refusals.yaml').filter(({ expected }) => expected[0] !== 'refuse: NOT_UNDERSTOOD');
  const mustNot = [
    'should I ',
    'do not ',
    "please don't ",
    'what happens if I ',
    'if the load rises, ',
    'tomorrow at 9, ',
    'Bob told us to ',
  ];

  it('anything for a sentence that a guard refused', () => {
    const codes = new Set<string>();
    const said = [...refusals.map(({ say }) => say), ...mustNot.map((front) => `${front}scale web-app to 5 replicas`)];
    for (const say of said) {
      const result = understand(say);
      if (result.status !== 'refuse' || result.code === 'NOT_UNDERSTOOD') continue;
      codes.add(result.code);
      // All that may stand there is the person's own words without the condition.
      for (const suggestion of result.suggestions) expect(say, say).toContain(suggestion);
      if (result.code !== 'CONDITIONAL' && result.code !== 'SCHEDULED') expect(result.suggestions, say).toEqual([]);
    }

    expect(codes.size).toBeGreaterThanOrEqual(6);
  });

  it('a change beside words that a guard looks for, even where nothing else is known', () => {
    for (const front of mustNot) {
      const result = understand(`${front}grimble web-app to 5 replicas`);

      expect(result, front).toMatchObject({ status: 'refuse', suggestions: [] });
    }
  });

  it('a destructive action without a word that selects it', () => {
    const insisting = createLanguage(actions, always('store.workload.purge'));
    const offersFor = (sentence: string) => insisting.understand(sentence, { names: openNames({ environments: [] }), now: new Date(0) });

    expect(offersFor('grimble the stored content of web-app')).toMatchObject({ status: 'refuse', suggestions: [] });
    expect(offersFor('obliterate the grimble of web-app')).toMatchObject({
      status: 'refuse',
      suggestions: [expect.stringContaining('web-app')],
    });
  });

  it('a read where something else was to be done', () => {
    const insisting = createLanguage(actions, always('kubernetes.resources.list'));

    expect(insisting.understand('annotate grimble pods', { names: openNames({ environments: [] }), now: new Date(0) })).toMatchObject({
      status: 'refuse',
      suggestions: [],
    });
  });
});

describe('an offer', () => {
  it('is text: nothing is planned from it, and "yes" is no plan either', () => {
    const result = refused('grimble web-app up to 5 replicas');

    expect(Object.keys(result).toSorted()).toEqual(['code', 'message', 'status', 'suggestions', 'unexplained']);
    for (const yes of ['yes', 'yes please', 'do it', 'ok', '1']) expect(understand(yes).status, yes).not.toBe('plan');
  });

  it('changes nothing about what is understood', () => {
    const plain = createLanguage(actions);
    for (const { say } of readGolden('requests.yaml')) {
      const options = { names: openNames({ environments: [] }), now: new Date(0) };
      const [without, withOffers] = [plain.understand(say, options), language.understand(say, options)];
      const bare = (result: UnderstoodSentence) => (result.status === 'refuse' ? { ...result, suggestions: [] } : result);

      expect(bare(withOffers)).toEqual(bare(without));
    }
  });

  it('is one of at most three, made without a throw and in less than 20 ms', () => {
    understand('grimble web-app up to 5 replicas');
    const plain = createLanguage(actions);
    const words = fc.constantFrom(
      ...'grimble web-app to 5 replicas the last rollout of checkout in shop and , "x y" DEV-1 bug pods logs 30m if not $(x) ; : { } data purge'.split(
        ' ',
      ),
    );
    const text = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(words, { maxLength: 40 }).map((some) => some.join(' ')),
    );
    const options = { names: openNames({ environments: [] }), now: new Date(0) };
    fc.assert(
      fc.property(text, (sentence) => {
        const least = (one: typeof language) => {
          // The smaller of two, so that a pause of the machine is not counted.
          const times = [0, 0].map(() => {
            const started = performance.now();
            one.understand(sentence, options);
            return performance.now() - started;
          });
          return Math.min(...times);
        };
        const result = language.understand(sentence, options);

        expect(result.status === 'refuse' ? result.suggestions.length : 0).toBeLessThanOrEqual(3);
        expect(least(language) - least(plain)).toBeLessThan(20);
      }),
      { numRuns: 300 },
    );
  });
});
