import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AnyAction, count, defineAction, defineIntegration, errorCodes, moderate, workload, planAction } from '../../src/kit/index.ts';
import { actionsPage } from './actions.ts';
import { cliPage } from './cli.ts';
import { errorsPage } from './errors.ts';
import { httpPage } from './http.ts';

const api = `/**
 * What travels.
 *
 * | route | body | answer |
 * | --- | --- | --- |
 * | GET  /v1/runs?limit= | | RunView[] |
 * | POST /v1/runs/:id/cancel, /resume | | RunView |
 * | POST /v1/connections, /v1/doctor | | Check[] |
 */
import type { Json } from './action.ts';

export type Output = 'json';
`;
const routes =
  "app.get('/v1/runs', x);\napp.post('/v1/runs/:id/cancel', x);\napp.post('/v1/runs/:id/resume', x);\napp.post('/v1/connections', x);\napp.post('/v1/doctor', x);";

describe('the HTTP page', () => {
  it('shows table and shapes', () => {
    const page = httpPage({ api, routes });

    expect(page).toContain('| POST /v1/runs/:id/cancel, /resume | | RunView |');
    expect(page).toContain("export type Output = 'json';");
    expect(page).not.toContain('import type');
  });

  it('refuses a route that is not listed and one that is not built (planted)', () => {
    expect(() => httpPage({ api, routes: `${routes}\napp.get('/v1/secret', x);` })).toThrow('Not listed: GET /v1/secret');
    expect(() => httpPage({ api, routes: routes.replace("app.post('/v1/doctor', x);", '') })).toThrow('Not built: POST /v1/doctor');
  });
});

describe('the page of error codes', () => {
  it('has a heading for each code that `docs` of an error points to', () => {
    const headings = new Set([...errorsPage().matchAll(/^### (\w+)$/gm)].map(([, code]) => code));

    expect([...headings]).toEqual(expect.arrayContaining([...Object.keys(errorCodes), 'NEGATED']));
  });
});

describe('the page of actions', () => {
  it('comes from the declaration', () => {
    const scale: AnyAction = defineAction<object>()({
      id: 'kubernetes.deployment.scale',
      summary: 'Scale a workload',
      permission: 'kubernetes:write',
      idempotent: true,
      input: z.object({ name: workload(), replicas: count({ max: 9, nouns: [], describe: 'How many | at most', ask: '?' }).optional() }),
      output: z.object({}),
      language: { triggers: [], examples: ['scale {name}'] },
      usualSafety: 'moderate',
      safety: () => moderate(),
      preview: () => Promise.reject(new Error('not asked')),
      run: () => Promise.reject(new Error('not asked')),
    });
    const integration = defineIntegration<object>({
      id: 'kubernetes',
      summary: 'Workloads',
      config: z.object({}),
      actions: [scale],
      carries: [],
      connect: () => Promise.reject(new Error('not asked')),
      health: () => Promise.reject(new Error('not asked')),
    });

    const later = planAction({
      id: 'helm.release.rollback',
      summary: 'Roll back',
      permission: 'helm:write',
      usualSafety: 'destructive',
      input: z.object({}),
      language: { triggers: ['roll back'], examples: ['roll back wallet'] },
    });

    expect(actionsPage([integration], [later])).toContain('| helm.release.rollback | Roll back | roll back wallet |');
    expect(actionsPage([integration], [])).toContain(`### kubernetes.deployment.scale

Scale a workload.

safety: moderate · permission: \`kubernetes:write\` · cannot be undone

| input | type | |
| --- | --- | --- |
| name | text | Name of the workload, such as web-app |
| replicas? | whole number from 0 to 9 | How many \\| at most |

- "scale {name}"`);
  });
});

describe('the page of the command line', () => {
  it('lists usage and flags', () => {
    const command = {
      usage: ['approve P-…'],
      flags: { yes: { type: 'boolean' as const, short: 'y', help: 'a|b' } },
      startsDaemon: true,
      run: async () => 0,
    };
    const entry = { summary: 'Approve a plan', group: 'say' as const, load: async () => command };

    expect(cliPage([{ name: 'approve', entry, command }])).toContain(
      '```\ndevos approve P-…\n```\n\n| flag | |\n| --- | --- |\n| `--yes` `-y` | a\\|b |',
    );
  });
});
