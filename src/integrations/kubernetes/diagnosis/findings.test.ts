/** Trouble that the sandbox does not make, from facts alone; and what must not come out of them. */
import { describe, expect, it } from 'vitest';
import { diagnose, type Facts } from '../diagnosis.ts';
import type { SeenEvent } from '../events.ts';
import { Pod } from '../schema.ts';
import { claimFindings } from './claims.ts';
import { oneJob } from './jobs.ts';
import { nodeFindings } from './nodes.ts';
import { blindScaler } from './rollout-findings.ts';
import { Claim, Job, Node, Scaler } from './schema.ts';

const now = new Date('2026-11-23T12:00:00Z');

function facts(pods: unknown[], more: Partial<Facts> = {}): Facts {
  const parsed = pods.map((pod) => Pod.parse(pod));
  return {
    subject: { title: 'pods x-*', kind: 'Pod', name: 'x', namespace: 'shop', pods: parsed },
    events: [],
    logs: new Map(),
    revisions: [],
    now,
    ...more,
  };
}

function pod(status: object, spec: object = {}, metadata: object = {}): object {
  return {
    metadata: { name: 'x-1', labels: { app: 'x' }, ...metadata },
    spec: { containers: [{ name: 'app', image: 'acme/app:2' }], nodeName: 'node-1', ...spec },
    status,
  };
}

const waiting = (reason: string, message: string) =>
  pod({ phase: 'Pending', containerStatuses: [{ name: 'app', state: { waiting: { reason, message } } }] });
const unplaced = (message: string, spec: object = {}) =>
  pod(
    { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] },
    { nodeName: null, ...spec },
  );
