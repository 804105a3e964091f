/** What a kubeconfig says about its contexts, and which of them cannot be used. Nothing that signs in is part of it. */
import { AppError, cleanLine, redact } from '#kit';
import type { Kubeconfig } from './kubeconfig.ts';
import { resolveContext } from './kubeconfig-context.ts';
import { mapLimited } from './map-limited.ts';

export interface ContextDetail {
  name: string;
  cluster: string;
  /** Address without credentials. */
  server: string;
  namespace: string;
  user: string;
  current: boolean;
  /** Why it cannot be used; absent where nothing speaks against it. Nobody is asked over the network. */
  broken?: string;
  hint?: string;
}

/** The current one first, the others in the order of their files. */
export async function readContexts(config: Kubeconfig): Promise<ContextDetail[]> {
  const { currentContext, contexts } = config;
  const names = [...contexts.keys()];
  const details = await mapLimited(names, 8, (name) => readContext(config, name));
  if (currentContext !== undefined && !contexts.has(currentContext))
    details.unshift({
      ...emptyContext(currentContext),
      broken: 'it is the current context, but the kubeconfig does not have it',
      hint: names[0] === undefined ? 'Add it: kubectl config set-context NAME' : `Choose another: kubectl config use-context ${names[0]}`,
    });
  return details.toSorted((left, right) => Number(right.current) - Number(left.current));
}

const emptyContext = (name: string): ContextDetail => ({ name, cluster: '', server: '', namespace: '', user: '', current: true });

async function readContext(config: Kubeconfig, name: string): Promise<ContextDetail> {
  const { cluster = '', user = '', namespace } = config.contexts.get(name)?.value ?? {};
  const trouble = await resolveContext(config, name).then(
    () => undefined,
    (error: unknown) => {
      if (AppError.isInstance(error)) return error;
      throw error;
    },
  );
  return {
    name,
    cluster: cluster ?? '',
    server: bareAddress(config.clusters.get(cluster ?? '')?.value.server ?? ''),
    namespace: namespace || 'default',
    user: user ?? '',
    current: name === config.currentContext,
    ...(trouble === undefined ? {} : { broken: cleanLine(redact(trouble.message)), hint: cleanLine(redact(trouble.hint)) }),
  };
}

/** Addresses can carry a name and a password. */
function bareAddress(server: string): string {
  if (!URL.canParse(server)) return cleanLine(redact(server));
  const url = new URL(server);
  url.username = '';
  url.password = '';
  url.search = '';
  return url.href.replace(/\/$/, '');
}
