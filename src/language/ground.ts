/** Names against the inventory: where the object lives, which names do not exist, which word is an environment. */
import type { EnvironmentScope, NameMatch, Service } from '#inventory';
import { accepts, type Draft, question } from './draft.ts';
import type { NameSlot } from './name-candidates.ts';
import { PARTS } from './words.ts';

export function ground(draft: Draft, mainSlot: NameSlot | undefined): void {
  groundNamespace(draft);
  groundCluster(draft);
  groundEnvironments(draft);
  groundServices(draft);
  const { main } = draft.compiled;
  if (main !== undefined && mainSlot !== undefined) groundMain(draft, main, mainSlot);
  if (main !== undefined && draft.compiled.action.destructive === true) askPart(draft, main);
}

function inputOf(draft: Draft, of: string): string | undefined {
  return draft.compiled.slots.find(({ slot }) => slot.type === 'name' && slot.of === of)?.input;
}

function textOf(draft: Draft, input: string | undefined): string | undefined {
  const value = input === undefined || draft.problems.has(input) ? undefined : draft.filled.get(input)?.value;
  return typeof value === 'string' ? value : undefined;
}

function set(draft: Draft, input: string, value: string): void {
  const before = draft.filled.get(input);
  draft.filled.set(input, { value, strength: before?.strength ?? 'marked', tokens: before?.tokens ?? [] });
}

function isSafeGuess(draft: Draft): boolean {
  return draft.compiled.isRead;
}

/** A namespace that exists; else what the environment of that name stands for; else a question. */
function groundNamespace(draft: Draft): void {
  const input = inputOf(draft, 'namespace');
  const text = textOf(draft, input);
  if (input === undefined || text === undefined) return;
  const { names } = draft.reading;
  const environment = names.environment(text);
  const sure = names.findSure('namespace', text);
  if (sure[0] !== undefined) return set(draft, input, sure[0].name.name);
  if (environment?.ruled === true) return applyEnvironment(draft, input, environment);
  if (!names.knows('namespace') || clusterElsewhere(draft)) return;
  const known = (environment?.namespaces ?? []).flatMap((word) => names.findSure('namespace', word).map((match) => match.name.name));
  if (known.length === 1 && known[0] !== undefined) {
    draft.notes.push(`"${text}" is read as the namespace ${known[0]}.`);
    return set(draft, input, known[0]);
  }
  const near =
    known.length > 1
      ? known
      : [...new Set(names.find('namespace', text).map((match) => match.name.name)), ...names.nearest('namespace', text, 5)];
  draft.problems.set(input, question(draft, input, `There is no namespace "${text}".`, [...new Set(near)].slice(0, 8)));
}

/** Where the rule leaves one place of a type, it is filled in; where it leaves several, a person chooses. */
function applyEnvironment(draft: Draft, input: string, environment: EnvironmentScope): void {
  const clusterInput = inputOf(draft, 'cluster');
  if (clusterInput !== undefined && !draft.filled.has(clusterInput)) {
    if (environment.clusters.length > 1)
      draft.problems.set(clusterInput, question(draft, clusterInput, `${environment.name} has several clusters.`, environment.clusters));
    if (environment.clusters.length === 1 && environment.clusters[0] !== undefined) set(draft, clusterInput, environment.clusters[0]);
  }
  if (environment.namespaces.length > 1) {
    draft.problems.set(input, question(draft, input, `${environment.name} has several namespaces.`, environment.namespaces));
    return;
  }
  const [only] = environment.namespaces;
  draft.notes.push(`"${environment.name}" is the environment of the configuration.`);
  if (only !== undefined) set(draft, input, only);
  else if (environment.clusters.length > 0) draft.filled.delete(input);
}

function groundCluster(draft: Draft): void {
  const input = inputOf(draft, 'cluster');
  const text = textOf(draft, input);
  if (input === undefined || text === undefined) return;
  const { names } = draft.reading;
  const sure = names.findSure('cluster', text);
  if (sure[0] !== undefined) return set(draft, input, sure[0].name.name);
  const clusters = names.environment(text)?.clusters ?? [];
  if (clusters.length === 1 && clusters[0] !== undefined) return set(draft, input, clusters[0]);
  if (clusters.length > 1) draft.problems.set(input, question(draft, input, `${text} has several clusters.`, clusters));
  else if (names.knows('cluster'))
    draft.problems.set(input, question(draft, input, `There is no cluster "${text}".`, names.nearest('cluster', text, 5)));
}

