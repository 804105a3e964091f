import { AppError, cleanLine, type JsonObject, moderate, pattern, resourceName, verbs } from '#kit';
import { z } from 'zod';
import { anyKind, target } from '../inputs.ts';
import { type FoundObject, valueAt } from '../objects.ts';
import { patchAction } from '../patch-action.ts';

const words = 'kubectl|k|kubernetes|k8s|the|in|on|of|for|object|resource';

const Input = z.object({
  kind: anyKind(),
  name: resourceName(),
  labels: pattern(String.raw`[A-Za-z0-9][\w./-]*(?:=[\w.-]*|-)(?:,[A-Za-z0-9][\w./-]*(?:=[\w.-]*|-))*`, {
    nouns: ['label', 'labels'],
    after: ['label', 'labels', 'with', 'add', 'slap', 'set', 'lbl', 'with label', 'with the label', 'the label', 'remove', 'put', 'as'],
    terms: true,
    describe: 'Labels: key=value sets, key- removes',
    removal: 'key',
    ask: 'Which labels, as key=value?',
  }).optional(),
  annotations: pattern(String.raw`[A-Za-z0-9][\w./-]*(?:=[^,"]*|-)`, {
    nouns: ['annotation', 'annotations'],
    after: ['annotation', 'annotations', 'annotate', 'with', 'with annotation'],
    describe: 'Annotations: key=value sets, key- removes',
    removal: 'key',
    ask: 'Which annotations, as key=value?',
  }).optional(),
  was: z.string().max(16_000).describe('What puts it back; filled in by planning').optional(),
  ...target,
});
type Input = z.infer<typeof Input>;

/** What would break DevOS' own account of its changes. */
const reserved = /^devos\.io\//;

interface Entry {
  where: 'labels' | 'annotations';
  key: string;
  /** Undefined: it is removed. */
  value: string | undefined;
}

function entriesOf({ labels, annotations }: Pick<Input, 'labels' | 'annotations'>): Entry[] {
  const read = (where: Entry['where'], text: string | undefined): Entry[] =>
    (text ?? '').split(',').flatMap((part): Entry[] => {
      const [key = '', ...value] = part.split('=');
      if (key === '') return [];
      return value.length > 0 ? [{ where, key, value: value.join('=') }] : [{ where, key: key.replace(/-$/, ''), value: undefined }];
    });
  const all = [...read('labels', labels), ...read('annotations', annotations)];
  const twice = all.find(({ where, key }, index) => all.findIndex((other) => other.where === where && other.key === key) !== index);
  const own = all.find(({ key }) => reserved.test(key));
  if (all.length > 0 && twice === undefined && own === undefined) return all;
  const about = twice === undefined ? 'No label and no annotation is given' : `${twice.key} is given twice`;
  const message = own === undefined ? about : `${own.key} is kept by DevOS`;
  throw new AppError(message, { code: 'INPUT_INVALID', hint: 'Write labels as key=value, or key- to remove one.' });
}

const wordOf = ({ where, key }: Entry): string => `${where === 'labels' ? 'label' : 'annotation'} ${key}`;
const valueOf = (found: FoundObject, { where, key }: Entry): string | null => {
  const value = valueAt(found.raw, ['metadata', where, key]);
  return typeof value === 'string' ? value : null;
};

/** `tier=edge,old-`: what brings the former values back. */
function textOf(entries: Entry[], where: Entry['where']): string | undefined {
  const own = entries.filter((entry) => entry.where === where);
  return own.length === 0 ? undefined : own.map(({ key, value }) => (value === undefined ? `${key}-` : `${key}=${value}`)).join(',');
}

