/** Where and as whom, and which project or person a word means. */
import { AppError, cleanLine } from '#kit';
import type { JiraClient } from './client.ts';
import type { JiraUser, Project } from './schema.ts';

export async function asWhom(client: JiraClient, signal: AbortSignal): Promise<string> {
  return personTitle(await client.me(signal));
}

export function personTitle({ displayName, emailAddress }: JiraUser): string {
  return emailAddress === null || emailAddress === undefined || emailAddress === '' ? displayName : `${displayName} <${emailAddress}>`;
}

/** By key, else by name. Without a word: the configured project, else the only one there is. Throws NOT_FOUND, AMBIGUOUS or NEEDS_ANSWER. */
export async function resolveProject(client: JiraClient, wanted: string | undefined, signal: AbortSignal): Promise<Project> {
  const text = wanted ?? client.defaultProject;
  if (text === undefined) return onlyProject(client, signal);
  const byKey = /^[A-Za-z][A-Za-z0-9_]*$/.test(text) ? await client.findProject(text.toUpperCase(), signal) : undefined;
  if (byKey !== undefined) return byKey;
  const found = await client.projects(text, signal);
  const exact = found.filter(({ name }) => name.toLowerCase() === text.toLowerCase());
  const [only, ...others] = exact.length > 0 ? exact : found;
  if (only === undefined) throw noProject(client, text, await client.projects('', signal));
  if (others.length > 0)
    throw new AppError(`"${cleanLine(text)}" means several projects in ${client.host}`, {
      code: 'AMBIGUOUS',
      hint: `Name one by its key: ${titles([only, ...others])}`,
      details: { options: [only, ...others].map(({ key }) => key) },
    });
  // A search result does not hold the types.
  return (await client.findProject(only.key, signal)) ?? only;
}

async function onlyProject(client: JiraClient, signal: AbortSignal): Promise<Project> {
  const all = await client.projects('', signal);
  const [only, ...others] = all;
  if (only === undefined) throw noProject(client, '', all);
  if (others.length === 0) return (await client.findProject(only.key, signal)) ?? only;
  throw new AppError('Which project?', {
    code: 'NEEDS_ANSWER',
    hint: `Say it, for example "… in project ${only.key}", or set connections.jira.project. There are: ${titles(all)}`,
    details: { input: 'project', options: all.map(({ key }) => key) },
  });
}

function noProject({ host }: JiraClient, text: string, all: Project[]): AppError {
  return new AppError(
    text === '' ? `You can see no project in ${host}` : `There is no project "${cleanLine(text)}" in ${host}, or you may not see it`,
    {
      code: 'NOT_FOUND',
      hint: all.length === 0 ? 'Ask an administrator for access to a project.' : `There are: ${titles(all)}`,
      details: { options: all.map(({ key }) => key) },
    },
  );
}

function titles(projects: Project[]): string {
  const shown = projects.slice(0, 12).map(({ key, name }) => `${key} (${name})`);
  return projects.length > shown.length ? `${shown.join(', ')} and ${projects.length - shown.length} more` : shown.join(', ');
}

/** `me`, an account id, a name or an e-mail address. With a project only people who can be assigned there count. */
export async function resolvePerson(
  client: JiraClient,
  wanted: string,
  project: string | undefined,
  signal: AbortSignal,
): Promise<JiraUser> {
  if (wanted.toLowerCase() === 'me') return client.me(signal);
  const text = wanted.replace(/^@/, '');
  const query = /^(?:[0-9a-f]{24}|\d+:[0-9a-f-]{36})$/i.test(text) ? { accountId: text } : { query: text };
  const found = (await client.users(query, project, signal)).filter(({ active }) => active);
  const exact = found.filter(({ displayName, emailAddress }) =>
    [displayName, emailAddress].some((name) => name?.toLowerCase() === text.toLowerCase()),
  );
  const [only, ...others] = exact.length > 0 ? exact : found;
  if (only === undefined)
    throw new AppError(
      `Jira knows nobody called "${cleanLine(text)}"${project === undefined ? '' : ` who can be assigned in ${project}`}`,
      {
        code: 'NOT_FOUND',
        hint: 'Give the full name or the e-mail address, or "me".',
      },
    );
  if (others.length > 0)
    throw new AppError(`"${cleanLine(text)}" means several people`, {
      code: 'AMBIGUOUS',
      hint: `Give the full name: ${[only, ...others].map(personTitle).join(', ')}`,
      details: { options: [only, ...others].map(({ displayName }) => displayName) },
    });
  return only;
}
