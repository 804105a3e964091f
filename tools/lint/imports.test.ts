import { describe, expect, it } from 'vitest';
import { importProblem, isTestFile, layers, lazyLayers } from './imports.ts';

const allowed: [string, string, ('static' | 'type' | 'dynamic')?][] = [
  ['src/plan/build.ts', '#kit'],
  ['src/plan/build.ts', '#kit/api', 'type'],
  ['src/plan/build.ts', './hash.ts'],
  ['src/plan/__fixtures__/plans.ts', '../hash.ts'],
  ['src/integrations/jira/actions/create-issue.ts', '../client.ts'],
  ['src/integrations/index.ts', './jira/index.ts'],
  ['src/cli/commands/plan.ts', '#server', 'dynamic'],
  ['src/cli/commands/plan.ts', '#server', 'type'],
  ['src/server/daemon.ts', '#engine'],
  ['src/integrations/jira/client.test.ts', '#sandbox'],
  ['src/engine/run.test.ts', '#integrations'],
  ['src/engine/run.test.ts', '#store/testing'],
  ['src/integrations/jira/client.test.ts', '#kit/testing'],
  ['src/store/rows.ts', 'kysely'],
  ['src/server/routes.ts', 'fastify'],
  ['src/kit/create-http.ts', 'undici'],
  ['src/plan/build.ts', 'node:crypto'],
  ['src/plan/build.ts', 'zod'],
  ['src/policy/decide.ts', '@cedar-policy/cedar-wasm/nodejs', 'type'],
  ['test/crash/kills.ts', '#server'],
  ['tools/docs.ts', '../src/kit/index.ts'],
];

const refused: [string, string, string, ('static' | 'type' | 'dynamic')?][] = [
  ['src/kit/action.ts', '#plan', 'kit may not import #plan'],
  ['src/kit/action.ts', '#plan', 'kit may not import #plan', 'type'],
  ['src/kit/action.ts', '#plan', 'kit may not import #plan', 'dynamic'],
  ['src/kit/action.ts', '../plan/index.ts', 'climbs out of src/kit'],
  ['src/policy/policy.ts', '#engine', 'policy may not import #engine'],
  ['src/integrations/helm/index.ts', '../kubernetes/index.ts', 'An integration imports no other'],
  ['src/integrations/helm/actions/deploy.ts', '../../kubernetes/client.ts', 'An integration imports no other'],
  ['src/integrations/jira/client.ts', '#sandbox', 'integrations may not import #sandbox'],
  ['src/integrations/jira/client.ts', '#kit/testing', 'is for tests only'],
  ['src/integrations/jira/client.ts', '#kit/http', 'is not an entrance'],
  ['src/integrations/jira/client.ts', 'undici', 'undici belongs to kit'],
  ['src/server/desk.ts', 'kysely', 'kysely belongs to store'],
  ['src/server/desk.ts', '@cedar-policy/cedar-wasm/nodejs', '@cedar-policy/cedar-wasm belongs to policy'],
  ['src/cli/main.ts', '#server', 'only by await import()'],
  ['src/cli/main.ts', '#engine', 'cli may not import #engine', 'dynamic'],
  ['src/cli/main.ts', '../server/index.ts', 'climbs out of src/cli'],
  ['src/plan/build.ts', '#plan', 'Inside plan use a relative path'],
  ['src/plan/build.ts', '../../tools/x.ts', 'leaves src'],
  ['src/plan/build.ts', '#nothing', 'names no layer'],
  ['src/newlayer/x.ts', '#kit', 'newlayer is not in the list'],
  ['src/plan/build.test.ts', '#server', 'plan may not import #server'],
];

describe('importProblem', () => {
  it.each(allowed)('lets %s import %s', (file, specifier, kind = 'static') => {
    expect(importProblem({ file, specifier, kind })).toBeUndefined();
  });

  it.each(refused)('keeps %s from importing %s', (file, specifier, problem, kind = 'static') => {
    expect(importProblem({ file, specifier, kind })).toContain(problem);
  });
});

describe('the list', () => {
  it('names layers only, and no circle', () => {
    const seen: string[] = [];
    for (const [layer, targets] of Object.entries(layers)) {
      for (const target of targets) expect(seen, `${layer} → ${target}`).toContain(target);
      seen.push(layer);
    }
    for (const target of Object.values(lazyLayers).flat()) expect(seen).toContain(target);
  });

  it('knows what is a test', () => {
    expect(
      ['src/a/b.test.ts', 'src/store/testing.ts', 'src/store/testing/x.ts', 'src/a/__fixtures__/x.ts'].every((file) => isTestFile(file)),
    ).toBe(true);
    expect(['src/a/testing-plan.ts', 'src/a/contest.ts', 'src/a/latest.ts'].some((file) => isTestFile(file))).toBe(false);
  });
});
