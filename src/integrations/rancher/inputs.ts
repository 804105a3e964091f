/** Inputs that several actions share. */
import { named } from '#kit';

export const cluster = () =>
  named({
    of: 'cluster',
    nouns: ['cluster', 'clusters', 'rancher cluster'],
    after: ['on', 'of', 'for', 'in', 'cluster', 'from'],
    shape: String.raw`[A-Za-z0-9][-A-Za-z0-9._:]{0,252}`,
    describe: 'Cluster as Rancher names it',
    ask: 'Which cluster?',
  });

export const projectName = (describe: string) =>
  named({
    of: 'rancherProject',
    nouns: ['project', 'rancher project'],
    after: ['called', 'named', 'project', 'project called', 'project named', 'name', 'in project'],
    describe,
    ask: 'Which project?',
  });

export const words = 'rancher|cluster|clusters|the|in|on|of|for|our|my';

/** What an object that DevOS made carries, so that it is found again. */
export const effectAnnotation = 'devos.io/effect';