const warning = (object: string, reason: string, message: string): SeenEvent => ({
  type: 'Warning',
  reason,
  object,
  message,
  count: 1,
  last: '',
  from: '',
});
const starting = pod({ phase: 'Pending', containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ContainerCreating' } } }] });

describe('a finding', () => {
  it.each<[what: string, given: Facts, title: RegExp]>([
    [
      'a registry that limits',
      facts([waiting('ErrImagePull', 'toomanyrequests: You have reached your pull rate limit')]),
      /limits how often it may be asked/,
    ],
    [
      'a registry out of reach',
      facts([waiting('ErrImagePull', 'dial tcp: lookup registry.example.com: no such host')]),
      /registry cannot be reached/,
    ],
    [
      'an unauthorised pull',
      facts([waiting('ImagePullBackOff', 'unexpected status from HEAD request: 401 Unauthorized')]),
      /asks for a login/,
    ],
    [
      'a missing key of a ConfigMap',
      facts([waiting('CreateContainerConfigError', `couldn't find key mode in ConfigMap shop/settings`)]),
      /the ConfigMap settings has no key mode/,
    ],
    [
      'a full node port',
      facts([unplaced("0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.")]),
      /the host port that it wants is taken/,
    ],
    [
      'a zone without its volume',
      facts([unplaced('0/3 nodes are available: 3 node(s) had volume node affinity conflict.')]),
      /its volume is in a zone/,
    ],
    [
      'rules about other pods',
      facts([unplaced(`0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.`)]),
      /rules about other pods/,
    ],
    [
      'several resources',
      facts([unplaced('0/3 nodes are available: 1 Insufficient cpu, 2 Insufficient memory.')]),
      /not enough cpu and memory free/,
    ],
    [
      'a volume on another node',
      facts([starting], { events: [warning('Pod x-1', 'FailedAttachVolume', 'Multi-Attach error for volume "pvc-1"')] }),
      /volume pvc-1 cannot be mounted: it is attached to another node/,
    ],
    [
      'a LimitRange',
      facts([], {
        events: [
          warning(
            'ReplicaSet x-1',
            'FailedCreate',
            'Error creating: pods "x-1-a" is forbidden: maximum cpu usage per Container is 500m, but limit is 2',
          ),
        ],
      }),
      /a LimitRange of the namespace refuses them: maximum cpu/,
    ],
    [
      'a webhook',
      facts([], {
        events: [
          warning(
            'ReplicaSet x-1',
            'FailedCreate',
            'Error creating: admission webhook "policy.example.com" denied the request: no owner label',
          ),
        ],
      }),
      /webhook policy.example.com refuses them: no owner label/,
    ],
    [
      'a webhook that is down',
      facts([], {
        events: [
          warning('Job x', 'FailedCreate', 'Error creating: Internal error occurred: failed calling webhook "mutate.example.com": timeout'),
        ],
      }),
      /webhook mutate.example.com does not answer/,
    ],
    [
      'a missing account',
      facts([], {
        events: [
          warning(
            'ReplicaSet x-1',
            'FailedCreate',
            'Error creating: pods "x" is forbidden: error looking up service account shop/app: serviceaccount "app" not found',
          ),
        ],
      }),
      /ServiceAccount app does not exist/,
    ],
    [
      'a startup probe',
      facts(
        [
          pod({
            phase: 'Running',
            containerStatuses: [
              { name: 'app', restartCount: 4, state: { running: {} }, lastState: { terminated: { exitCode: 137, reason: 'Error' } } },
            ],
          }),
        ],
        { events: [warning('Pod x-1', 'Unhealthy', 'Startup probe failed: dial tcp 10.0.0.1:80: connect: connection refused')] },
      ),
      /its startup probe fails/,
    ],
    [
      'a pod that its node turns away',
      facts([pod({ phase: 'Failed', reason: 'UnexpectedAdmissionError', message: 'Allocate failed due to no devices' })]),
      /1 pod ended by the node node-1: UnexpectedAdmissionError/,
    ],
    [
      'an evicted pod on its own',
      facts([pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' })]),
      /1 pod evicted: the node node-1 ran low on memory/,
    ],
    [
      'a pod that does not end',
      facts([pod({ phase: 'Running' }, {}, { deletionTimestamp: '2026-11-23T11:00:00Z' })]),
      /1 pod cannot end: its node does not end it/,
    ],
  ])('names %s', (_what, given, title) => {
    const { findings, suggestion } = diagnose(given);

    expect(findings[0]?.title).toMatch(title);
    expect(findings[0]?.evidence.length).toBeGreaterThan(0);
    expect(suggestion?.say).toContain(' ');
  });

  it('is not made of a pod that just starts, ends or is done', () => {
    const ending = pod({ phase: 'Running' }, {}, { deletionTimestamp: '2026-11-23T11:59:50Z' });

    expect(diagnose(facts([ending])).findings).toEqual([]);
    expect(
      diagnose(
        facts([
          pod({ phase: 'Succeeded', containerStatuses: [{ name: 'app', state: { terminated: { exitCode: 0, reason: 'Completed' } } }] }),
        ]),
      ).findings,
    ).toEqual([]);
    expect(diagnose(facts([starting])).findings.map(({ level }) => level)).toEqual(['warning']);
  });

  it('carries no credential and no control character out of what the cluster says', () => {
    const secret = 'password=hunter2-sandbox';
    const crash = pod({
      phase: 'Running',
      containerStatuses: [
        {
          name: 'app',
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 1, reason: 'Error', message: `\u001B[31mcannot log in with ${secret}` } },
        },
      ],
    });
    const given = facts([crash], {
      logs: new Map([['x-1/app', [`level=error msg="no" ${secret}`]]]),
      events: [warning('Pod x-1', 'FailedMount', secret)],
    });

    const shown = JSON.stringify(diagnose(given));

    expect(shown).toContain('cannot log in with');
    expect(shown).not.toContain('hunter2');
    expect(shown).not.toContain('\\u001b');
  });
});

describe('what has no pods', () => {
  it('is a claim that lost its volume, but not one that waits for its first pod', () => {
    const claim = (phase: string) => Claim.parse({ metadata: { name: 'data', namespace: 'shop' }, status: { phase } });
    const waits: SeenEvent = {
      ...warning('PersistentVolumeClaim data', 'WaitForFirstConsumer', 'waiting for first consumer'),
      type: 'Normal',
    };

    expect(claimFindings([claim('Lost')], [])[0]?.title).toBe('the claim data has lost its volume');
    expect(claimFindings([claim('Pending')], [waits])).toEqual([]);
    expect(claimFindings([claim('Bound')], [])).toEqual([]);
  });

  it('is a job that is suspended or failed for a reason of its own', () => {
    const job = (spec: object, conditions: object[] = []) => Job.parse({ metadata: { name: 'j' }, spec, status: { conditions } });

    expect(oneJob(job({ suspend: true }), 'shop')[0]?.title).toBe('the job is suspended, so that it runs no pods');
    expect(oneJob(job({}, [{ type: 'Failed', status: 'True', reason: 'PodFailurePolicy' }]), 'shop')[0]?.title).toContain(
      'PodFailurePolicy',
    );
    expect(oneJob(job({}, [{ type: 'Complete', status: 'True' }]), 'shop')).toEqual([]);
  });

  it('is a node under pressure or cordoned', () => {
    const node = (spec: object, type: string) =>
      Node.parse({ metadata: { name: 'n' }, spec, status: { conditions: [{ type, status: 'True', message: 'x' }] } });

    expect(nodeFindings(node({}, 'MemoryPressure'))[0]?.title).toBe('the node n is low on memory (MemoryPressure)');
    expect(nodeFindings(node({ unschedulable: true }, 'Ready'))[0]?.title).toContain('is cordoned');
    expect(nodeFindings(node({}, 'Ready'))).toEqual([]);
  });

  it('is an autoscaler that cannot scale, or lacks a request', () => {
    const scaler = (condition: object) => Scaler.parse({ metadata: { name: 'h' }, status: { conditions: [condition] } });

    expect(blindScaler(scaler({ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale' }), 'shop')[0]?.title).toContain(
      'cannot scale (FailedGetScale)',
    );
    expect(
      blindScaler(
        scaler({
          type: 'ScalingActive',
          status: 'False',
          reason: 'FailedGetResourceMetric',
          message: 'missing request for cpu in container app',
        }),
        'shop',
      )[0]?.title,
    ).toContain('has no cpu request');
    expect(blindScaler(scaler({ type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled' }), 'shop')).toEqual([]);
  });
});
