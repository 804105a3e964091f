import { choice, cleanLine, defineAction, flag, safe } from '#kit';
import { z } from 'zod';
import type { HelmClient } from '../client.ts';
import { target, words } from '../inputs.ts';
import { listReleases as readAll } from '../releases.ts';
import { ListedRelease } from '../schema.ts';

const Input = z.object({
  allNamespaces: flag(
    ['all namespaces', 'every namespace', 'everywhere', 'across namespaces', 'all ns', 'in all namespaces'],
    'In all namespaces',
  ).optional(),
  status: choice(
    {
      deployed: ['deployed'],
      failed: ['failed', 'broken'],
      pending: ['pending', 'stuck'],
      superseded: ['superseded'],
      uninstalled: ['uninstalled'],
    },
    'Status',
    'Which status?',
  ).optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const Output = z.object({ releases: z.array(ListedRelease), namespace: z.string().nullable() });
type Output = z.infer<typeof Output>;

export const listReleases = defineAction<HelmClient>()<Input, Output>({
  id: 'helm.releases.list',
  summary: 'List releases',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'helm & releases|list|ls',
      'helm releases',
      'what|which|list|show|all|any|how many|get|find & releases',
      'helm & installed|deployed|running|have|got',
      'what|which|list|show|anything & installed|deployed|managed & helm',
    ],
    also: `${words}|list|ls|all|which|what|installed|deployed|failed|pending|status|every|everywhere|exist|have|there|run|runs|running|got|any|anything|how|many|find|get|see|me|state|broken|failing|managed|by|everything|things|stuff|it|right|now|currently|active|names`,
    examples: ['list the helm releases', 'helm ls in {namespace}', 'all helm releases, all namespaces'],
    counterExamples: ['how do helm releases work?'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: (input, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, ({ cluster, where, resolved, flags }) => {
      const isWide = input.allNamespaces === true;
      return Promise.resolve({
        input: {
          ...(input.status === undefined ? {} : { status: input.status }),
          ...(isWide ? { allNamespaces: true, cluster } : resolved),
        },
        where: isWide ? `cluster ${cluster}, all namespaces` : where,
        description: `list the ${input.status ?? ''} releases`.replace('  ', ' '),
        diff: [],
        command: ['helm', 'list', ...(isWide ? ['-A', ...flags.slice(2)] : flags)],
        facts: {},
        precondition: {},
      });
    }),
  run: (input, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, async (place) => {
      const isWide = input.allNamespaces === true;
      const status = input.status === undefined ? [] : [`--${input.status}`];
      const releases = await readAll(place, [...status, ...(isWide ? ['--all-namespaces'] : [])]);
      return { releases, namespace: isWide ? null : place.namespace };
    }),
  render: ({ releases, namespace: name }) => {
    if (releases.length === 0) return { text: `No releases found${name === null ? '' : ` in the namespace ${name}`}.` };
    const rows = releases.map((one) => [
      one.name,
      one.namespace,
      String(one.revision),
      (one.updated ?? '').slice(0, 19),
      one.status,
      one.chart,
      one.app_version ?? '',
    ]);
    return {
      table: {
        columns: ['NAME', 'NAMESPACE', 'REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION'],
        rows: rows.map((row) => row.map(cleanLine)),
      },
    };
  },
});
