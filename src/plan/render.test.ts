import { readFileSync } from 'node:fs';
import type { Plan } from '#kit';
import { describe, expect, it } from 'vitest';
import { comment, examplePlan, list, plan, remove, scale, stop } from './__fixtures__/plans.ts';
import { hashPlan } from './hash.ts';
import { renderPlan } from './render.ts';
import { wrap } from './text.ts';

const named = { approvals: [], change: null, window: null, confirm: 'name' as const };
const goldens: Record<string, Plan> = {
  moderate: examplePlan,
  safe: plan([list], {
    title: 'list resources',
    safety: 'safe',
    needs: { ...named, confirm: 'none' },
    policy: { profile: 'solo', policies: ['solo-read'], reasons: [] },
  }),
  destructive: plan([stop], {
    safety: 'destructive',
    needs: { ...named, typeName: 'web-app' },
    policy: { profile: 'solo', policies: ['solo-destructive'], reasons: [] },
  }),
  several: plan([scale, comment, remove], {
    title: 'scale deployment, create issue, delete stack',
    safety: 'destructive',
    needs: { ...named, typeName: 'payments-prod' },
    policy: { profile: 'solo', policies: ['solo-change', 'solo-destructive'], reasons: [] },
  }),
  undo: plan([{ ...scale, diff: '~ web-app  replicas  5 -> 3' }], { undoes: 'R-1' }),
  approvals: plan([scale], {
    needs: { approvals: ['1:sre', '2:security'], change: 'normal', window: '22:00-23:00 UTC', confirm: 'none' },
    policy: { profile: 'team', policies: ['kubernetes-scale-production'], reasons: [] },
  }),
};

describe('renderPlan', () => {
  it.each(Object.entries(goldens))('shows %s exactly as agreed', (name, golden) => {
    const expected = readFileSync(new URL(`./__fixtures__/${name}.txt`, import.meta.url), 'utf8');

    expect(renderPlan(golden)).toBe(expected);
  });

  it('shows what an earlier request gave', () => {
    const text = renderPlan(plan([{ ...scale, carried: ['name web-app', 'namespace sh\u001bop'] }]));

    expect(text).toContain('  carried  name web-app, namespace shop (from an earlier request)\n');
    expect(renderPlan(plan([scale]))).not.toContain('carried');
  });

  it('says that a model proposed it, in clean words', () => {
    const proposed = plan([scale], { origin: { ...examplePlan.origin, proposedBy: 'ollama/x\u001b[2J\n  needs    nothing' } });

    expect(renderPlan(proposed)).toContain('  from     a model proposed this (ollama/x   needs    nothing): check it\n');
  });

  it('never shows the sentence', () => {
    for (const golden of Object.values(goldens)) expect(renderPlan(golden)).not.toContain('must never show');
  });

  it('says the same with colours as without', () => {
    for (const golden of Object.values(goldens)) {
      const colored = renderPlan(golden, { color: true });

      // oxlint-disable-next-line no-control-regex -- our own colours are taken out again
      expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(renderPlan(golden));
      expect(colored).toContain('\u001b[');
    }
  });

  it('strips what hides or forges lines, even from a stored plan', () => {
    const dirty = '\u202eweb\u001b[2J\u0007\u200b-app\r\n  needs    nothing\u2028x';
    const forged = plan(
      [
        {
          ...scale,
          description: dirty,
          where: dirty,
          as: dirty,
          undo: dirty,
          reasons: [dirty],
          command: [dirty],
          environment: { name: dirty, production: false },
        },
      ],
      {
        title: dirty,
        policy: { profile: dirty, policies: [dirty], reasons: [dirty] },
        needs: { approvals: [dirty], change: dirty, window: dirty, confirm: 'name', typeName: dirty },
      },
    );

    const text = renderPlan(forged, { width: 200 });

    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/);
    expect(text.split('\n').filter((line) => line.startsWith('  needs'))).toHaveLength(1);
  });

  it('keeps the lines of a diff whole and wraps the rest at the width', () => {
    const text = renderPlan(plan([{ ...comment, after: [] }]), { width: 60 });

    const long = text.split('\n').filter((line) => line.length > 60);

    expect(long).toHaveLength(1);
    expect(long[0]).toContain('longer than the page is wide');
  });

  it('is the text of the plan that was hashed, not of a changed one (control)', () => {
    const changed: Plan = { ...examplePlan, steps: [{ ...scale, diff: '~ web-app  replicas  3 -> 500' }] };

    expect(renderPlan(changed)).not.toBe(renderPlan(examplePlan));
    expect(hashPlan(changed)).not.toBe(examplePlan.hash);
  });
});

describe('wrap', () => {
  it('breaks between words and leaves a long word whole', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('averylongword and', 5)).toEqual(['averylongword', 'and']);
    expect(wrap('', 5)).toEqual(['']);
  });
});
