/** Why an image does not come. */
import type { SeenEvent } from '../events.ts';
import { inNamespace, said, type Suggestion } from './facts.ts';

export interface Meaning {
  weight: number;
  what: string;
  next: Suggestion;
  /** It came with the pod's template. */
  inRevision: boolean;
}

interface Place {
  pod: string;
  namespace: string;
}

export const isImageReason = (reason: string): boolean => /Image/.test(reason);

/** `message` in the words of the kubelet; `events` of the pod. */
export function imageMeaning(
  image: string,
  reason: string,
  message: string,
  events: readonly SeenEvent[],
  { pod, namespace }: Place,
): Meaning {
  const make = (why: string, next: Suggestion): Meaning => ({
    weight: 95,
    what: `the image ${image} cannot be pulled${why === '' ? ` (${reason})` : `: ${why}`}`,
    next,
    inRevision: true,
  });
  const look = (why: string): Suggestion => ({ why, say: `describe pod ${pod} ${inNamespace({ namespace })}` });
  const secrets: Suggestion = {
    why: 'a pull secret for that registry has to exist in the namespace and to be named in imagePullSecrets',
    say: `list secrets ${inNamespace({ namespace })}`,
  };
  if (reason === 'InvalidImageName')
    return make(`that is no valid name (${said(message).split(': ').at(-1) ?? ''})`, look('the name in the template has to be corrected'));
  if (reason === 'ErrImageNeverPull')
    return make(
      'it is not on the node, and imagePullPolicy Never forbids to fetch it',
      look('another pull policy, or the image on every node'),
    );
  const missing = events.find((event) => event.reason === 'FailedToRetrieveImagePullSecret');
  const names = /secrets \(([^)]*)\)/.exec(missing?.message ?? '')?.[1];
  if (names !== undefined) return make(`its pull secret ${said(names)} does not exist`, secrets);
  if (/authori[sz]|unauthenticated|access denied|authentication required|\b401\b|\b403\b|no basic auth/i.test(message))
    return make('its registry does not let it: it asks for a login, or has no such repository', secrets);
  if (/not found|manifest unknown|does not exist|no match for platform/i.test(message))
    return make(
      /platform/.test(message) ? 'it is not made for this kind of machine' : 'its registry does not have it',
      look('the name or tag of the image is wrong, or it was never pushed'),
    );
  if (/too ?many ?requests|\b429\b|rate limit/i.test(message)) return make('its registry limits how often it may be asked', secrets);
  if (/timeout|timed out|no such host|connection refused|x509|tls|i\/o|EOF|unreachable/i.test(message))
    return make('its registry cannot be reached', look('the node cannot reach the registry, or does not trust it'));
  return make('', look('the name or tag of the image is wrong, or the registry asks for a login'));
}
