/** The sentences of the mission, word for word, through the command line; the effect is read by the real kubectl. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CliResult } from '../support/cli.ts';
import { realHelm, realKubectl } from '../support/real-programs.ts';
import { openRoom, type Room } from '../support/room.ts';

const [kubectl, helm] = await Promise.all([realKubectl(), realHelm()]);
let room: Room;

beforeAll(async () => {
  room = await openRoom();
});

afterAll(() => room.close());

async function seen<T>(schema: z.ZodType<T>, ...args: string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(kubectl ?? '', [...args, '-o', 'json'], { env: { ...process.env, ...room.env } });
  return schema.parse(JSON.parse(stdout));
}

const Planned = z.object({ plan: z.object({ id: z.string(), needs: z.object({ typeName: z.string().optional() }) }) });

/** Plans, shows what is planned, and approves as a person would. */
async function sayAndApprove(sentence: string): Promise<{ shown: string; done: CliResult }> {
  const shown = await room.devos(sentence);
  expect(shown, shown.stderr).toMatchObject({ code: 3 });
  const planned = await room.devos('plan', sentence, '-o', 'json');
  const { id, needs } = Planned.parse(JSON.parse(planned.stdout)).plan;
  return {
    shown: shown.stdout,
    done: await room.devos('approve', id, '--yes', ...(needs.typeName === undefined ? [] : ['--type', needs.typeName])),
  };
}

const Deployment = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ replicas: z.number() }),
  status: z.object({ readyReplicas: z.number().optional(), updatedReplicas: z.number().optional() }),
});
const Pods = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string(), uid: z.string(), deletionTimestamp: z.string().optional() }) })),
});

describe.skipIf(kubectl === undefined)('the mission', () => {
  it('Scale the web-app deployment to 5 replicas', async () => {
    const { shown, done } = await sayAndApprove('Scale the web-app deployment to 5 replicas');

    expect(shown).toMatch(/web-app {2}replicas {2}3 -> 5/);
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('verified: 5/5 ready') });
    expect(await seen(Deployment, 'get', 'deployment', 'web-app', '-n', 'shop')).toMatchObject({
      spec: { replicas: 5 },
      status: { readyReplicas: 5 },
    });
  });

  it('Restart all pods in the production namespace', async () => {
    const before = await seen(Pods, 'get', 'pods', '-n', 'production');

    const { shown, done } = await sayAndApprove('Restart all pods in the production namespace');

    for (const name of ['billing', 'orders', 'web-app']) expect(shown).toMatch(new RegExp(`~ Deployment ${name} +restart`));
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('3 of 3 workloads are restarted and ready') });
    const after = await seen(Pods, 'get', 'pods', '-n', 'production');
    const old = new Set(before.items.map(({ metadata }) => metadata.uid));
    expect(before.items).toHaveLength(9);
    // One that is ending no longer counts, as for kubectl rollout status.
    const alive = after.items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    expect(alive).toHaveLength(9);
    expect(alive.filter(({ metadata }) => old.has(metadata.uid))).toEqual([]);
  });

  it('Show me the status of all clusters', async () => {
    const { code, stdout, stderr } = await room.devos('Show me the status of all clusters');

    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^where {2}Rancher 127\.0\.0\.1:\d+\n$/) });
    expect(stdout).toMatch(/^kube-eu1 +active +v1\.34\.0 +3 /m);
    expect(stdout).toMatch(/^kube-us1 +active +v1\.34\.0 +3 /m);
    expect(stdout).toMatch(/^lab-9 +unavailable .*agent is not connected$/m);
  });

  it('Show me logs for the user-service pod', async () => {
    const pods = await seen(Pods, 'get', 'pods', '-n', 'shop', '-l', 'app=user-service');

    const { code, stdout, stderr } = await room.devos('Show me logs for the user-service pod');

    expect({ code, stderr }).toEqual({ code: 0, stderr: 'where  cluster demo, namespace shop\n' });
    for (const { metadata } of pods.items) expect(stdout).toMatch(new RegExp(`^\\[${metadata.name}\\] .*path=/health`, 'm'));
  });

  it.skipIf(helm === undefined)('Deploy the latest version of user-service using Helm', async () => {
    const { shown, done } = await sayAndApprove('Deploy the latest version of user-service using Helm');

    expect(shown).toMatch(/~ release user-service {2}chart user-service-1\.5\.0 -> user-service-1\.6\.2 \(app 2\.1\.0 -> 2\.2\.0\)/);
    expect(shown).toMatch(/image.*acme\/user-service:2\.1\.0 -> acme\/user-service:2\.2\.0/);
    expect(shown).toMatch(/undo +roll user-service back to revision 2/);
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('verified: revision 3 is deployed') });
    const { stdout } = await promisify(execFile)(helm ?? '', ['list', '-n', 'shop', '-o', 'json'], {
      env: { ...process.env, ...room.env },
    });
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'user-service', revision: '3', status: 'deployed', chart: 'user-service-1.6.2' }]);
    const Image = z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) });
    const pods = await seen(z.object({ items: z.array(Image) }), 'get', 'pods', '-n', 'shop', '-l', 'app=user-service');
    expect(pods.items.flatMap(({ spec }) => spec.containers.map(({ image }) => image))).toContain('acme/user-service:2.2.0');

    // The same sentence again: the newest is there, and nothing is sent.
    const again = await sayAndApprove('Deploy the latest version of user-service using Helm');
    expect(again.shown).toContain('revision 3 has the same chart and values; nothing is sent');
    expect(again.done).toMatchObject({ code: 0 });
  });
});
