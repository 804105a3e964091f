import {
  type AnyAction,
  type Connections,
  count,
  defineAction,
  destructive,
  type JsonObject,
  moderate,
  namespace,
  type Origin,
  type Preview,
  safe,
  type Safety,
  workload,
} from '#kit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildPlan, type BuildPlanOptions } from './build.ts';
import { isIntact } from './hash.ts';
import type { Decide, DecideInput } from './types.ts';

const origin: Origin = { cwd: '/w', env: { KUBECONFIG: '/k' }, via: 'cli', who: 'alice' };
const now = new Date('2026-11-23T08:00:00Z');
const replicas = count({ max: 1000, nouns: ['replicas'], describe: 'Number of replicas', ask: 'How many replicas?' });

interface Cluster {
  replicas: number;
}

const base = {
  output: z.object({}),
  language: { triggers: ['scale'], examples: ['scale {name}'] },
  usualSafety: 'moderate' as const,
  idempotent: true,
  run: async () => ({}),
};

function scaleWith(preview: Partial<Preview> = {}, safety?: () => Safety): AnyAction {
  return defineAction<Cluster>()({
    ...base,
    id: 'kubernetes.deployment.scale',
    summary: 'Scale a workload',
    permission: 'kubernetes:write',
    input: z.object({ name: workload(), replicas, namespace: namespace() }),
    safety: safety ?? ((input, { live }) => (input.replicas === 0 ? destructive(`stops ${String(live?.['replicas'])} pods`) : moderate())),
    preview: async (input, { client }) => ({
      input: { ...input, namespace: input.namespace ?? 'shop' },
      where: 'cluster demo, namespace shop',
      as: 'alice@corp',
      description: `scale Deployment ${input.name} from ${client.replicas} to ${input.replicas} replicas`,
      diff: [`~ ${input.name}  replicas  ${client.replicas} -> ${input.replicas}`],
      command: ['kubectl', 'scale'],
      facts: { replicas: client.replicas },
      precondition: { replicas: client.replicas },
      undo: `scale back to ${client.replicas}`,
      ...preview,
    }),
  });
}

const list: AnyAction = defineAction<Cluster>()({
  ...base,
  id: 'kubernetes.resources.list',
  summary: 'List objects',
  permission: 'read',
  input: z.object({}),
  safety: () => safe(),
  preview: async () => ({ input: {}, where: 'cluster demo', description: 'list Pods', diff: [], facts: {}, precondition: {} }),
});

function connectionsTo(actions: AnyAction[], client: Cluster = { replicas: 3 }): Connections {
  return {
    async bind(id) {
      const action = actions.find((candidate) => candidate.id === id);
      if (action === undefined) throw new Error(`unexpected action ${id}`);
      return { action, client, clock: () => now, cwd: '/w' };
    },
  };
}

const allow: Decide = () => ({
  decision: 'needs',
  needs: { approvals: [], change: null, window: null, confirm: 'once' },
  profile: 'solo',
  policies: ['solo-change'],
  reasons: ['confirmed once'],
});

function build(change: Partial<BuildPlanOptions> & { input?: JsonObject; action?: AnyAction } = {}): ReturnType<typeof buildPlan> {
  const { input = { name: 'web-app', replicas: 5 }, action = scaleWith(), ...rest } = change;
  return buildPlan({
    steps: [{ id: '1', action: action.id, input, after: [] }],
    sentence: 'scale web-app to 5',
    origin,
    connections: connectionsTo([action, list]),
    decide: allow,
    clock: () => now,
    newId: () => 'P-7f3a9c',
    signal: new AbortController().signal,
    ...rest,
  });
}

