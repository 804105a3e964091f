/** What the API server refuses, sorted once into coded errors. Its own words are cleaned and kept as a detail. */
import { AppError, cleanLine, type ErrorCode, type HttpResponse, redact } from '#kit';
import type { Target } from './kubeconfig-context.ts';
import { qualified, type Resource } from './resources.ts';
import { Status } from './schema.ts';

/** What was asked for, in the words of the API. */
export interface About {
  verb: 'get' | 'list' | 'watch' | 'patch' | 'create' | 'delete';
  resource?: Resource;
  /** Of the path, where it has one. */
  namespace?: string | undefined;
  name?: string | undefined;
  /** Part of an object: `log`. */
  subresource?: string;
}

export interface Asker {
  target: Pick<Target, 'context' | 'server' | 'user' | 'login'>;
  /** As whom the server saw the request, as far as it is known. */
  who: string;
  anonymous: boolean;
}

const changes = (about: About): boolean => about.verb === 'patch' || about.verb === 'create' || about.verb === 'delete';

/** The error for an answer that is not a success. */
export function remoteError(answer: Pick<HttpResponse, 'status' | 'json' | 'text'>, about: About, asker: Asker): AppError {
  const parsed = Status.safeParse(answer.json);
  const status = parsed.success ? parsed.data : undefined;
  const said = cleanLine(redact(status?.message ?? answer.text))
    .trim()
    .slice(0, 600);
  const make = (code: ErrorCode, message: string, hint: string, details: Record<string, unknown> = {}) =>
    new AppError(message, {
      code,
      hint,
      details: {
        status: answer.status,
        ...(status?.reason ? { reason: cleanLine(status.reason) } : {}),
        ...(said === '' ? {} : { said }),
        ...details,
      },
    });
  const place = placeOf(asker);
  switch (answer.status) {
    case 401:
      return make('AUTH_FAILED', `${place} does not accept the credentials of ${userOf(asker)}`, signInHint(asker));
    case 403:
      if (/exceeded quota/.test(said))
        return make(
          'CONFLICT',
          `The namespace has no room for ${thing(about)}: ${said.replace(/^.*?(exceeded quota)/, '$1')}`,
          'Ask for less, delete something, or have the quota raised: kubectl describe resourcequota',
          {
            unclear: false,
          },
        );
      return asker.anonymous
        ? make('AUTH_FAILED', `${place} was asked without credentials: ${userOf(asker)} has none in the kubeconfig`, signInHint(asker))
        : make('FORBIDDEN', `${asker.who} may not ${deed(about)} in ${place}`, rightsHint(about, asker), {
            who: asker.who,
            verb: about.verb,
          });
    case 404:
      return notFound(about, asker, status?.details?.kind === 'namespaces', make);
    case 409:
      if (status?.reason === 'AlreadyExists')
        return make('CONFLICT', `There is a ${thing(about)} already`, 'Look at it first, or take another name.', { unclear: false });
      if (ownedFields(status).length > 0) return ownedByOthers(about, ownedFields(status), make);
      return make(
        'CONFLICT',
        `${thing(about)} was changed by somebody else at the same time`,
        'Nothing was changed. Look at it again, then ask again.',
        { unclear: false },
      );
    case 400:
    case 422:
      return make(
        'INPUT_INVALID',
        `${place} does not accept this: ${said === '' ? `status ${answer.status}` : said}`,
        'Correct what it names, then ask again.',
        fieldDetails(status),
      );
    case 410:
      return make(
        'REMOTE_UNAVAILABLE',
        `${place} no longer knows the version that was asked for`,
        'Ask again; the list is then read anew.',
        { expired: true },
      );
    case 429:
      if (isBudget(status))
        return make(
          'CONFLICT',
          `${place} keeps the pod: a PodDisruptionBudget needs it`,
          'Try again when more pods of it are ready, or scale it up first.',
          { unclear: false, budget: budgetWords(status) },
        );
      return make('REMOTE_LIMITED', `${place} answered: too many requests`, 'Wait a little, then try again.', { unclear: false });
    default:
      return answer.status >= 500
        ? make(
            'REMOTE_UNAVAILABLE',
            `${place} failed with ${answer.status}${said === '' ? '' : `: ${said}`}`,
            `Try again. See how it is: kubectl get --raw /readyz --context ${asker.target.context}`,
            { unclear: changes(about) },
          )
        : make(
            'REMOTE_REJECTED',
            `${place} rejected the request with ${answer.status}${said === '' ? '' : `: ${said}`}`,
            'Check that the address in the kubeconfig is that of a Kubernetes API server.',
            answer.status < 400 ? { unclear: changes(about) } : {},
          );
  }
}

