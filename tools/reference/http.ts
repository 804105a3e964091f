/** docs/reference/http.md: the routes and shapes as `src/kit/api.ts` states them, checked against the routes that exist. */

export interface HttpSources {
  /** Text of src/kit/api.ts. */
  api: string;
  /** Text of src/server/routes.ts. */
  routes: string;
}

/** Throws where a route exists that the table does not list, or the other way round. */
export function httpPage({ api, routes }: HttpSources): string {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(api)?.[1] ?? '';
  const lines = comment.split('\n').map((line) => line.replace(/^ \* ?/, ''));
  const table = lines.filter((line) => line.startsWith('|'));
  assertSame(listedRoutes(table), builtRoutes(routes));
  const shapes = api.slice(api.indexOf('export type')).trimEnd();
  return [
    '# HTTP API',
    'The daemon answers on a unix socket that only its owner can open: `curl --unix-socket "$SOCKET" http://devos/v1/health`. `devos daemon status` prints the path.',
    table.join('\n'),
    'An error answer is `{ "schemaVersion": 1, "error": ErrorBody }` with the status of its [code](errors.md). Times are RFC 3339 in UTC.',
    '## Shapes',
    `\`\`\`ts\n${shapes}\n\`\`\``,
  ].join('\n\n');
}

function listedRoutes(table: string[]): string[] {
  return table.slice(2).flatMap((row) => {
    const [method = '', paths = ''] = /^\| (\w+)\s+(.*?) \|/.exec(row)?.slice(1) ?? [];
    const [first = '', ...more] = paths.split(', ').map((path) => path.split('?')[0] ?? '');
    return [first, ...more.map((path) => sibling(first, path))].map((path) => `${method} ${path}`);
  });
}

/** `/v1/runs/:id/cancel, /resume` lists a second ending of the same path. */
function sibling(first: string, path: string): string {
  return path.startsWith('/v1/') ? path : `${first.slice(0, first.lastIndexOf('/'))}${path}`;
}

function builtRoutes(routes: string): string[] {
  return [...routes.matchAll(/\bapp\.(get|post|put|patch|delete)\(\s*'([^']+)'/g)].map(
    ([, method = '', path = '']) => `${method.toUpperCase()} ${path}`,
  );
}

function assertSame(listed: string[], built: string[]): void {
  const missing = built.filter((route) => !listed.includes(route));
  const extra = listed.filter((route) => !built.includes(route));
  if (missing.length + extra.length > 0)
    throw new Error(
      `The table of src/kit/api.ts and src/server/routes.ts differ. Not listed: ${missing.join(', ') || 'none'}. Not built: ${extra.join(', ') || 'none'}.`,
    );
}
