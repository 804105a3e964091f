import { cleanLine, cleanText, defineAction, type JsonObject, safe } from '#kit';
import { z } from 'zod';
import type { HelmClient } from '../client.ts';
import { release, target, words } from '../inputs.ts';
import { readRelease } from '../releases.ts';

const Input = z.object({ release: release(), ...target });
type Input = z.infer<typeof Input>;

const Output = z.object({
  name: z.string(),
  namespace: z.string(),
  revision: z.number(),
  status: z.string(),
  deployed: z.string(),
  description: z.string(),
  resources: z.array(z.string()),
  notes: z.string(),
});
type Output = z.infer<typeof Output>;

export const releaseStatus = defineAction<HelmClient>()<Input, Output>({
  id: 'helm.release.status',
  summary: 'Show the status of a release',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'helm & status|state|healthy|health|ok|okay|fine|doing|how|describe|details|detail|info|information|revision|version|stuck|working|successful|succeeded|succeed|work|worked|fail|through',
      'is & deployed & helm',
      'status|state|health|details|version|revision|doing & release',
    ],
    also: `${words}|revision|version|current|at|status|state|healthy|health|is|how|doing|deployed|show|check|ok|describe|details|detail|info|information|about|okay|fine|stuck|failed|installed|working|successful|succeeded|succeed|work|worked|fail|install|finish|finished|go|went|through|did|has|last|upgrade|deployment|which|what|get|see|tell|me|still|pending|right|now|in|it|currently|properly|correctly`,
    examples: ['show the helm status of the release loki', 'helm status loki', 'is the helm release loki deployed?'],
    counterExamples: ['explain how helm works'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: (input, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, ({ where, resolved, flags }) =>
      Promise.resolve({
        input: { release: input.release, ...resolved },
        where,
        description: `show the status of the release ${input.release}`,
        diff: [],
        command: ['helm', 'status', input.release, ...flags],
        facts: {},
        precondition: {},
      }),
    ),
  run: (input, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, async (place) => {
      const { name, version, info } = await readRelease(place, input.release);
      return {
        name: cleanLine(name),
        namespace: place.namespace,
        revision: version,
        status: cleanLine(info.status),
        deployed: cleanLine(info.last_deployed ?? ''),
        description: cleanLine(info.description ?? ''),
        resources: Object.entries(info.resources ?? {}).flatMap(([group, objects]) =>
          (objects ?? []).map((object) => resourceLine(group, object)),
        ),
        notes: cleanText(info.notes ?? '').trim(),
      };
    }),
  render: ({ name, namespace: at, revision, status, deployed, description, resources, notes }) => ({
    text: [
      `${name} in ${at}: ${status}, revision ${revision}${deployed === '' ? '' : `, ${deployed.slice(0, 19)}`}`,
      ...(description === '' ? [] : [description]),
      ...resources.map((line) => `  ${line}`),
      ...(notes === '' ? [] : ['', notes]),
    ].join('\n'),
  }),
});

/** `Deployment web  3/3 ready`. */
function resourceLine(group: string, object: JsonObject): string {
  const field = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  const kind = String(field(object, 'kind') ?? group.replace(/^.*\//, ''));
  const [status, spec] = [field(object, 'status'), field(object, 'spec')];
  const wanted = field(spec, 'replicas');
  const ready = typeof wanted === 'number' ? `  ${Number(field(status, 'readyReplicas') ?? 0)}/${wanted} ready` : '';
  const phase = field(status, 'phase');
  return cleanLine(
    `${kind} ${String(field(field(object, 'metadata'), 'name') ?? '')}${ready}${typeof phase === 'string' ? `  ${phase}` : ''}`,
  );
}
