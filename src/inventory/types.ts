import type { LiveName } from '#kit';
import type { Service } from './services.ts';

/** How a name was found; the score is 1, .97, .9, .75 in this order, and 1 for a name taken as given. */
export type MatchHow = 'exact' | 'normalised' | 'edit' | 'subset' | 'given';

export interface NameMatch {
  name: LiveName;
  score: number;
  how: MatchHow;
}

/** Where an environment word points to: at most one of each when the rule leaves no choice. */
export interface EnvironmentScope {
  name: string;
  clusters: string[];
  namespaces: string[];
  /** False where no rule of the configuration names this environment. */
  ruled: boolean;
}

export interface Names {
  /** True where nothing was read: every name is taken as given. */
  open: boolean;
  defaults: { cluster?: string; namespace?: string };
  readAt?: Date;
  /** False where the inventory holds no name of this type, so that one is taken as given. */
  knows: (of: string) => boolean;
  /** Best first, by score, then by name and place. A name taken as given is the only match of an open inventory. */
  find: (of: string, text: string) => NameMatch[];
  /** Exact and normalised matches only: cheap enough to ask for every phrase of a sentence. */
  findSure: (of: string, text: string) => NameMatch[];
  /** All names of a type, each once and sorted; none where there are more than `limit`. */
  list: (of: string, limit: number) => string[];
  /** Names to offer where one was not found. */
  nearest: (of: string, text: string, limit: number) => string[];
  /** Services of the catalogue that the text names: several are a tie. */
  services: (text: string) => Service[];
  /** Workloads with this label of the service catalogue. */
  labelled: (kubernetesId: string) => LiveName[];
  /** Undefined where the word names no environment. */
  environment: (word: string) => EnvironmentScope | undefined;
}
