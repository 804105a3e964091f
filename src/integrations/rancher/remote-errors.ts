/** What Rancher refuses, sorted once into coded errors. Its own words are cleaned, masked and kept. */
import { AppError, cleanLine, type ErrorCode, type HttpResponse, redact } from '#kit';
import { Refusal } from './schema.ts';

export interface About {
  host: string;
  /** `read the clusters`. */
  deed: string;
  /** The answer to a write that failed on the way says nothing on whether it was made. */
  write: boolean;
}

export function remoteError(answer: Pick<HttpResponse, 'status' | 'json' | 'text'>, { host, deed, write }: About): AppError {
  const refusal = Refusal.safeParse(answer.json);
  const said = cleanLine(redact((refusal.success ? refusal.data.message : undefined) ?? (/^\s*</.test(answer.text) ? '' : answer.text)))
    .trim()
    .slice(0, 600);
  const because = said === '' ? '' : `: ${said}`;
  const make = (code: ErrorCode, message: string, hint: string, unclear = false) =>
    new AppError(message, { code, hint, details: { status: answer.status, unclear, ...(said === '' ? {} : { said }) } });
  switch (answer.status) {
    case 400:
    case 422:
      return make('INPUT_INVALID', `Rancher does not accept this (${deed})${because}`, 'Correct what it names, then ask again.');
    case 401:
      return make(
        'AUTH_FAILED',
        `${host} does not accept the token`,
        `It may have expired. Make a new API key at https://${host}/dashboard/account and put it where connections.rancher.token points to.`,
      );
    case 403:
      return make('FORBIDDEN', `Rancher does not let you ${deed}${because}`, 'Ask an owner of the cluster for the right.');
    case 404:
      return make(
        'NOT_FOUND',
        `Rancher cannot ${deed}: it is not there, or you may not see it`,
        'See what there is: devos "show me the status of all clusters"',
      );
    case 409:
      return make(
        'CONFLICT',
        `It is there already, or was changed at the same time (${deed})${because}`,
        'Look at it again, then ask again.',
      );
    default:
      return answer.status >= 500
        ? make('REMOTE_UNAVAILABLE', `${host} failed to ${deed} (${answer.status})${because}`, 'Wait a little, then try again.', write)
        : make('REMOTE_REJECTED', `${host} answered ${answer.status} when asked to ${deed}${because}`, 'Check connections.rancher.url.');
  }
}

export function unreadable({ host, deed, write }: About): AppError {
  return new AppError(`${host} answered in a form that is not understood (${deed})`, {
    code: 'REMOTE_REJECTED',
    hint: 'Check connections.rancher.url: it must be the address of Rancher itself, without /v3 or /dashboard.',
    details: { unclear: write },
  });
}
