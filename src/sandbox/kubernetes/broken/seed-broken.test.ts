/** What broken workloads show, in the words of a real cluster. The simulated controllers produce it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import { list, record, text } from '../json.ts';
import { type SandboxKubernetes, startKubernetes } from '../start-kubernetes.ts';
import { breakWorkload, brokenWorkloads } from './seed-broken.ts';

/** By id: what its pods, its own status, or its events say. */
const shown: [id: string, words: RegExp][] = [
  ['crash-loop', /CrashLoopBackOff.*"exitCode":1,"reason":"Error"/],
  ['out-of-memory', /CrashLoopBackOff.*"exitCode":137,"reason":"OOMKilled"/],
  ['missing-image', /"ImagePullBackOff","message":"Back-off pulling image.*ErrImagePull: rpc error: code = NotFound/],
  ['unauthorised-pull', /ImagePullBackOff.*pull access denied, repository does not exist or may require authorization/],
  ['missing-pull-secret', /FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets \(registry-login\)/],
  ['invalid-image-name', /InvalidImageName.*repository name must be lowercase/],
  ['never-pulled', /ErrImageNeverPull.*is not present with pull policy of Never/],
  ['wrong-architecture', /CrashLoopBackOff.*"exitCode":255/],
  ['command-not-found', /"exitCode":128,"reason":"StartError".*executable file not found in \$PATH/],
  ['failing-readiness', /Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503/],
  ['failing-liveness', /Unhealthy Liveness probe failed.*connection refused.*failed liveness probe, will be restarted/],
  [
    'failing-init',
    /"initContainerStatuses":\[\{"name":"migrate","state":\{"waiting":\{"reason":"CrashLoopBackOff".*ContainersNotInitialized|ContainersNotInitialized.*"migrate"/,
  ],
  ['missing-config-map', /CreateContainerConfigError","message":"configmap \\"shop-settings\\" not found/],
  ['missing-secret', /CreateContainerConfigError","message":"secret \\"payment-credentials\\" not found/],
  ['missing-secret-key', /couldn't find key token in Secret lab\/partner-api/],
  ['missing-volume-source', /FailedMount MountVolume.SetUp failed for volume "config" : configmap "app-files" not found/],
  ['failing-mount', /FailedMount MountVolume.SetUp failed for volume "share" : mount failed: exit status 32/],
  ['no-room', /FailedScheduling 0\/7 nodes are available:.*3 Insufficient cpu/],
  ['no-such-node', /FailedScheduling.*didn't match Pod's node affinity\/selector/],
  ['untolerated-taint', /FailedScheduling.*untolerated taint \{dedicated: node-gpu\}/],
  ['unbound-claim', /pod has unbound immediate PersistentVolumeClaims/],
  ['missing-claim', /persistentvolumeclaim "reports-data" not found/],
  [
    'quota-exceeded',
    /FailedCreate Error creating: pods .* is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1/,
  ],
  ['refused-by-admission', /violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false/],
  ['evicted', /"reason":"Evicted","message":"The node was low on resource: ephemeral-storage/],
  ['node-not-ready', /NodeNotReady Node is not ready/],
  ['budget-blocks-drain', /"readyReplicas":2/],
  [
    'stuck-terminating',
    /"finalizers":\["example.com\/backup"\].*"deletionTimestamp"|"deletionTimestamp".*"finalizers":\["example.com\/backup"\]/,
  ],
  ['stuck-rollout', /ProgressDeadlineExceeded/],
  ['paused-rollout', /DeploymentPaused/],
  ['scaled-to-zero', /"replicas":0/],
  ['wrong-selector', /"readyReplicas":2/],
  ['wrong-target-port', /"readyReplicas":2/],
  ['blind-autoscaler', /FailedGetResourceMetric/],
  ['failing-job', /BackoffLimitExceeded/],
  ['late-job', /DeadlineExceeded/],
  ['suspended-cron-job', /"suspend":true/],
  ['failing-cron-job', /BackoffLimitExceeded/],
];

let sandbox: SandboxKubernetes;

beforeAll(async () => {
  sandbox = await startKubernetes({ podStartMs: 5, podEndMs: 5, seed: 'empty', broken: brokenWorkloads.map(({ id }) => id) });
});

afterAll(() => sandbox.close());

/** The object, what it owns, and all their events, as one text. */
function textOf(id: string): string {
  const { namespace, name } = breakWorkload(id);
  const objects = sandbox.save().objects.objects.map(({ object }) => object);
  const related = objects.filter(
    (object) =>
      text(object, 'metadata', 'namespace') === namespace &&
      isAbout(name, object['kind'] === 'Event' ? record(object, 'involvedObject') : record(object, 'metadata')),
  );
  return related.map(shownText).join('\n');
}

function isAbout(name: string, { name: found }: JsonObject): boolean {
  return found === name || String(found).startsWith(`${name}-`);
}

function shownText(object: JsonObject): string {
  if (object['kind'] === 'Event') return `${text(object, 'reason')} ${text(object, 'message')}`;
  const { managedFields: _owners, ...metadata } = record(object, 'metadata');
  return JSON.stringify({ ...object, metadata });
}

describe('a broken workload', () => {
  it.each(shown)('%s shows what a real one shows', (id, words) => {
    expect(textOf(id).replaceAll('\n', ' ')).toMatch(words);
  });

  it('has a row here for everything that can be broken', () => {
    expect(shown.map(([id]) => id).toSorted()).toEqual(brokenWorkloads.map(({ id }) => id).toSorted());
    expect(() => breakWorkload('nothing-of-the-kind')).toThrow('it can: crash-loop, ');
  });

  it('has endpoints only where its service is right', () => {
    const addresses = (name: string): Json[] => list(sandbox.find('Endpoints', 'lab', name), 'subsets');

    expect([addresses('inbox'), addresses('geo')]).toEqual([[], []]);
  });

  it('keeps a budget from letting pods go', () => {
    expect(record(sandbox.find('PodDisruptionBudget', 'lab', 'broker'), 'status')).toMatchObject({
      disruptionsAllowed: 0,
      currentHealthy: 2,
    });
  });
});