/** The names that were read are those of one cluster; of another nothing is known. */
function clusterElsewhere(draft: Draft): boolean {
  const cluster = textOf(draft, inputOf(draft, 'cluster'));
  return cluster !== undefined && cluster !== draft.reading.names.defaults.cluster;
}

/** "stg" is staging: every environment has one name. */
function groundEnvironments(draft: Draft): void {
  for (const { input, slot } of draft.compiled.slots) {
    const text = slot.type === 'name' && slot.of === 'environment' ? textOf(draft, input) : undefined;
    const known = text === undefined ? undefined : draft.reading.names.environment(text);
    if (known !== undefined && accepts(draft, input, known.name)) set(draft, input, known.name);
  }
}

/** What destroys takes no property of a thing for its name: "delete the pod logs". In a live inventory the name would have to exist. */
function askPart(draft: Draft, input: string): void {
  const filled = draft.filled.get(input);
  const [only, more] = filled?.tokens ?? [];
  if (!draft.reading.names.open || filled === undefined || filled.strength === 'stated' || only === undefined || more !== undefined) return;
  if (only.kind === 'word' && PARTS.has(only.word) && !draft.problems.has(input)) draft.problems.set(input, question(draft, input));
}

/** Places and people are what they are; every other name may be that of a service of the catalogue. */
const NO_SERVICE = new Set(['namespace', 'cluster', 'person', 'node', 'container', 'environment']);

/** "the payment service": what it is called in the system of this action, unless something there has that very name. */
function groundServices(draft: Draft): void {
  for (const { input, slot } of draft.compiled.slots) {
    if (slot.type !== 'name' || NO_SERVICE.has(slot.of) || slot.isNew === true) continue;
    const text = textOf(draft, input);
    const type = slot.of === 'resource' ? typeOfKind(draft, slot) : slot.of;
    if (text === undefined || draft.reading.names.findSure(type, text).length > 0) continue;
    const services = draft.reading.names.services(text);
    const [service] = services;
    const found = [...new Set(services.flatMap((one) => namesOfService(draft, one, type)))];
    const [only] = found;
    if (service === undefined || only === undefined) continue;
    if (found.length > 1) {
      draft.problems.set(input, question(draft, input, `The service ${text} has several.`, found.slice(0, 8)));
      continue;
    }
    if (!accepts(draft, input, only)) continue;
    set(draft, input, only);
    draft.notes.push(`"${text}" is the service ${service.name} of the catalogue (${service.source}): ${type} ${only}.`);
    const place = inputOf(draft, 'namespace');
    if (place !== undefined && service.namespace !== undefined && !draft.filled.has(place) && !draft.problems.has(place))
      set(draft, place, service.namespace);
  }
}

/** As the descriptor says; else the workloads that carry its label. */
function namesOfService(draft: Draft, service: Service, type: string): string[] {
  const said = service.names[type] ?? [];
  if (said.length > 0 || type !== 'workload' || service.kubernetesId === undefined) return said;
  return draft.reading.names.labelled(service.kubernetesId).map(({ name }) => name);
}

function groundMain(draft: Draft, input: string, slot: NameSlot): void {
  const text = textOf(draft, input);
  const { names } = draft.reading;
  const type = slot.of === 'resource' ? typeOfKind(draft, slot) : slot.of;
  if (text === undefined || slot.isNew === true || !names.knows(type) || clusterElsewhere(draft)) return;
  const matches = fitting(draft, names.find(type, text));
  const [best] = matches;
  if (best === undefined) return unknownName(draft, input, slot, type, text);
  const distinct = [...new Set(matches.map((match) => match.name.name))];
  const isSure = best.how === 'exact' || best.how === 'normalised';
  if (distinct.length > 1 || (!isSure && !isSafeGuess(draft))) {
    // A pod or an object of another kind may have this very name: the place beside its noun decides.
    if (!isSure && isOtherKind(draft, text)) return;
    draft.problems.set(
      input,
      question(draft, input, `There is no ${type} "${text}". Did you mean ${distinct.slice(0, 5).join(', ')}?`, distinct.slice(0, 8)),
    );
    return;
  }
  if (!isSure && isOtherKind(draft, text)) return;
  if (best.name.name !== text && !isSure) draft.notes.push(`"${text}" is read as ${best.name.name}.`);
  set(draft, input, best.name.name);
  placeMain(draft, type, matches);
}

