/** Every workload that the sandbox can break, and every one that is well: how many are named rightly. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '#kit';
import { brokenWorkloads } from '#sandbox';
import { diagnoseWorkload } from '../actions/diagnose-workload.ts';
import { diagnose } from '../diagnosis.ts';
import { planAndRun, testCluster, type TestCluster } from '../testing.ts';
import { createReader } from './reader.ts';
import { lookInto } from './targets.ts';

// Real controllers and sockets: slow only where the machine is busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** By id: the first finding, what must stand in its evidence, and what is suggested. */
const named: Record<string, [title: RegExp, evidence: RegExp, say: RegExp]> = {
  'crash-loop': [/container ledger keeps crashing \(Error, exit 1\)/, /log: .*giving up after 3 attempts/, /^show the previous logs of /],
  'out-of-memory': [/container thumbs runs out of memory \(limit 256Mi\)/, /OOMKilled, exit 137/, /^describe pod thumbs-/],
  'missing-image': [/image acme\/missing:7 cannot be pulled: its registry does not have it/, /ImagePullBackOff/, /^describe pod mailer-/],
  'unauthorised-pull': [/cannot be pulled: its registry does not let it: it asks for a login/, /authorization failed/, /^list secrets/],
  'missing-pull-secret': [/cannot be pulled: its pull secret registry-login does not exist/, /ImagePullBackOff/, /^list secrets/],
  'invalid-image-name': [/image acme\/WebApp:1.0 cannot be pulled: that is no valid name/, /must be lowercase/, /^describe pod pricing-/],
  'never-pulled': [/it is not on the node, and imagePullPolicy Never/, /ErrImageNeverPull/, /^describe pod coupons-/],
  'wrong-architecture': [/container relay is made for another kind of machine/, /exec format error/, /^show nodes/],
  'command-not-found': [
    /container indexer cannot be started: its command no-such-program is not in the image/,
    /StartError/,
    /^describe pod indexer-/,
  ],
  'failing-readiness': [/^the readiness probe fails on 1 pod/, /Readiness probe failed: .*503/, /^logs of pod portal-/],
  'failing-liveness': [
    /container tracker is killed again and again, because its liveness probe fails/,
    /Liveness probe failed/,
    /^show the previous logs of /,
  ],
  'failing-init': [/init container migrate keeps crashing/, /log: .*giving up/, /^show the previous logs of /],
  'missing-config-map': [/the ConfigMap shop-settings does not exist/, /CreateContainerConfigError/, /^list configmaps/],
  'missing-secret': [/the Secret payment-credentials does not exist/, /CreateContainerConfigError/, /^list secrets/],
  'missing-secret-key': [/the Secret partner-api has no key token/, /CreateContainerConfigError/, /^list secrets/],
  'missing-volume-source': [/volume config cannot be mounted: the ConfigMap app-files does not exist/, /FailedMount/, /^list configmaps/],
  'failing-mount': [/volume share cannot be mounted: its server does not answer/, /exit status 32/, /^describe pod media-/],
  'no-room': [/no node takes it: not enough cpu free \(asks for 64 cpu\)/, /Insufficient cpu/, /^show nodes/],
  'no-such-node': [/no node takes it: no node has the labels disk=nvme/, /node affinity\/selector/, /^show nodes/],
  'untolerated-taint': [/no node takes it: it does not tolerate the taint dedicated: node-gpu/, /untolerated taint/, /^show nodes/],
  'unbound-claim': [
    /its PersistentVolumeClaim unbound-data is not bound: the storage class fast-ssd does not exist/,
    /ProvisioningFailed/,
    /^describe pvc unbound-data/,
  ],
  'missing-claim': [/its PersistentVolumeClaim reports-data does not exist/, /not found/, /^list persistent volume claims/],
  'quota-exceeded': [/pods cannot be created: the quota small is used up \(pods=1 of pods=1\)/, /exceeded quota/, /^list resource quotas/],
  'refused-by-admission': [
    /pods cannot be created: the namespace enforces Pod Security restricted:latest/,
    /allowPrivilegeEscalation/,
    /^describe namespace hardened/,
  ],
  evicted: [/1 pod evicted: the node node-full ran low on ephemeral-storage/, /low on resource/, /^describe node node-full/],
  'node-not-ready': [
    /the node node-lost does not answer, which has 2 pods of it/,
    /Kubelet stopped posting node status/,
    /^describe node node-lost/,
  ],
  'budget-blocks-drain': [
    /its budget broker lets no pod leave the node node-old, which is cordoned/,
    /2 healthy, 2 needed, 0 may go/,
    /^scale broker to 3 replicas/,
  ],
  'stuck-terminating': [
    /1 pod cannot end: it waits for the finalizer example.com\/backup/,
    /should be gone since \d+ min/,
    /^describe pod backup-api-/,
  ],
  'stuck-rollout': [
    /the new revision \(acme\/storefront:2.0-never-ready\) does not become ready/,
    /the rollout was given up: .*timed out progressing/,
    /^roll back storefront to revision 1/,
  ],
  'paused-rollout': [/^the rollout is paused/, /spec.paused is true/, /^resume the rollout of loyalty/],
  'scaled-to-zero': [/scaled to 0 replicas/, /spec.replicas is 0/, /^scale surveys to 1 replica/],
  'wrong-selector': [/the Service inbox selects none of its pods/, /selects app=inbx/, /^describe service inbox/],
  'wrong-target-port': [
    /the Service geo aims at a port called web, which no container has/,
    /ports of the containers: http 8080/,
    /^describe service geo/,
  ],
  'blind-autoscaler': [/the autoscaler feed gets no metrics/, /FailedGetResourceMetric|missing request/, /^describe hpa feed/],
  'failing-job': [/the job failed: its pods failed more often than its limit of 1/, /BackoffLimitExceeded/, /^logs of job import-2/],
  'late-job': [/the job failed: it was not done within its deadline of 60 s/, /DeadlineExceeded/, /^describe job reindex-9/],
  'suspended-cron-job': [/the cron job is suspended/, /spec.suspend is true/, /^patch the cronjob cleanup with/],
  'failing-cron-job': [/its last job nightly-sync-\d+ failed/, /BackoffLimitExceeded/, /^logs of job nightly-sync-/],
};

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await testCluster({ broken: brokenWorkloads.map(({ id }) => id) });
});

