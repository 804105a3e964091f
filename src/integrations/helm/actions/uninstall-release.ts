import { defineAction, destructive, verbs } from '#kit';
import { z } from 'zod';
import type { HelmClient } from '../client.ts';
import { counted, release, target, words } from '../inputs.ts';
import { readManifest } from '../manifests.ts';
import { assertNotPending, findRelease, readRelease } from '../releases.ts';

const Input = z.object({ release: release(), ...target });
type Input = z.infer<typeof Input>;

const Output = z.object({ release: z.string(), namespace: z.string() });
type Output = z.infer<typeof Output>;

export const uninstallRelease = defineAction<HelmClient>()<Input, Output>({
  id: 'helm.release.uninstall',
  summary: 'Remove a release',
  permission: 'helm:write',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [`uninstall|${verbs.takeDown} & helm`, `uninstall|${verbs.takeDown} & release`, 'uninstall|un-install|deinstall'],
    also: `${words}|uninstall|delete|remove|rid|from|it|that|dead|weight|old|unused|completely|entirely|its|legacy|obsolete|and|all|resources|everything|again`,
    examples: ['uninstall the helm release old-proxy', 'helm uninstall old-proxy in {namespace}', 'remove the release old-proxy with helm'],
    counterExamples: ['should I uninstall the helm release loki?', 'uninstall the game', 'who uninstalled loki?'],
  },
  usualSafety: 'destructive',
  safety: (_input, { environment, live }) =>
    destructive(
      `everything of the release goes${typeof live?.['objects'] === 'number' ? `: ${counted(live['objects'], 'object')}` : ''}, its history too`,
      ...(environment?.production === true ? ['production'] : []),
      ...(Number(live?.['claims'] ?? 0) > 0 ? ['volume claims go, and what is in them'] : []),
    ),
  preview: (input, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, async (place) => {
      const current = await readRelease(place, input.release);
      assertNotPending(place, current);
      const objects = [...readManifest(current.manifest ?? '').values()];
      const kept = objects.filter(({ body }) => keeps(body));
      const going = objects.filter(({ body }) => !keeps(body));
      const isStateful = going.some(({ kind }) => kind === 'StatefulSet');
      return {
        input: { release: input.release, ...place.resolved },
        where: place.where,
        description: `uninstall the release ${input.release}, ${counted(going.length, 'object')} and ${counted(current.version, 'revision')}`,
        diff: [
          ...going.map(({ title }) => `- ${title}`),
          ...kept.map(({ title }) => `  ${title} stays (helm.sh/resource-policy: keep)`),
          ...(isStateful ? ['  volume claims of its StatefulSets stay'] : []),
        ],
        command: ['helm', 'uninstall', input.release, '--wait', ...place.flags],
        ...(place.environment === undefined ? {} : { environment: place.environment }),
        facts: { objects: going.length, claims: going.filter(({ kind }) => kind === 'PersistentVolumeClaim').length },
        precondition: { revision: current.version },
      };
    }),
  run: (input, { client, cwd, signal, progress }) =>
    client.at(input, { cwd, signal }, async (place) => {
      progress(`helm uninstall ${input.release}`);
      // It may be gone already, from an attempt before.
      if ((await findRelease(place, input.release)) !== undefined)
        await place.run(['uninstall', input.release, '--wait', '--timeout', client.config.timeout], { timeoutMs: 700_000, write: true });
      return { release: input.release, namespace: place.namespace };
    }),
  verify: (input, output, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, async (place) => {
      const left = await findRelease(place, output.release);
      return left === undefined
        ? { ok: true, message: `${output.release} is gone` }
        : { ok: false, message: `${output.release} is ${left.info.status}` };
    }),
  render: ({ release: name, namespace: at }) => ({ text: `${name} in ${at}: uninstalled` }),
});

function keeps(body: Record<string, unknown>): boolean {
  const field = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return field(field(field(body, 'metadata'), 'annotations'), 'helm.sh/resource-policy') === 'keep';
}
