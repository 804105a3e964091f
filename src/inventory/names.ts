import type { EnvironmentRule, LiveName } from '#kit';
import { findEnvironment } from './environments.ts';
import { createNameIndex, type NameIndex } from './name-index.ts';
import { indexServices, type Service } from './services.ts';
import type { NameMatch, Names } from './types.ts';

export interface CreateNamesOptions {
  names: LiveName[];
  /** Where a bare name is looked for first. */
  defaults: { cluster?: string; namespace?: string };
  environments: EnvironmentRule[];
  /** The service catalogue. */
  services?: Service[];
  /** When the names were read. */
  readAt?: Date;
}

/** An inventory over names that were read. It is a snapshot: make a new one when they are read again. */
export function createNames({ names, defaults, environments, services = [], readAt }: CreateNamesOptions): Names {
  const indexes = new Map<string, NameIndex>();
  const byType = Map.groupBy(names, (name) => name.of);
  const indexOf = (of: string): NameIndex | undefined => {
    const known = indexes.get(of);
    if (known !== undefined) return known;
    const list = byType.get(of);
    if (list === undefined) return undefined;
    const made = createNameIndex(list);
    indexes.set(of, made);
    return made;
  };

  function find(of: string, text: string): NameMatch[] {
    const index = indexOf(of);
    if (index === undefined) return given(of, text);
    const sure = index.sure(text);
    if (sure.length > 0) return sure;
    const near = index.near(text);
    // A part of a name is enough for workloads only: `payment` for `payment-service`.
    return near.length > 0 || of !== 'workload' ? near : index.subset(text);
  }

  return {
    open: false,
    defaults,
    ...(readAt === undefined ? {} : { readAt }),
    knows: (of) => byType.has(of),
    find,
    findSure: (of, text) => indexOf(of)?.sure(text) ?? [],
    list(of, limit) {
      const distinct = [...new Set(byType.get(of)?.map(({ name }) => name))];
      return distinct.length > limit ? [] : distinct.toSorted();
    },
    nearest: (of, text, limit) => indexOf(of)?.similar(text, limit) ?? [],
    services: indexServices(services),
    labelled: (kubernetesId) => (byType.get('workload') ?? []).filter(({ service }) => service === kubernetesId),
    environment: (word) => findEnvironment(environments, word),
  };
}

/** An inventory for understanding without any system: every name is taken as given. */
export function openNames({ environments }: { environments: EnvironmentRule[] }): Names {
  return {
    open: true,
    defaults: {},
    knows: () => false,
    find: given,
    findSure: () => [],
    list: () => [],
    nearest: () => [],
    services: () => [],
    labelled: () => [],
    environment: (word) => findEnvironment(environments, word),
  };
}

function given(of: string, text: string): NameMatch[] {
  return [{ name: { of, name: text }, score: 1, how: 'given' }];
}
