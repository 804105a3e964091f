export { environmentWords } from './environments.ts';
export { createNames, type CreateNamesOptions, openNames } from './names.ts';
export { readService, type Service } from './services.ts';
export type { EnvironmentScope, MatchHow, NameMatch, Names } from './types.ts';