afterAll(() => cluster.close());

function gatheringOf({ client, context }: TestCluster) {
  const { signal, clock } = context();
  return client.cluster().then((one) => ({ cluster: one, reader: createReader(one, signal), signal, now: clock() }));
}

async function look(input: JsonObject) {
  const { output } = await planAndRun(diagnoseWorkload, input, cluster.context());
  return output;
}

/** Of the seeded company: those that nothing was done to. */
const wells: [kind: string, namespace: string, names: string[]][] = [
  ['Deployment', 'shop', ['web-app', 'user-service', 'payment-service', 'cart', 'api-gateway', 'api-server', 'search']],
  ['Deployment', 'staging', ['web-app', 'user-service']],
  ['Deployment', 'production', ['web-app', 'orders', 'billing']],
  ['StatefulSet', 'shop', ['postgres']],
  ['DaemonSet', 'kube-system', ['log-agent']],
  ['CronJob', 'shop', ['nightly-report']],
  ['Job', 'production', ['migrate-41']],
  ['PersistentVolumeClaim', 'shop', ['uploads']],
  ['Service', 'shop', ['web-app', 'postgres', 'cart']],
  ['Node', 'shop', ['node-1', 'node-2', 'node-3']],
];

describe('the diagnosis of everything that the sandbox can break', () => {
  it('has an expectation for each', () => {
    expect(Object.keys(named).toSorted()).toEqual(brokenWorkloads.map(({ id }) => id).toSorted());
  });

  it('names each rightly, first, with evidence and one suggestion', async () => {
    const mark = cluster.sandbox.requests.length;
    const wrong: string[] = [];
    for (const { id, kind, name, namespace } of brokenWorkloads) {
      const { findings, suggestion, healthy } = await look({ name, namespace, ...(kind === 'Deployment' ? {} : { kind }) });
      const [title, evidence, say] = named[id] ?? [/never/, /never/, /never/];
      const [first] = findings;
      const isRight =
        title.test(first?.title ?? '') && evidence.test(first?.evidence.join('\n') ?? '') && say.test(suggestion?.say ?? '') && !healthy;
      if (!isRight) wrong.push(`${id}: ${first?.title ?? 'nothing'} | ${first?.evidence.join(' / ') ?? ''} | ${suggestion?.say ?? ''}`);
    }

    process.stdout.write(`${brokenWorkloads.length - wrong.length} of ${brokenWorkloads.length} named rightly\n`);
    expect(wrong).toEqual([]);
    expect(cluster.writesAfter(mark)).toEqual([]);
  });

  it('says the same a hundred times, whatever the order of what was read', async () => {
    const wanted = { name: 'storefront', namespace: 'lab' };
    const gathering = await gatheringOf(cluster);
    const { facts } = await lookInto(wanted, gathering);
    const shuffled = { ...facts, subject: { ...facts.subject, pods: facts.subject.pods.toReversed() } };
    const answers = new Set(Array.from({ length: 100 }, (_, index) => JSON.stringify(diagnose(index % 2 === 0 ? facts : shuffled))));

    expect(facts.subject.pods.length).toBeGreaterThan(1);
    expect(answers.size).toBe(1);
  });
});

describe('the diagnosis of what is well', () => {
  it('finds nothing worse than a note', async () => {
    const company = await testCluster({ waitFor: ['StatefulSet', 'shop', 'postgres'] });
    const alarms: string[] = [];
    let count = 0;
    for (const [kind, namespace, names] of wells)
      for (const name of names) {
        count += 1;
        const { output } = await planAndRun(diagnoseWorkload, { kind, name, namespace }, company.context());
        const worse = output.findings.filter(({ level }) => level !== 'note');
        if (worse.length > 0 || !output.healthy) alarms.push(`${kind} ${namespace}/${name}: ${worse.map(({ title }) => title).join('; ')}`);
      }
    await company.close();

    process.stdout.write(`${alarms.length} false alarms of ${count} that are well\n`);
    expect(alarms).toEqual([]);
  });
});

describe('a diagnosis by name', () => {
  it('finds a kind by the name alone, and shows no value of a Secret', async () => {
    expect(await look({ name: 'cleanup', namespace: 'lab' })).toMatchObject({ kind: 'CronJob', healthy: false });
    expect(await look({ name: 'unbound-data', namespace: 'lab' })).toMatchObject({ kind: 'PersistentVolumeClaim', healthy: false });
    expect(JSON.stringify(await look({ name: 'partner', namespace: 'lab' }))).not.toContain('sandbox-secret-value');
  });
});
