/** Charts that are written, with the real helm. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateChart } from '../../src/integrations/helm/actions/generate-chart.ts';
import { removeChart } from '../../src/integrations/helm/actions/remove-chart.ts';
import { realHelm } from '../support/real-programs.ts';
import { failure, type HelmWorld, planAndRun, startHelmWorld } from './world.ts';

const program = await realHelm();
let world: HelmWorld;

beforeAll(async () => {
  if (program !== undefined) world = await startHelmWorld(program);
});

afterAll(() => world?.close());

const preview = (input: object) => generateChart.preview(generateChart.input.parse(input), world.context());

describe.skipIf(program === undefined)('a new chart', () => {
  it('is shown file by file, written at once, and lints', async () => {
    const { preview: shown, bound, output } = await planAndRun(generateChart, { name: 'wallet' }, world.context());

    expect(shown.input).toMatchObject({ name: 'wallet', path: './charts', digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(shown.diff).toEqual(expect.arrayContaining([expect.stringMatching(/^\+ charts\/wallet\/Chart\.yaml {2}\d+ lines$/)]));
    expect(output.files).toBe(shown.diff?.length);
    expect(await generateChart.find?.(bound, world.context())).toMatchObject({ path: output.path, digest: output.digest });
    expect(await generateChart.verify?.(bound, output, world.context())).toMatchObject({ ok: true });
    expect((await readdir(world.dir)).filter((name) => name.startsWith('.devos-'))).toEqual([]);
    expect(world.sandbox.requests).toEqual([]);
  });

  it('goes on the way back, with the folder that was made for it', async () => {
    const { bound, output } = await planAndRun(generateChart, { name: 'ledger', path: './deploy/charts' }, world.context());
    const back = generateChart.undo?.(bound, output);

    await planAndRun(removeChart, back?.input ?? {}, world.context());

    expect(back?.action).toBe('helm.chart.remove');
    expect(existsSync(join(world.dir, 'deploy'))).toBe(false);
  });

  it('stays where somebody changed it since', async () => {
    const { bound, output } = await planAndRun(generateChart, { name: 'edited' }, world.context());
    await writeFile(join(output.path, 'values.yaml'), 'replicaCount: 9\n');

    const error = await failure(removeChart.run(removeChart.input.parse(generateChart.undo?.(bound, output).input), world.context()));

    expect(error).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('was changed since') });
    expect(existsSync(output.path)).toBe(true);
    expect(await generateChart.find?.(bound, world.context())).toBeUndefined();
  });

  it('is written over nothing', async () => {
    await mkdir(join(world.dir, 'charts', 'taken'), { recursive: true });
    const asked = generateChart.input.parse((await preview({ name: 'late' })).input);
    await mkdir(join(world.dir, 'charts', 'late'), { recursive: true });

    expect(await failure(preview({ name: 'taken' }))).toMatchObject({ code: 'CONFLICT' });
    expect(await failure(generateChart.run(asked, world.context()))).toMatchObject({ code: 'CONFLICT' });
    expect(await readdir(join(world.dir, 'charts', 'late'))).toEqual([]);
  });

  it('is written nowhere else: not above, not through a link', async () => {
    await symlink('/', join(world.dir, 'root'));

    for (const path of ['../elsewhere', '/etc/charts', './root/tmp'])
      expect(await failure(preview({ name: 'wallet', path }))).toMatchObject({ code: 'INPUT_INVALID' });
    const away = removeChart.input.parse({ path: '/etc', digest: '0'.repeat(64) });
    expect(await failure(removeChart.run(away, world.context()))).toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('is stale where helm would write another one', async () => {
    const asked = generateChart.input.parse({ ...(await preview({ name: 'other' })).input, digest: '0'.repeat(64) });

    expect(await failure(generateChart.run(asked, world.context()))).toMatchObject({ code: 'PLAN_STALE' });
    expect(existsSync(join(world.dir, 'charts', 'other'))).toBe(false);
  });
});
