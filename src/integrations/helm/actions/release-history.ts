import { cleanLine, defineAction, safe } from '#kit';
import { z } from 'zod';
import type { HelmClient } from '../client.ts';
import { release, target, words } from '../inputs.ts';
import { readHistory, readRelease } from '../releases.ts';
import { Revision } from '../schema.ts';

const Input = z.object({ release: release(), ...target });
type Input = z.infer<typeof Input>;

const Output = z.object({ revisions: z.array(Revision) });
type Output = z.infer<typeof Output>;

export const releaseHistory = defineAction<HelmClient>()<Input, Output>({
  id: 'helm.release.history',
  summary: 'Show the revisions of a release',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'helm & history|revisions|revision history|hist|versions|past releases|previous releases|upgrades|changes',
      'how often|how many times|when|last time & upgraded|deployed|installed|updated|rolled & helm|release',
      'history|revisions|revision history & release',
    ],
    also: `${words}|history|revisions|revision|hist|versions|show|list|past|previous|get|see|me|give|all|which|what|were|installed|deployed|upgrades|changes|far|so|how|many|has|have|had|there|when|was|upgraded|last|times|often`,
    examples: ['helm history of loki', 'show the revision history of the helm release loki'],
    counterExamples: ['tell me the history of helm'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: (input, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, ({ where, resolved, flags }) =>
      Promise.resolve({
        input: { release: input.release, ...resolved },
        where,
        description: `show the revisions of the release ${input.release}`,
        diff: [],
        command: ['helm', 'history', input.release, ...flags],
        facts: {},
        precondition: {},
      }),
    ),
  run: (input, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, async (place) => {
      const revisions = await readHistory(place, input.release);
      if (revisions.length === 0) await readRelease(place, input.release);
      return { revisions };
    }),
  render: ({ revisions }) => ({
    table: {
      columns: ['REVISION', 'UPDATED', 'STATUS', 'CHART', 'APP VERSION', 'DESCRIPTION'],
      rows: revisions.map((one) =>
        [
          String(one.revision),
          (one.updated ?? '').slice(0, 19),
          one.status,
          one.chart ?? '',
          one.app_version ?? '',
          one.description ?? '',
        ].map(cleanLine),
      ),
    },
  }),
});
