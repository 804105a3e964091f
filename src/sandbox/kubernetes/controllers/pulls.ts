/** Images: which cannot be pulled, and how the kubelet says so. */
import { type Json, type JsonObject, text } from '../json.ts';
import type { ObjectStore } from '../object-store.ts';
import { pullSecrets } from './pod-needs.ts';
import type { Fate } from './fates.ts';

export interface PullFailure {
  /** Of the waiting container. */
  reason: 'ImagePullBackOff' | 'InvalidImageName' | 'ErrImageNeverPull';
  message: string;
  /** Warnings that it is told by, besides the back-off. */
  warnings: { reason: string; message: string }[];
}

/** Repositories that ask for a login. */
const guarded = /(^|\/)private\//;
const reference = /^[a-z0-9]+([._/:-]+[a-z0-9]+)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** Undefined where the image comes. */
export function pullFailure(store: ObjectStore, pod: JsonObject, container: Json, fate: Fate): PullFailure | undefined {
  const image = text(container, 'image');
  if (!reference.test(image)) return invalidName(image);
  const secrets = pullSecrets(store, pod);
  const cause = fate === 'missing-image' ? absent(image) : refusal(image, secrets.usable);
  if (cause === undefined) return undefined;
  if (text(container, 'imagePullPolicy') === 'Never') return neverPulled(image);
  const warnings = [
    ...(secrets.missing.length === 0 ? [] : [missingSecrets(secrets.missing)]),
    { reason: 'Failed', message: `Failed to pull image "${image}": ${cause}` },
    { reason: 'Failed', message: 'Error: ErrImagePull' },
  ];
  return { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${cause}`, warnings };
}

function absent(image: string): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": not found`;
}

function refusal(image: string, hasLogin: boolean): string | undefined {
  if (!guarded.test(image) || hasLogin) return undefined;
  return `failed to pull and unpack image "${image}": failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
}

function missingSecrets(names: string[]): { reason: string; message: string } {
  return {
    reason: 'FailedToRetrieveImagePullSecret',
    message: `Unable to retrieve some image pull secrets (${names.join(', ')}); attempting to pull the image may not succeed.`,
  };
}

function invalidName(image: string): PullFailure {
  const why = /[A-Z]/.test(image.split(':')[0] ?? '')
    ? 'invalid reference format: repository name must be lowercase'
    : 'invalid reference format';
  const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${why}`;
  return {
    reason: 'InvalidImageName',
    message,
    warnings: [
      { reason: 'InspectFailed', message },
      { reason: 'Failed', message: 'Error: InvalidImageName' },
    ],
  };
}

function neverPulled(image: string): PullFailure {
  const message = `Container image "${image}" is not present with pull policy of Never`;
  return {
    reason: 'ErrImageNeverPull',
    message,
    warnings: [
      { reason: 'ErrImageNeverPull', message },
      { reason: 'Failed', message: 'Error: ErrImageNeverPull' },
    ],
  };
}