/** Of a server-side apply: `.spec.replicas` and who set it. */
function ownedFields(status: Status | undefined): { field: string; owner: string }[] {
  return (status?.details?.causes ?? []).flatMap(({ reason, message, field }) =>
    reason === 'FieldManagerConflict'
      ? [{ field: cleanLine(field ?? ''), owner: cleanLine(/"([^"]*)"/.exec(message ?? '')?.[1] ?? message ?? 'somebody else') }]
      : [],
  );
}

function ownedByOthers(about: About, fields: { field: string; owner: string }[], make: Make): AppError {
  const text = fields
    .slice(0, 5)
    .map(({ field, owner }) => `${field} (${owner})`)
    .join(', ');
  return make(
    'CONFLICT',
    `${thing(about)} has fields that others set and hold: ${text}${fields.length > 5 ? ` and ${fields.length - 5} more` : ''}`,
    'Leave these fields out of the manifest, or settle it with their owner. To take them over by hand: kubectl apply --server-side --force-conflicts',
    { unclear: false, fields },
  );
}

/** An eviction that a budget forbids is answered like a rate limit; waiting a little does not help. */
function isBudget(status: Status | undefined): boolean {
  return (status?.details?.causes ?? []).some(({ reason }) => reason === 'DisruptionBudget');
}

/** `The disruption budget orders needs 3 healthy pods and has 3 currently`. */
function budgetWords(status: Status | undefined): string {
  const cause = (status?.details?.causes ?? []).find(({ reason }) => reason === 'DisruptionBudget');
  return cleanLine(redact(cause?.message ?? '')).slice(0, 300);
}

type Make = (code: ErrorCode, message: string, hint: string, details?: Record<string, unknown>) => AppError;

function notFound(about: About, asker: Asker, isNamespace: boolean, make: Make): AppError {
  const { resource, namespace, name } = about;
  const context = asker.target.context;
  if ((isNamespace && resource?.kind !== 'Namespace') || (resource?.kind === 'Namespace' && name !== undefined))
    return namespaceMissing(namespace ?? name ?? '', asker, []);
  if (resource !== undefined && name !== undefined) return objectMissing(about, asker, '');
  if (resource !== undefined)
    return make(
      'NOT_FOUND',
      `${placeOf(asker)} has no ${qualified(resource)}`,
      `See what it has: kubectl api-resources --context ${context}`,
      { kind: resource.kind },
    );
  return make('NOT_FOUND', `${placeOf(asker)} does not offer this`, `Check the address: kubectl cluster-info --context ${context}`);
}

/** `near`: names that look alike, for the hint. */
export function objectMissing(about: Pick<About, 'resource' | 'namespace' | 'name'>, asker: Asker, hint: string): AppError {
  const { resource, namespace, name = '' } = about;
  const flag = namespace === undefined ? '' : ` -n ${namespace}`;
  const where = namespace === undefined ? '' : ` in the namespace ${namespace}`;
  return new AppError(`There is no ${resource?.kind ?? 'object'} ${name}${where} of ${placeOf(asker)}`, {
    code: 'NOT_FOUND',
    hint:
      hint === ''
        ? `See what there is: kubectl get ${resource === undefined ? 'all' : qualified(resource)}${flag} --context ${asker.target.context}`
        : hint,
    details: { kind: resource?.kind, name, ...(namespace === undefined ? {} : { namespace }) },
  });
}

export function namespaceMissing(namespace: string, asker: Asker, near: string[]): AppError {
  return new AppError(`There is no namespace ${namespace} in ${placeOf(asker)}`, {
    code: 'NAMESPACE_NOT_FOUND',
    hint:
      near.length > 0
        ? `Did you mean ${near.join(', ')}?`
        : `See which there are: kubectl get namespaces --context ${asker.target.context}`,
    details: { namespace, near },
  });
}

/** The answer has the right status, but is not what Kubernetes sends. */
export function unreadable(about: About, asker: Asker): AppError {
  return new AppError(`${placeOf(asker)} answered with something that is not Kubernetes JSON`, {
    code: 'REMOTE_REJECTED',
    hint: 'Check that the address in the kubeconfig is that of a Kubernetes API server, and no proxy stands before it.',
    details: { unclear: changes(about) },
  });
}

/** No answer at all: says which cluster, and what to look at. */
export function unreachable(error: AppError, { target }: Asker): AppError {
  if (error.code !== 'REMOTE_UNAVAILABLE' && error.code !== 'TIMEOUT') return error;
  const answered = error.details['status'];
  const said = wordsOf(error.details['text']);
  if (typeof answered === 'number')
    return new AppError(
      `The cluster ${target.context} at ${target.server} is not ready to answer (${answered})${said === '' ? '' : `: ${said}`}`,
      {
        code: error.code,
        hint: error.hint,
        details: { ...error.details, server: target.server },
        cause: error,
      },
    );
  const reason = String(error.details['reason'] ?? '');
  const isTrust = /CERT|SIGNATURE|ISSUER|TLS|SSL/.test(reason);
  const what = isTrust
    ? `The certificate of the cluster ${target.context} at ${target.server} is not trusted: ${reason}`
    : `The cluster ${target.context} at ${target.server} cannot be reached${reason === '' ? '' : `: ${reason}`}`;
  const isSlow = error.code === 'TIMEOUT';
  return new AppError(isSlow ? `The cluster ${target.context} at ${target.server} did not answer in time` : what, {
    code: error.code,
    hint: isTrust
      ? 'Check certificate-authority and tls-server-name of this cluster: kubectl config view'
      : `Check that it runs and that you reach it (VPN, address): kubectl cluster-info --context ${target.context}`,
    details: { ...error.details, server: target.server },
    cause: error,
  });
}

/** What the server, or a proxy before it such as Rancher's, says in the body of an error. */
function wordsOf(text: unknown): string {
  if (typeof text !== 'string') return '';
  const message = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  const words = message ?? (/^\s*[{<[]/.test(text) ? '' : text);
  return cleanLine(redact(words)).trim().slice(0, 200);
}

function placeOf({ target }: Asker): string {
  return `the cluster ${target.context}`;
}

function userOf({ target }: Asker): string {
  return target.user === '' ? 'this context' : `the user ${target.user}`;
}

function signInHint({ target }: Asker): string {
  if (target.login.exec !== undefined) return `Sign in again, for example by: kubectl get namespaces --context ${target.context}`;
  return `Get new credentials for it, then: kubectl config set-credentials ${target.user || 'NAME'} --token=…`;
}

/** `patch deployments.apps web-app in the namespace shop`. */
function deed({ verb, resource, namespace, name, subresource }: About): string {
  const kind = resource === undefined ? 'this' : `${qualified(resource)}${subresource === undefined ? '' : `/${subresource}`}`;
  return `${verb} ${kind}${name === undefined ? '' : ` ${name}`}${namespace === undefined ? '' : ` in the namespace ${namespace}`}`;
}

function rightsHint({ verb, resource, namespace, subresource }: About, { target }: Asker): string {
  if (resource === undefined) return 'Ask the owner of the cluster for the right.';
  const kind = `${qualified(resource)}${subresource === undefined ? '' : `/${subresource}`}`;
  const all = resource.namespaced ? ' -A' : '';
  const scope = namespace === undefined ? all : ` -n ${namespace}`;
  return `Ask the owner of the cluster for "${verb}" on ${kind}. Check with: kubectl auth can-i ${verb} ${kind}${scope} --context ${target.context}`;
}

function thing({ resource, name }: About): string {
  return `${resource?.kind ?? 'The object'}${name === undefined ? '' : ` ${name}`}`;
}

function fieldDetails(status: Status | undefined): Record<string, unknown> {
  const fields = (status?.details?.causes ?? []).flatMap((cause) => (cause.field ? [cleanLine(cause.field)] : []));
  return fields.length === 0 ? {} : { fields };
}
