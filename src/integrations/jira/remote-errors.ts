/** What Jira refuses, sorted once into coded errors. Its own words are cleaned, masked and kept. */
import { AppError, cleanLine, type ErrorCode, type HttpResponse, redact } from '#kit';
import type { z } from 'zod';
import { Refusal } from './schema.ts';

export interface About {
  host: string;
  /** `read issue DEV-1`. */
  deed: string;
  /** The answer to a write that failed on the way says nothing on whether it was made. */
  write: boolean;
}

export function remoteError(answer: Pick<HttpResponse, 'status' | 'json' | 'text'>, { host, deed, write }: About): AppError {
  const said = words(answer);
  const make = (code: ErrorCode, message: string, hint: string, unclear = false) =>
    new AppError(message, { code, hint, details: { status: answer.status, unclear, ...(said === '' ? {} : { said }) } });
  const because = said === '' ? '' : `: ${said}`;
  switch (answer.status) {
    case 400:
    case 422:
      return make('INPUT_INVALID', `Jira does not accept this (${deed})${because}`, 'Correct what it names, then ask again.');
    case 401:
      return make(
        'AUTH_FAILED',
        `${host} does not accept the e-mail address and API token`,
        'Make a new token at https://id.atlassian.com/manage-profile/security/api-tokens and put it where connections.jira.token points to.',
      );
    case 403:
      return make('FORBIDDEN', `Jira does not let you ${deed}${because}`, 'Ask an administrator of the project for the permission.');
    case 404:
      return make(
        'NOT_FOUND',
        `Jira cannot ${deed}: it is not there, or you may not see it`,
        'Check the key; what you can see: devos "show my tickets"',
      );
    case 409:
      return make('CONFLICT', `Somebody changed it at the same time (${deed})`, 'Look at it again, then ask again.');
    default:
      break;
  }
  if (answer.status >= 500)
    return make('REMOTE_UNAVAILABLE', `${host} failed to ${deed} (${answer.status})${because}`, 'Wait a little, then try again.', write);
  return make(
    'REMOTE_REJECTED',
    `${host} answered ${answer.status} when asked to ${deed}${because}`,
    'Check connections.jira.url: it must be the address of the Jira site.',
  );
}

/** A success that cannot be read. After a write the change stands all the same. */
export function unreadable({ host, deed, write }: About, error: z.ZodError): AppError {
  const [issue] = error.issues;
  return new AppError(`${host} answered in a form that is not understood (${deed})`, {
    code: 'REMOTE_REJECTED',
    hint: 'Check connections.jira.url: it must be the address of a Jira Cloud site.',
    details: { unclear: write, at: issue?.path.join('.') ?? '' },
    cause: error,
  });
}

function words({ json, text }: Pick<HttpResponse, 'json' | 'text'>): string {
  const parsed = Refusal.safeParse(json);
  const parts = parsed.success
    ? [
        ...(parsed.data.errorMessages ?? []),
        ...Object.entries(parsed.data.errors ?? {}).map(([field, message]) => `${field}: ${String(message)}`),
      ]
    : [/^\s*</.test(text) ? '' : text];
  return cleanLine(redact(parts.join('; ')))
    .trim()
    .slice(0, 600);
}
