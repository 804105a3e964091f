/** Plans for the golden texts beside this file. */
import type { Plan, PlanStep } from '#kit';
import { hashPlan } from '../hash.ts';

export const scale: PlanStep = {
  id: '1',
  action: 'kubernetes.deployment.scale',
  input: { name: 'web-app', replicas: 5, namespace: 'shop' },
  permission: 'kubernetes:write',
  safety: 'moderate',
  reasons: ['changes something that is easily put back'],
  description: 'scale Deployment web-app from 3 to 5 replicas',
  where: 'cluster kube-eu1, namespace shop',
  as: 'alice@corp',
  environment: { name: 'production', production: true },
  command: ['kubectl', '--namespace', 'shop', 'scale', 'deployment/web-app', '--replicas=5'],
  diff: '~ web-app  replicas  3 -> 5',
  undo: 'scale back to 3 replicas',
  precondition: { replicas: 3 },
  after: [],
};

export const list: PlanStep = {
  id: '1',
  action: 'kubernetes.resources.list',
  input: { kind: 'Pod' },
  permission: 'read',
  safety: 'safe',
  reasons: ['reads only'],
  description: 'list Pods',
  where: 'cluster kube-eu1, namespace shop',
  command: ['kubectl', '--namespace', 'shop', 'get', 'pods'],
  diff: '',
  undo: null,
  precondition: {},
  after: [],
};

export const stop: PlanStep = {
  ...scale,
  input: { name: 'web-app', replicas: 0, namespace: 'shop' },
  safety: 'destructive',
  reasons: ['0 replicas stop the workload'],
  description: 'scale Deployment web-app from 3 to 0 replicas',
  command: ['kubectl', '--namespace', 'shop', 'scale', 'deployment/web-app', '--replicas=0'],
  diff: '~ web-app  replicas  3 -> 0\n- pod web-app-1\n- pod web-app-2\n- pod web-app-3',
};

export const remove: PlanStep = {
  ...stop,
  id: '3',
  action: 'cloudformation.stack.delete',
  input: { stack: 'payments-prod' },
  permission: 'aws:write',
  reasons: ['deletes a stack', 'it holds a database'],
  description: 'delete stack payments-prod, 14 resources, 1 database',
  where: 'account 1234, region eu-central-1',
  diff: '- stack payments-prod',
  command: ['aws', 'cloudformation', 'delete-stack', '--stack-name', 'payments prod; $(reboot)'],
  undo: null,
  after: ['1', '2'],
};

export const comment: PlanStep = {
  ...scale,
  id: '2',
  action: 'jira.issue.create',
  input: { summary: 'Login fails', project: 'OPS' },
  permission: 'jira:write',
  description: 'create Bug "Login fails" in OPS',
  where: 'jira.example.com, project OPS',
  diff: '+ Bug in OPS\n+   summary      Login fails\n+   description  what was seen, and when, and by whom, in a line that is longer than the page is wide',
  undo: 'move the issue to Cancelled; it cannot be deleted through this connection because the permission to delete is missing',
  after: ['1'],
};
delete comment.environment;
delete comment.command;

export function plan(steps: PlanStep[], change: Partial<Plan> = {}): Plan {
  const made: Plan = {
    schemaVersion: 1,
    id: 'P-7f3a9c2k',
    hash: '',
    revision: 1,
    title: 'scale deployment',
    sentence: 'a sentence that must never show\nneeds   nothing',
    origin: { cwd: '/home/alice', env: {}, via: 'cli', who: 'alice' },
    createdAt: '2026-11-23T08:00:00.000Z',
    expiresAt: '2026-11-30T08:00:00.000Z',
    safety: 'moderate',
    runbook: null,
    steps,
    needs: { approvals: [], change: null, window: null, confirm: 'once' },
    policy: { profile: 'solo', policies: ['solo-change'], reasons: [] },
    undoes: null,
    ...change,
  };
  return { ...made, hash: hashPlan(made) };
}

export const examplePlan: Plan = plan([scale]);
