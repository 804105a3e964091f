/** Inputs that most actions share. */
import { cluster, kind, namespace, pattern, workload } from '#kit';
import { z } from 'zod';

/** Where: every action takes both. */
export const target = { namespace: namespace(), cluster: cluster() };

export const workloadName = workload;

export const workloadKind = () => kind({ workloadsOnly: true }).optional();

export const anyKind = (options: { assumed?: string; except?: string[] } = {}) => kind({ workloadsOnly: false, ...options });

/** `app=web`, `app=web,tier!=cache`, `app in (web,api)`: what kubectl -l takes. */
export const selector = () =>
  pattern('[A-Za-z0-9][A-Za-z0-9._/-]*(?:=|==|!=)[A-Za-z0-9._-]*(?:,[A-Za-z0-9][A-Za-z0-9._/-]*(?:=|==|!=)[A-Za-z0-9._-]*)*', {
    terms: true,
    nouns: ['selector', 'label', 'labels'],
    after: ['labelled', 'labeled', 'with label', 'with the label', 'with labels', 'label', 'selector', 'tagged', 'matching', 'where', '-l'],
    describe: 'Label selector, such as app=web,tier!=cache',
    ask: 'Which labels?',
  }).optional();

/** Filled in by planning; a caller has no need to give it. */
export const seen = (describe: string) => z.number().int().min(0).max(1_000_000).describe(describe).optional();

export interface TargetInput {
  namespace?: string | undefined;
  cluster?: string | undefined;
}

export const container = () =>
  pattern('[a-z0-9]([-a-z0-9]*[a-z0-9])?', {
    nouns: ['container', 'sidecar'],
    after: ['container', 'of container', 'from container', 'in container', '-c', '--container'],
    describe: 'Container of the pod; the usual one unless given',
    ask: 'Which container?',
  }).optional();
