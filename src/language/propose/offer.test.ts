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
    triggers: ['purge|obliterate & storage|data|logs'],
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

/** What is offered where this action is ranked first, whatever is said: only the rules are in its way. */
function offersOf(action: string, sentence: string, names = openNames({ environments: [] })): string[] {
  const insisting: Proposer = { rank: () => [{ action, share: 0.99 }] };
  const result = createLanguage(actions, insisting).understand(sentence, { names, now: new Date(0) });
  if (result.status !== 'refuse' || result.code !== 'NOT_UNDERSTOOD') throw new Error(`${sentence}: ${JSON.stringify(result)}`);
  return result.suggestions;
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
    expect(offersOf('jira.issue.create', 'grimble a bug about the slow page')).toEqual([expect.stringContaining('slow page')]);
    for (const text of ['$(reboot)', '`id`', 'x\\y', '!!', '$HOME'])
      expect(offersOf('jira.issue.create', `grimble a bug about the ${text} page`).join(' '), text).not.toMatch(/[`$\\!]/);
  });

  it('takes up something of what was said', () => {
    expect(offersOf('kubernetes.rollout.undo', 'grimble the last rollout')).toEqual(['undo the last rollout of {name}']);
    expect(offersOf('kubernetes.rollout.undo', 'grimble the revision')).toEqual([]);
  });

  it('is nothing for what is too long to be a request', () => {
    expect(offersOf('kubernetes.deployment.scale', 'grimble web-app up to 5 replicas')).toHaveLength(1);
    expect(offersOf('kubernetes.deployment.scale', `grimble web-app up to 5 replicas ${'gromble '.repeat(150)}`)).toEqual([]);
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

  it('a change where a guard would have looked up', () => {
    const change = 'adapt the number of the frontend service';
    expect(offersOf('kubernetes.deployment.scale', change)).toHaveLength(1);
    for (const other of [`until friday ${change}`, `until the sale is over, ${change}`, `until the sale is over; ${change}`])
      expect(offersOf('kubernetes.deployment.scale', other), other).toEqual([]);
  });

  it('a destructive action without a word that selects it', () => {
    expect(offersOf('store.workload.purge', 'obliterate the grimble of web-app')).toEqual([expect.stringContaining('web-app')]);
    expect(offersOf('store.workload.purge', 'grimble the stored content of web-app')).toEqual([]);
    // It would select it, and it selects a read as well.
    expect(offersOf('store.workload.purge', 'grimble gromble frumble logs stored of web-app')).toEqual([]);
  });

  it('a destructive action because of a name', () => {
    const names = createNames({
      names: [{ of: 'workload', kind: 'Deployment', namespace: 'shop', name: 'purge' }],
      defaults: { namespace: 'shop' },
      environments: [],
    });

    expect(offersOf('store.workload.purge', 'grimble the content of purge', names)).toEqual([]);
    expect(offersOf('store.workload.purge', 'grimble the content of "purge"')).toEqual([]);
    expect(offersOf('store.workload.purge', 'grimble the content of the workload called purge')).toEqual([]);
  });

  it('a read where something else was to be done', () => {
    expect(offersOf('kubernetes.resources.list', 'grimble gromble frumble pods')).toEqual(['show pods']);
    expect(offersOf('kubernetes.resources.list', 'annotate grimble gromble pods')).toEqual([]);
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

  it('is one of at most three, made without a throw', () => {
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
        const result = language.understand(sentence, options);

        expect(result.status === 'refuse' ? result.suggestions.length : 0).toBeLessThanOrEqual(3);
      }),
      { numRuns: 300 },
    );
  });
});