export const labelResource = patchAction<Input>({
  id: 'kubernetes.resource.label',
  summary: 'Label or annotate an object',
  input: Input,
  language: {
    triggers: [
      'label|lbl|relabel & {kind}',
      `${verbs.make}|${verbs.remove}|put|slap|stick|attach|give|apply|strip|take|take off|unset|clear|change|update & label|labels|annotation|annotations|tag|tags & {kind}`,
      'unlabel & {kind}',
      'annotate|annotation & {kind}',
      'label|labels|lbl & {labels}',
      'tag|mark|flag & {kind} & {labels}',
    ],
    also: `${words}|label|labels|lbl|annotate|annotation|annotations|with|to|a|as|add|set|slap|put|value|new|and|from|remove|it|on|off|of|tag|tags|so|that|is|using|called|named|key|mark|both`,
    needOne: ['labels', 'annotations'],
    examples: [
      'label the node web-app with tier=edge',
      'add the label owner=platform to namespace shop',
      'annotate pod web-app with team=core',
    ],
    counterExamples: ['should I label the node?', 'record label'],
  },
  usualSafety: 'moderate',
  safety: ({ kind, labels }, { environment, live }) =>
    moderate(
      labels === undefined ? 'annotations only' : 'what selects by these labels may find more or fewer objects',
      ...(labels !== undefined && kind === 'Pod' && live?.['controlled'] === true
        ? ['its controller may let go of the pod, or replace it']
        : []),
      ...(environment?.production === true ? ['production'] : []),
    ),
  kinds: ({ kind }) => [kind],
  change: (found, input) => {
    const entries = entriesOf(input);
    const metadata: Record<string, JsonObject> = {};
    for (const { where, key, value } of entries) metadata[where] = { ...metadata[where], [key]: value ?? null };
    const back = entries.map((entry) => ({ ...entry, value: valueOf(found, entry) ?? undefined }));
    const title = `${found.kind} ${found.name}`;
    const changed = entries.filter((entry) => valueOf(found, entry) !== (entry.value ?? null));
    return {
      body: { metadata },
      description:
        changed.length === 0
          ? `leave ${title} as it is: it has these already`
          : `${verbOf(changed)} ${changed.map(wordOf).join(', ')} of ${title}`,
      diff: entries.map((entry) => lineOf(title, entry, valueOf(found, entry))),
      before: Object.fromEntries(entries.map((entry) => [wordOf(entry), valueOf(found, entry)])),
      after: Object.fromEntries(entries.map((entry) => [wordOf(entry), entry.value ?? null])),
      command: [
        input.labels === undefined ? 'annotate' : 'label',
        found.kind.toLowerCase(),
        found.name,
        ...entries.map(({ key, value }) => (value === undefined ? `${key}-` : `${key}=${value}`)),
        '--overwrite',
      ],
      facts: { controlled: Array.isArray(valueAt(found.raw, ['metadata', 'ownerReferences'])) },
      was: JSON.stringify({ labels: textOf(back, 'labels'), annotations: textOf(back, 'annotations') }),
    };
  },
  values: (found, input) => Object.fromEntries(entriesOf(input).map((entry) => [wordOf(entry), valueOf(found, entry)])),
  undoWords: (_found, { before }) =>
    Object.entries(before)
      .map(([word, value]) => (value === null ? `take ${word} away` : `set ${word} to ${cleanLine(String(value))}`))
      .join(', '),
  undo: ({ kind, name, namespace, cluster, was }) => ({
    action: 'kubernetes.resource.label',
    input: {
      kind,
      name,
      // Written by planning above.
      ...(JSON.parse(was ?? '{}') as JsonObject),
      ...(namespace === undefined ? {} : { namespace }),
      ...(cluster === undefined ? {} : { cluster }),
    },
  }),
});

const verbOf = (entries: Entry[]): string => (entries.every(({ value }) => value === undefined) ? 'remove' : 'set');

function lineOf(title: string, entry: Entry, before: string | null): string {
  const after = entry.value ?? null;
  if (before === after) return `  ${title}  ${wordOf(entry)}  ${before ?? 'not set'} (unchanged)`;
  if (before === null) return `+ ${title}  ${wordOf(entry)}  ${after ?? ''}`;
  return after === null
    ? `- ${title}  ${wordOf(entry)}  ${cleanLine(before)}`
    : `~ ${title}  ${wordOf(entry)}  ${cleanLine(before)} -> ${after}`;
}
