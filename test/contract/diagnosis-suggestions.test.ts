/** What a diagnosis suggests is a sentence that is understood: it can be said as it stands. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { integrations, plannedActions } from '#integrations';
import { openNames } from '#inventory';
import { createLanguage, languageActions } from '#language';
import { brokenWorkloads } from '#sandbox';
import { diagnoseCluster } from '../../src/integrations/kubernetes/actions/diagnose-cluster.ts';
import { diagnoseWorkload } from '../../src/integrations/kubernetes/actions/diagnose-workload.ts';
import { planAndRun, testCluster, type TestCluster } from '../../src/integrations/kubernetes/testing.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await testCluster({ broken: brokenWorkloads.map(({ id }) => id) });
});

afterAll(() => cluster.close());

it('every suggestion for what the sandbox breaks is understood as an action of kubernetes', async () => {
  const language = createLanguage(languageActions([...integrations.flatMap(({ actions }) => actions), ...plannedActions]));
  const whole = (await planAndRun(diagnoseCluster, { allNamespaces: true }, cluster.context())).output;
  const said = new Set(whole.items.flatMap(({ suggestion }) => suggestion?.say ?? []));
  for (const { name, namespace, kind } of brokenWorkloads)
    said.add((await planAndRun(diagnoseWorkload, { name, namespace, kind }, cluster.context())).output.suggestion?.say ?? 'nothing');

  const lost = [...said].filter((sentence) => {
    const result = language.understand(sentence, { names: openNames({ environments: [] }), answers: {}, now: new Date(0) });
    return result.status !== 'plan' || !result.steps.every(({ action }) => action.startsWith('kubernetes.'));
  });

  expect(said.size).toBeGreaterThan(25);
  expect(lost).toEqual([]);
});
