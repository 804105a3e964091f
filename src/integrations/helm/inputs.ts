/** Inputs and words that the actions share. */
import { cluster, named, namespace } from '#kit';

export const words = 'use|helm|helm3|release|releases|chart|charts|the|in|on|of|for|with|using|via|cluster|namespace|ns|our|my';

export const target = { namespace: namespace(), cluster: cluster() };

export const release = () =>
  named({
    of: 'release',
    nouns: ['release', 'helm release', 'releases', 'application', 'app', 'service'],
    after: ['release', 'of', 'for', 'as', 'as release'],
    shape: String.raw`[a-z0-9]([-a-z0-9.]{0,51}[a-z0-9])?`,
    describe: 'Release',
    ask: 'Which release?',
  });

/** `1 object`, `2 objects`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
