/** Names of a checked proposal against the inventory, as the engine does it: where the object lives, of which kind it is. Pure. */
import { type AnyAction, inputMeta, type Json, type JsonObject, type Question } from '#kit';
import type { Names } from '#inventory';
import type { Proposed } from './catalogue.ts';

export type Grounded = { status: 'steps'; steps: Proposed[]; notes: string[] } | { status: 'ask'; questions: Question[] };

export function groundSteps(steps: readonly Proposed[], actions: readonly AnyAction[], names: Names): Grounded {
  const grounded: Proposed[] = [];
  const notes: string[] = [];
  for (const { action: id, input } of steps) {
    const action = actions.find((candidate) => candidate.id === id);
    const found = action === undefined ? {} : groundInput(action, input, names);
    if (found.ask !== undefined)
      return { status: 'ask', questions: [{ input: 'sentence', ask: `${found.ask} Say it again as it is meant:`, options: [] }] };
    if (found.note !== undefined) notes.push(found.note);
    grounded.push({ action: id, input: { ...input, ...found.set } });
  }
  return { status: 'steps', steps: grounded, notes };
}

interface Found {
  set?: JsonObject;
  note?: string;
  ask?: string;
}

function groundInput(action: AnyAction, input: JsonObject, names: Names): Found {
  const meta = inputMeta(action.input);
  const slotOf = (of: string) => Object.keys(meta).find((name) => meta[name]?.slot?.type === 'name' && meta[name].slot.of === of);
  const main = slotOf('workload') ?? slotOf('resource');
  const value = main === undefined ? undefined : input[main];
  if (main === undefined || typeof value !== 'string') return {};
  const { kind } = input;
  if (isElsewhere(input, slotOf('cluster'), names) || !isWorkload(kind) || !names.knows('workload')) return {};
  const matches = names.findSure('workload', value);
  const name = matches[0]?.name.name;
  if (name === undefined) {
    // Pods and objects of other kinds come and go; the outside system knows them.
    const near = names.find('workload', value).map((match) => match.name.name);
    return near.length > 0 && action.permission !== 'read'
      ? { ask: `There is no workload "${value}". Did you mean ${[...new Set(near)].slice(0, 5).join(', ')}?` }
      : {};
  }
  const set: JsonObject = name === value ? {} : { [main]: name };
  const space = slotOf('namespace');
  const places = [...new Set(matches.flatMap((match) => match.name.namespace ?? []))];
  const asked = space === undefined ? undefined : input[space];
  const isUsual = names.defaults.namespace !== undefined && places.includes(names.defaults.namespace);
  if (space !== undefined && asked === undefined && !isUsual && places.length > 1)
    return { ask: `${name} is in several namespaces: ${places.slice(0, 8).join(', ')}.` };
  const [only] = places;
  const isMoved = space !== undefined && asked === undefined && !isUsual && only !== undefined;
  if (isMoved) set[space] = only;
  const here = matches.filter((match) => match.name.namespace === (asked ?? set[space ?? ''] ?? names.defaults.namespace));
  const kinds = [...new Set((here.length > 0 ? here : matches).flatMap((match) => match.name.kind ?? []))];
  // The usual kind stays unsaid, as the action's own default.
  if (
    kind === undefined &&
    kinds.length === 1 &&
    kinds[0] !== undefined &&
    kinds[0] !== 'Deployment' &&
    meta['kind']?.slot?.type === 'kind'
  )
    set['kind'] = kinds[0];
  return isMoved ? { set, note: `${name} was found in the namespace ${only}.` } : { set };
}

/** The names that were read are those of one cluster; of another nothing is known. */
function isElsewhere(input: JsonObject, clusterInput: string | undefined, { defaults }: Names): boolean {
  const cluster = clusterInput === undefined ? undefined : input[clusterInput];
  return cluster !== undefined && cluster !== defaults.cluster;
}

function isWorkload(kind: Json | undefined): boolean {
  return kind === undefined || (typeof kind === 'string' && /^(?:Deployment|StatefulSet|DaemonSet)$/.test(kind));
}
