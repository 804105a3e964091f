/** Workloads that get no pods, no node, or lose what they had. */
import { type JsonObject, text } from '../json.ts';
import { brokenNamespace as namespace, type BrokenWorkload, deployment, onNode } from './world.ts';

function row(id: string, name: string, title: string, make: BrokenWorkload['make'], more: Partial<BrokenWorkload> = {}): BrokenWorkload {
  return { id, title, namespace, kind: 'Deployment', name, make, ...more };
}

const claim = (storageClassName: string): JsonObject => ({
  accessModes: ['ReadWriteOnce'],
  storageClassName,
  resources: { requests: { storage: '10Gi' } },
});

/** A namespace of its own, because its rule holds for all pods in it. */
function alone(id: string, labels: JsonObject = {}): { namespace: string; make: (add: AddNamespace) => void } {
  return {
    namespace: id,
    make(add) {
      add('Namespace', { metadata: { name: id, labels } }, '');
      add('ServiceAccount', { metadata: { name: 'default' } }, id);
    },
  };
}
type AddNamespace = (kind: string, body: JsonObject, namespace: string) => void;

const quota = alone('small-team');
const restricted = alone('hardened', { 'pod-security.kubernetes.io/enforce': 'restricted' });

export const brokenPlacing: BrokenWorkload[] = [
  row('no-room', 'forecast', 'no node has as much cpu as it asks for', ({ add }) =>
    add('Deployment', deployment('forecast', { container: { resources: { requests: { cpu: '64' } } } })),
  ),
  row('no-such-node', 'archive', 'no node has the label that it selects', ({ add }) =>
    add('Deployment', deployment('archive', { pod: { nodeSelector: { disk: 'nvme' } } })),
  ),
  row('untolerated-taint', 'render', 'its node has a taint that it does not tolerate', ({ add, addNode }) => {
    addNode('node-gpu');
    add('Deployment', deployment('render', { pod: { nodeSelector: { 'kubernetes.io/hostname': 'node-gpu' } } }));
  }),
  row('unbound-claim', 'vault', 'its claim asks for a storage class that does not exist', ({ add }) => {
    add('PersistentVolumeClaim', { metadata: { name: 'unbound-data' }, spec: claim('fast-ssd') });
    add(
      'Deployment',
      deployment('vault', {
        container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
        pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'unbound-data' } }] },
      }),
    );
  }),
  row('missing-claim', 'digest', 'its claim does not exist', ({ add }) =>
    add(
      'Deployment',
      deployment('digest', {
        container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
        pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'reports-data' } }] },
      }),
    ),
  ),
  row(
    'quota-exceeded',
    'batch-api',
    'the quota of its namespace allows no further pod',
    ({ add }) => {
      quota.make(add);
      add('ResourceQuota', { metadata: { name: 'small' }, spec: { hard: { pods: '1' } } }, quota.namespace);
      add('Deployment', deployment('batch-api', { replicas: 3 }), quota.namespace);
    },
    { namespace: quota.namespace },
  ),
  row(
    'refused-by-admission',
    'probe-agent',
    'the pod security of its namespace refuses its pods',
    ({ add }) => {
      restricted.make(add);
      add('Deployment', deployment('probe-agent', {}), restricted.namespace);
    },
    { namespace: restricted.namespace },
  ),
  row(
    'evicted',
    'spooler',
    'its node ran out of disk and evicted it',
    ({ add, addNode }) => {
      addNode('node-full');
      add('Deployment', deployment('spooler', { pod: onNode('node-full') }));
    },
    {
      later: ({ setCondition }) => setCondition('node-full', 'DiskPressure', 'True', 'KubeletHasDiskPressure', 'kubelet has disk pressure'),
    },
  ),
  row(
    'node-not-ready',
    'sessions',
    'its node does not answer any more',
    ({ add, addNode }) => {
      addNode('node-lost');
      add('Deployment', deployment('sessions', { replicas: 2, pod: onNode('node-lost') }));
    },
    {
      later: ({ setCondition }) =>
        setCondition('node-lost', 'Ready', 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.'),
    },
  ),
  row(
    'budget-blocks-drain',
    'broker',
    'its node is to be drained, and its budget lets no pod go',
    ({ add, addNode }) => {
      addNode('node-old');
      add('Deployment', deployment('broker', { replicas: 2, pod: onNode('node-old') }));
      const spec: JsonObject = { minAvailable: 2, selector: { matchLabels: { app: 'broker' } } };
      add('PodDisruptionBudget', { metadata: { name: 'broker' }, spec });
    },
    { later: ({ change }) => change('Node', 'node-old', { spec: { unschedulable: true } }) },
  ),
  row(
    'stuck-terminating',
    'backup-api',
    'its old pod waits for a finalizer that nobody takes away',
    ({ add }) => {
      const body = deployment('backup-api', {});
      add('Deployment', body);
    },
    {
      later({ change, pods, remove }) {
        for (const pod of pods('backup-api')) {
          const name = text(pod, 'metadata', 'name');
          change('Pod', name, { metadata: { finalizers: ['example.com/backup'] } });
          remove('Pod', name);
        }
      },
    },
  ),
];