describe('buildPlan', () => {
  it('binds, previews, rates, decides and hashes', async () => {
    const plan = await build();

    expect(plan).toMatchObject({
      id: 'P-7f3a9c',
      title: 'scale deployment',
      safety: 'moderate',
      createdAt: '2026-11-23T08:00:00.000Z',
      expiresAt: '2026-11-30T08:00:00.000Z',
      needs: { confirm: 'once' },
      policy: { profile: 'solo', policies: ['solo-change'], reasons: ['confirmed once'] },
      undoes: null,
      steps: [
        {
          input: { name: 'web-app', namespace: 'shop', replicas: 5 },
          permission: 'kubernetes:write',
          safety: 'moderate',
          diff: '~ web-app  replicas  3 -> 5',
          precondition: { replicas: 3 },
          undo: 'scale back to 3',
        },
      ],
    });
    expect(isIntact(plan)).toBe(true);
  });

  it('gives the same hash for the same facts, and another for any other fact', async () => {
    const [one, same, other] = await Promise.all([build(), build(), build({ connections: connectionsTo([scaleWith()], { replicas: 4 }) })]);

    expect(one.hash).toBe(same.hash);
    expect(one.hash).not.toBe(other.hash);
    expect(one.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('lets policy decide over the rated steps, never over the sentence', async () => {
    let asked: DecideInput | undefined;

    await build({
      decide: (input) => {
        asked = input;
        return allow(input);
      },
    });

    expect(asked?.steps[0]).toMatchObject({ safety: 'moderate', permission: 'kubernetes:write' });
    expect(JSON.stringify(asked)).not.toContain('scale web-app to 5');
  });

  it('stops with the policies that decided when policy denies', async () => {
    const decide: Decide = () => ({
      ...noNeeds,
      decision: 'deny',
      profile: 'team',
      policies: ['no-friday'],
      reasons: ['closed on Fridays'],
    });

    await expect(build({ decide })).rejects.toMatchObject({
      code: 'POLICY_DENIED',
      message: 'Policy denies this: closed on Fridays',
      details: { policies: ['no-friday'], profile: 'team' },
    });
  });

  it('makes several steps, rated by the worst', async () => {
    const plan = await build({
      steps: [
        { id: '1', action: 'kubernetes.resources.list', input: {}, after: [] },
        { id: '2', action: 'kubernetes.deployment.scale', input: { name: 'web-app', replicas: 0 }, after: ['1'] },
      ],
    });

    expect(plan.safety).toBe('destructive');
    expect(plan.title).toBe('list resources, scale deployment');
    expect(plan.steps.map((step) => step.after)).toEqual([[], ['1']]);
    expect(plan.steps[1]?.reasons).toEqual(['stops 3 pods']);
  });

  it.each([
    ['no steps', []],
    ['a step that waits for a later one', [{ id: '1', action: 'kubernetes.resources.list', input: {}, after: ['2'] }]],
    ['two steps of one id', [1, 2].map(() => ({ id: '1', action: 'kubernetes.resources.list', input: {}, after: [] }))],
  ])('refuses %s', async (_, steps) => {
    await expect(build({ steps })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('stops the other previews when one fails', async () => {
    const stopped: unknown[] = [];
    const waits: AnyAction = {
      ...list,
      preview: (_input: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            stopped.push(signal.reason);
            reject(new Error('stopped'));
          });
        }),
    };
    const fails: AnyAction = { ...scaleWith(), preview: () => Promise.reject(new Error('unreachable')) };
    const steps = [
      { id: '1', action: waits.id, input: {}, after: [] },
      { id: '2', action: fails.id, input: { name: 'web-app', replicas: 5 }, after: [] },
    ];

    await expect(build({ steps, connections: connectionsTo([waits, fails]) })).rejects.toThrow('unreachable');

    expect(stopped).toHaveLength(1);
  });
});

const noNeeds = { needs: { approvals: [], change: null, window: null, confirm: 'none' as const } };

describe('the danger of a step', () => {
  it.each([
    ['throws', () => { throw new Error('no facts'); }], // prettier-ignore
    ['answers nothing', () => undefined],
    ['answers an unknown level', () => ({ level: 'harmless', reasons: [] })],
    ['answers without reasons', () => ({ level: 'safe' })],
  ])('is destructive where the action %s', async (_, rate) => {
    const action = { ...scaleWith(), safety: rate } as unknown as AnyAction; // Wrong on purpose.

    const plan = await build({ action });

    expect(plan.safety).toBe('destructive');
    expect(plan.steps[0]?.reasons).toEqual(['how dangerous it is could not be worked out']);
  });

  it('is never safe where the action writes, whatever the action says', async () => {
    const plan = await build({ action: scaleWith({}, () => safe()) });

    expect(plan.safety).toBe('moderate');
    expect(plan.steps[0]?.reasons).toEqual(['it changes something (permission kubernetes:write)']);
  });

  it('sees the environment and the live facts', async () => {
    const action = { ...scaleWith({ environment: { name: 'live', production: true } }) };
    const rated: AnyAction = { ...action, safety: (_input: unknown, facts: unknown) => destructive(JSON.stringify(facts)) };

    const plan = await build({ action: rated });

    expect(plan.steps[0]?.reasons).toEqual(['{"live":{"replicas":3},"environment":{"name":"live","production":true}}']);
  });
});

describe('what a caller gives', () => {
  it.each([
    [{ name: 'web-app', replicas: -3 }, 'replicas must be a whole number from 0 to 1000; given: -3'],
    [{ name: 'web-app', replicas: 2.5 }, 'replicas must be a whole number from 0 to 1000; given: 2.5'],
    [{ name: 'web-app', replicas: 5_000_000 }, 'replicas must be a whole number from 0 to 1000; given: 5000000'],
    [{ name: 'web-app', replicas: '5' }, 'replicas must be a whole number from 0 to 1000; given: "5"'],
    [{ name: 'web-app' }, 'replicas is missing: it must be a whole number from 0 to 1000'],
    [{ name: 'web;app', replicas: 5 }, 'name must be lower-case letters, digits, "-" and "." (RFC 1123); given: "web;app"'],
    [{ name: '$(reboot)', replicas: 5 }, 'name must be lower-case'],
    [{ name: '--all', replicas: 5 }, 'name must be lower-case'],
    [{ name: 'web\u2010app', replicas: 5 }, 'name must be lower-case'],
    [{ name: 'web-app', replicas: 5, replica: 3 }, 'kubernetes.deployment.scale has no input "replica"'],
    [{ name: 'web-app', replicas: 5, constructor: 3 }, 'kubernetes.deployment.scale has no input "constructor"'],
  ])('is refused where it does not fit: %j', async (input, message) => {
    await expect(build({ input })).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining(message) });
  });

  it('is shown cut, and without what could hide in it', async () => {
    const error: unknown = await build({ input: { name: `\u202e\u001b[2J${'x'.repeat(1_000_000)}`, replicas: 5 } }).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).toMatchObject({ code: 'INPUT_INVALID' });
    expect(String(error).length).toBeLessThan(400);
    expect(JSON.stringify(error)).not.toMatch(/\\u202e|\\u001b/);
  });
});

describe('what comes from outside', () => {
  it('is held to the same schema where a preview filled it in', async () => {
    const action = scaleWith({ input: { name: 'web-app', replicas: 5000, namespace: 'shop' } });

    await expect(build({ action })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field: 'replicas' } });
  });

  it('loses control, bidi and invisible characters, and cannot add lines', async () => {
    const dirty = 'web\u202e-app\u001b[31m\u200b\nneeds   nothing';
    const plan = await build({
      action: scaleWith({ description: dirty, where: dirty, as: dirty, diff: [`+ ${dirty}`], undo: dirty, command: ['x', dirty] }),
    });

    const [step] = plan.steps;

    for (const text of [step?.description, step?.where, step?.as, step?.undo, step?.command?.[1]])
      expect(text).toBe('web-app needs   nothing');
    expect(step?.diff).toBe('+ web-app needs   nothing');
  });

  it('is refused where JSON cannot carry it', async () => {
    await expect(build({ action: scaleWith({ precondition: { generation: 2 ** 60 } }) })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
