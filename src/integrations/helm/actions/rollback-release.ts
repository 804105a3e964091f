import { AppError, cleanLine, count, defineAction, destructive, verbs } from '#kit';
import { z } from 'zod';
import type { HelmClient } from '../client.ts';
import { driftOf, driftState, forceArgs } from '../deploy.ts';
import { release, target, words } from '../inputs.ts';
import { manifestDiff, readManifest } from '../manifests.ts';
import { assertNotPending, findRelease, readHistory, readManifestText, readRelease } from '../releases.ts';
import type { Revision } from '../schema.ts';
import { tellingProgress } from '../waiting.ts';

const Input = z.object({
  release: release(),
  revision: count({
    min: 1,
    max: 1_000_000,
    nouns: ['revision', 'rev', 'version', 'revisions', 'versions'],
    words: { first: 1, second: 2, third: 3, fourth: 4, fifth: 5 },
    after: ['revision', 'rev', 'to revision', 'version', 'to'],
    describe: 'Revision; the one before unless given',
    bare: true,
    ask: 'To which revision?',
  }).optional(),
  currentRevision: z.number().int().min(1).max(1_000_000).describe('Where it starts from; filled in by planning').optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

const Output = z.object({ release: z.string(), namespace: z.string(), revision: z.number(), to: z.number(), from: z.number() });
type Output = z.infer<typeof Output>;

export const rollbackRelease = defineAction<HelmClient>()<Input, Output>({
  id: 'helm.release.rollback',
  summary: 'Put a release back to an earlier revision',
  permission: 'helm:write',
  idempotent: false,
  input: Input,
  output: Output,
  language: {
    triggers: [
      `${verbs.back} & helm`,
      'rollback|roll back|revert|undo|restore|back out|downgrade|reset & release',
      'roll & back & helm|release',
      'put|take|bring|set|go|move|return|get & back & helm|helm release|release',
    ],
    also: `${words}|back|to|revision|rev|previous|last|version|one|before|roll|working|earlier|good|known|stable|it|number|that|worked|was|had|we|prior|state|take|put|bring|go|undo|upgrade|deploy|deployment|immediately|broken|bad|again|from|two|single`,
    examples: ['roll back the helm release loki', 'helm rollback loki to revision 4', 'roll the helm release loki back to revision 12'],
    counterExamples: ['explain how helm rollback works', 'should I roll back the helm release loki?'],
  },
  usualSafety: 'destructive',
  safety: (_input, { environment }) =>
    destructive('what came since then is taken back', ...(environment?.production === true ? ['production'] : [])),
  preview: (input, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, async (place) => {
      const current = await readRelease(place, input.release);
      const history = await readHistory(place, input.release);
      const to = chooseRevision(input, history, current.version);
      const [before, after] = await Promise.all([current.version, to.revision].map((one) => readManifestText(place, input.release, one)));
      const diff = manifestDiff(readManifest(before ?? ''), readManifest(after ?? ''));
      const drift = driftOf(current);
      return {
        input: { release: input.release, revision: to.revision, currentRevision: current.version, ...place.resolved },
        where: place.where,
        description: `roll the release ${input.release} back from revision ${current.version} to revision ${to.revision} (${cleanLine(to.chart ?? '')})`,
        diff: [
          ...(diff.length === 0 ? [`  the manifests are the same; it becomes revision ${current.version + 1}`] : diff),
          ...drift.map((line) => `${line}, which is overwritten`),
        ],
        command: ['helm', 'rollback', input.release, String(to.revision), '--wait', ...place.flags],
        ...(place.environment === undefined ? {} : { environment: place.environment }),
        facts: { from: current.version, to: to.revision },
        precondition: { revision: current.version, 'changed by hand': driftState(drift) },
        undo: `roll ${input.release} back to revision ${current.version}`,
      };
    }),
  run: (input, { client, cwd, signal, progress }) =>
    client.at(input, { cwd, signal }, async (place) => {
      const current = await readRelease(place, input.release);
      // One that was broken off is what a rollback mends.
      if (!current.info.status.startsWith('pending')) assertNotPending(place, current);
      const to = chooseRevision(input, await readHistory(place, input.release), current.version).revision;
      progress(`helm rollback ${input.release} ${to}, waiting until it is ready`);
      const force = forceArgs(await client.version(signal), driftOf(current));
      const args = ['rollback', input.release, String(to), '--wait', '--timeout', client.config.timeout, ...force];
      await tellingProgress(place, input.release, { progress, signal }, () => place.run(args, { timeoutMs: 700_000, write: true }));
      const now = await readRelease(place, input.release);
      return { release: input.release, namespace: place.namespace, revision: now.version, to, from: current.version };
    }),
  /** Helm keeps no key for a rollback: one that follows the revision of the plan and says where it led is ours. */
  find: (input, { client, cwd, signal }) =>
    client.at(input, { cwd, signal }, async (place) => {
      const [from, to] = [input.currentRevision ?? 0, input.revision ?? 0];
      const next = (await readHistory(place, input.release)).find(({ revision }) => revision === from + 1);
      if (next?.description !== `Rollback to ${to}` || next.status === 'failed') return undefined;
      return { release: input.release, namespace: place.namespace, revision: next.revision, to, from };
    }),
  verify: (_input, { release: name, revision, to, namespace: at }, { client, cwd, signal }) =>
    client.at({ ..._input, namespace: at }, { cwd, signal }, async (place) => {
      const now = await findRelease(place, name);
      const ok = now?.version === revision && now.info.status === 'deployed';
      return {
        ok,
        message: now === undefined ? `${name} is gone` : `revision ${now.version} is ${cleanLine(now.info.status)}, as revision ${to} was`,
      };
    }),
  undo: (input, { release: name, from }) => ({
    action: 'helm.release.rollback',
    input: {
      release: name,
      revision: from,
      ...(input.namespace === undefined ? {} : { namespace: input.namespace }),
      ...(input.cluster === undefined ? {} : { cluster: input.cluster }),
    },
  }),
  render: ({ release: name, namespace: at, revision, to }) => ({ text: `${name} in ${at}: revision ${revision}, as revision ${to}` }),
});

/** The one before that worked, unless one is named. */
function chooseRevision({ release: name, revision }: Input, history: Revision[], current: number): Revision {
  const found =
    revision === undefined
      ? history.filter((one) => one.revision < current && (one.status === 'superseded' || one.status === 'deployed')).at(-1)
      : history.find((one) => one.revision === revision);
  if (found !== undefined && found.revision !== current) return found;
  throw new AppError(
    found === undefined
      ? `The release ${name} has no ${revision === undefined ? 'revision before this one that worked' : `revision ${revision}`}`
      : `Revision ${current} of ${name} is the one that is deployed`,
    {
      code: found === undefined ? 'NOT_FOUND' : 'INPUT_INVALID',
      hint: `There are: ${history
        .map((one) => `${one.revision} (${one.status})`)
        .slice(-12)
        .join(', ')}`,
    },
  );
}
