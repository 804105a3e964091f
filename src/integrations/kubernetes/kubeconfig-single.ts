/** A kubeconfig of one context alone, for programs that read one: paths made absolute, nothing else changed. */
import { isAbsolute, join } from 'node:path';
import { AppError } from '#kit';
import { stringify } from 'yaml';
import type { Kubeconfig, Located } from './kubeconfig.ts';
import { located } from './kubeconfig-context.ts';
import type { KubeconfigCluster, KubeconfigUser } from './kubeconfig-file.ts';

/** YAML. It holds the credentials of the context. Throws KUBECONFIG_INVALID where the context names no cluster. */
export function singleContext(config: Kubeconfig, name: string): string {
  const context = config.contexts.get(name)?.value;
  const cluster = config.clusters.get(context?.cluster ?? '');
  if (context === undefined || cluster === undefined)
    throw new AppError(`The context ${name} names a cluster that is not in the kubeconfig`, {
      code: 'KUBECONFIG_INVALID',
      hint: 'Look at it with: kubectl config view',
    });
  const user = config.users.get(context.user ?? '');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context }],
    clusters: [{ name: context.cluster, cluster: absoluteCluster(cluster) }],
    users: user === undefined ? [] : [{ name: context.user, user: absoluteUser(user) }],
  });
}

function absoluteCluster({ value, dir }: Located<KubeconfigCluster>): KubeconfigCluster {
  const file = value['certificate-authority'];
  return file ? { ...value, 'certificate-authority': located(file, dir) } : value;
}

function absoluteUser({ value, dir }: Located<KubeconfigUser>): KubeconfigUser {
  const paths = ['client-certificate', 'client-key', 'tokenFile'] as const;
  const found = paths.flatMap((key) => (value[key] ? [[key, located(value[key], dir)]] : []));
  const { exec } = value;
  // A bare name is looked for in PATH; with a slash it starts at the file.
  const command = exec?.command.includes('/') === true && !isAbsolute(exec.command) ? join(dir, exec.command) : exec?.command;
  return {
    ...value,
    ...Object.fromEntries(found),
    ...(exec === undefined || exec === null || command === undefined ? {} : { exec: { ...exec, command } }),
  };
}
