import { describe, expect, it } from 'vitest';
import { parseLabelled } from './labelled.ts';
import { type Answer, type AnswerStep, type Danger, judge } from './verdict.ts';

const step = (action: string, input: AnswerStep['input'] = {}): AnswerStep => ({ action, input });
const plan = (...steps: AnswerStep[]): Answer => ({ status: 'plan', steps });
const ask: Answer = { status: 'clarify', questions: [{ input: 'anything', ask: 'Which one?' }] };
const refuse: Answer = { status: 'refuse', code: 'NOT_UNDERSTOOD', message: 'Not understood.' };
const scale = (replicas: number): AnswerStep => step('kubernetes.deployment.scale', { name: 'web-app', replicas, namespace: 'shop' });
const list = step('kubernetes.resources.list', { kind: 'Pod' });
const remove = step('kubernetes.resource.delete', { kind: 'Pod', name: 'x' });

function dangerOf(steps: readonly AnswerStep[]): Danger {
  if (steps.some(({ action }) => action.endsWith('delete'))) return 'destructive';
  return steps.some(({ action }) => action.endsWith('scale')) ? 'moderate' : null;
}

function verdict(label: string, answer: Answer) {
  return judge(parseLabelled('a.tsv', `say\t${label}`)[0]?.expected ?? [], answer, dangerOf);
}

const scaled = 'kubernetes.deployment.scale{"name":"web-app","replicas":5}';

describe('an answer that is right', () => {
  it.each([
    [scaled, plan(scale(5))],
    [`refuse || ${scaled}`, refuse],
    [`refuse || ${scaled}`, plan(scale(5))],
    [`${scaled} + kubernetes.resources.list`, plan(scale(5), list)],
    ['clarify:replicas', ask],
    ['refuse', refuse],
    ['service.deploy', plan(step('service.deploy', { service: 'cart' }))],
    ['missing:kubernetes.node.paint', ask],
    ['missing:kubernetes.node.paint', refuse],
    ['missing:kubernetes.node.paint', plan(list, scale(2))],
  ])('%s', (label, answer) => {
    expect(verdict(label, answer)).toMatchObject({ outcome: 'exact', danger: null });
  });
});

describe('an answer that is wrong', () => {
  it.each([
    ['wrong-input', 'moderate', scaled, plan(scale(4))],
    ['wrong-input', null, `refuse || kubernetes.resources.list{"kind":"Node"}`, plan(list)],
    ['wrong-plan', null, scaled, plan(list)],
    ['wrong-plan', 'moderate', scaled, plan(scale(5), list)],
    ['wrong-plan', 'moderate', `${scaled} + kubernetes.resources.list`, plan(list, scale(5))],
    ['wrong-plan', 'destructive', 'missing:rancher.cluster.paint', plan(remove)],
    ['wrong-plan', 'moderate', 'missing:kubernetes.node.paint', plan(scale(5), step('jira.issue.get'))],
    ['wrong-plan', null, 'refuse', plan(list)],
    ['false-accept', 'moderate', 'refuse', plan(scale(5))],
    ['false-accept', 'destructive', 'refuse || clarify:name', plan(list, remove)],
    ['false-accept', 'moderate', 'clarify:name', plan(scale(5))],
    ['acted-not-asked', null, 'clarify:name', plan(list)],
    ['asked-not-acted', null, scaled, ask],
    ['refused-not-acted', null, scaled, refuse],
    ['asked-not-refused', null, 'refuse', ask],
    ['refused-not-asked', null, 'clarify:name', refuse],
  ])('is found as %s (%s): %s', (outcome, danger, label, answer) => {
    expect(verdict(label, answer)).toMatchObject({ outcome, danger });
  });
});
