import { describe, expect, it } from 'vitest';
import type { Explanation } from '#kit/api';
import { describeExplanation } from './explanation.ts';

async function explained(sentence: string): Promise<string> {
  const { explain } = await (await import('#server')).offlinePlanner();
  return describeExplanation(explain(sentence));
}

describe('what devos explain prints', () => {
  it('for a change', async () =>
    expect(await explained('please scale the web-app deployment to 5 replicas in shop')).toMatchInlineSnapshot(`
      "understood
        1. kubernetes.deployment.scale  name web-app, replicas 5, kind Deployment, namespace shop  (score 7.06)

      WORD         READ AS     FOR
      please       general
      scale        explained
      the          general
      web-app      input       name = web-app
      deployment   input       kind = Deployment
      to           general
      5            input       replicas = 5
      replicas     action      kubernetes.deployment.scale
      in           input       namespace = shop
      shop         input       namespace = shop

      other readings, and why they lost
        kubernetes.resources.list  (score -1)  it leaves too many words unexplained; unexplained: scale, web-app, 5, replicas
      "
    `));
  it('for several steps with a slip', async () =>
    expect(await explained('logs of cart and restrat search')).toMatchInlineSnapshot(`
    "understood
      1. kubernetes.logs.get  name cart  (score 4.7)
      2. kubernetes.pods.restart  name search  (score 1.4)

    WORD      READ AS   FOR
    logs      action    kubernetes.logs.get
    of        general
    cart      input     name = cart
    and       general
    restrat   action    kubernetes.pods.restart
    search    input     name = search

    spelling, as one more way to read it
      restrat -> restart
    "
  `));
  it('for a question', async () =>
    expect(await explained('scale web-app')).toMatchInlineSnapshot(`
    "asks
      How many replicas?

    WORD      READ AS   FOR
    scale     action    kubernetes.deployment.scale
    web-app   input     name = web-app
    "
  `));
  it('for a guard', async () =>
    expect(await explained('do not scale web-app')).toMatchInlineSnapshot(`
      "refused: NEGATED
        "do not" says not to do something, so nothing is done.

      WORD      READ AS       FOR
      do        general
      not       unexplained
      scale     action        kubernetes.deployment.scale
      web-app   input         name = web-app

      guards whose words occur
        NEGATED  "do not"  stops the sentence

      other readings, and why they lost
        kubernetes.deployment.scale  (score 2.66)  it would change something, and not every word is explained; unexplained: not; missing: replicas

      nearest actions
        kubernetes.deployment.scale, as in: scale the {name} deployment to {replicas} replicas
      "
    `));
  it('for a guard that does not apply', async () =>
    expect(await explained('show pods now, not later')).toMatchInlineSnapshot(`
    "understood
      1. kubernetes.resources.list  kind Pod  (score 5.7)

    WORD    READ AS     FOR
    show    action      kubernetes.resources.list
    pods    input       kind = Pod
    now     general
    ,       general
    not     explained
    later   explained

    guards whose words occur
      NEGATED  "not"  does not apply here
      SCHEDULED  "later"  does not apply here

    notes
      Left alone: "not later"
    "
  `));
  it('for a word that nothing explains', async () =>
    expect(await explained('scale web-app to 5 frobs')).toMatchInlineSnapshot(`
    "refused: NOT_UNDERSTOOD
      Not understood: "frobs".

    WORD      READ AS       FOR
    scale     action        kubernetes.deployment.scale
    web-app   input         name = web-app
    to        general
    5         input         replicas = 5
    frobs     unexplained

    other readings, and why they lost
      kubernetes.deployment.scale  (score 3.45)  it would change something, and not every word is explained; unexplained: frobs

    nearest actions
      kubernetes.deployment.scale, as in: scale the {name} deployment to {replicas} replicas
    "
  `));
  it('for a read that lost to another', async () =>
    expect(await explained('show the status of the rollout of web-app')).toMatchInlineSnapshot(`
      "understood
        1. kubernetes.rollout.status  name web-app  (score 5.8)

      WORD      READ AS   FOR
      show      general
      the       general
      status    action    kubernetes.rollout.status
      of        general
      the       general
      rollout   action    kubernetes.rollout.status
      of        general
      web-app   input     name = web-app
      "
    `));
  it('for a sentence about nothing', async () =>
    expect(await explained('tell me a joke')).toMatchInlineSnapshot(`
    "refused: CONDITIONAL
      "a joke" ties the change to a condition or a doubt. DevOS does not weigh it: ask again when it holds.

    WORD   READ AS       FOR
    tell   unexplained
    me     unexplained
    a      unexplained
    joke   unexplained

    guards whose words occur
      CONDITIONAL  "a joke"  stops the sentence
    "
  `));
  it('for hidden characters', async () =>
    expect(await explained('scale web-app to 5\u202e')).toMatchInlineSnapshot(`
    "refused: CONTROL_CHARACTERS
      The sentence holds hidden characters (control characters, or marks that change the order of text). Type it again without them.
    "
  `));

  it('lets nothing of a name steer the terminal', () => {
    const hostile = '\u001b[2Jx';
    const explanation: Explanation = {
      schemaVersion: 1,
      sentence: '',
      status: 'undo',
      words: [{ text: hostile, start: 0, end: 1, role: 'input', action: null, input: 'name', value: hostile }],
      steps: [],
      carried: [{ step: '1', input: 'name', value: hostile }],
      questions: [],
      guards: [],
      spelling: [],
      others: [],
      refusal: null,
      nearest: [],
      notes: [],
    };

    expect(describeExplanation(explanation)).not.toContain('\u001b');
  });
});