function typeOfKind(draft: Draft, slot: NameSlot): string {
  const kindSlot = draft.compiled.slots.find((candidate) => candidate.slot.type === 'kind');
  const kind = slot.kind ?? (kindSlot === undefined ? undefined : draft.filled.get(kindSlot.input)?.value);
  if (typeof kind !== 'string') return 'workload';
  return /^(?:Deployment|StatefulSet|DaemonSet)$/.test(kind) ? 'workload' : kind.toLowerCase();
}

/** Pods come and go between two looks at the cluster: their names are taken as given where "pod" is said. */
function isOtherKind(draft: Draft, text: string): boolean {
  if (draft.reading.names.findSure('pod', text).length > 0) return true;
  return draft.compiled.isRead && draft.words.some((word) => /^(?:pods?|po|pod\/.*)$/.test(word)) && /-/.test(text);
}

/** Of the kind, namespace and cluster that the sentence names. */
function fitting(draft: Draft, matches: NameMatch[]): NameMatch[] {
  const kind = textOf(draft, draft.compiled.slots.find(({ slot }) => slot.type === 'kind')?.input);
  const namespace = textOf(draft, inputOf(draft, 'namespace'));
  const cluster = textOf(draft, inputOf(draft, 'cluster')) ?? draft.reading.names.defaults.cluster;
  return matches.filter(
    ({ name }) =>
      (kind === undefined || name.kind === undefined || name.kind === kind) &&
      (namespace === undefined || name.namespace === undefined || name.namespace === namespace) &&
      (cluster === undefined || name.cluster === undefined || name.cluster === cluster),
  );
}

function unknownName(draft: Draft, input: string, slot: NameSlot, type: string, text: string): void {
  if (isOtherKind(draft, text)) return;
  const { names } = draft.reading;
  const elsewhere = names.findSure(type, text).map(({ name }) => name);
  const namespaces = [...new Set(elsewhere.flatMap((name) => name.namespace ?? []))];
  const namespaceInput = inputOf(draft, 'namespace');
  const wanted = textOf(draft, namespaceInput);
  if (
    namespaceInput !== undefined &&
    wanted !== undefined &&
    namespaces.length > 0 &&
    elsewhere.some((name) => name.namespace !== wanted)
  ) {
    draft.problems.set(
      namespaceInput,
      question(draft, namespaceInput, `${text} is not in ${wanted}, but in ${namespaces.join(', ')}.`, namespaces.slice(0, 8)),
    );
    return;
  }
  const near = names.nearest(type, text, 5);
  const hint = near.length > 0 ? ` Did you mean ${near.join(', ')}?` : '';
  draft.problems.set(input, question(draft, input, `There is no ${slot.of === 'resource' ? type : slot.of} "${text}".${hint}`, near));
}

/** The default namespace needs no word; one other is filled in and said; several are a question. */
function placeMain(draft: Draft, type: string, matches: readonly NameMatch[]): void {
  fillKind(draft, type, matches);
  const input = inputOf(draft, 'namespace');
  if (input === undefined || draft.filled.has(input) || draft.problems.has(input)) return;
  const { defaults } = draft.reading.names;
  const places = [...new Set(matches.flatMap(({ name }) => name.namespace ?? []))];
  if (places.length === 0 || (defaults.namespace !== undefined && places.includes(defaults.namespace))) return;
  const name = matches[0]?.name.name ?? '';
  if (places.length === 1 && places[0] !== undefined) {
    set(draft, input, places[0]);
    draft.notes.push(`${name} was found in the namespace ${places[0]}.`);
    return;
  }
  draft.problems.set(input, question(draft, input, `${name} is in several namespaces.`, places.slice(0, 8)));
}

function fillKind(draft: Draft, type: string, matches: readonly NameMatch[]): void {
  const kindSlot = draft.compiled.slots.find(({ slot }) => slot.type === 'kind');
  if (type !== 'workload' || kindSlot === undefined || draft.filled.has(kindSlot.input)) return;
  const namespace = textOf(draft, inputOf(draft, 'namespace')) ?? draft.reading.names.defaults.namespace;
  const here = matches.filter(({ name }) => name.namespace === undefined || namespace === undefined || name.namespace === namespace);
  const kinds = [...new Set((here.length > 0 ? here : matches).flatMap(({ name }) => name.kind ?? []))];
  const [kind] = kinds;
  // The usual kind stays unsaid, as the action's own default.
  if (kinds.length === 1 && kind !== undefined && (kind !== 'Deployment' || !kindSlot.optional) && accepts(draft, kindSlot.input, kind))
    set(draft, kindSlot.input, kind);
}
