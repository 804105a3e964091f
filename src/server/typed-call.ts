/** Flags of a typed call, derived from the action's own declaration: `--replicas 5`, `--all-namespaces`, `--input '{…}'`. */
import { type ActionInfo, AppError, cleanLine, type Json, type JsonObject } from '#kit';
import { nearest } from '#kit/suggest';

type Input = ActionInfo['inputs'][number];

/** Throws USAGE, ACTION_UNKNOWN, ACTION_PLANNED. */
export function readTypedCall(actions: ActionInfo[], { action: id, flags }: { action: string; flags: string[] }) {
  return { action: id, input: readInputs(findAction(actions, id, flags), flags) };
}

function findAction(actions: ActionInfo[], id: string, flags: string[]): ActionInfo {
  const found = actions.find((action) => action.id === id);
  if (found?.status === 'available') return found;
  if (found !== undefined)
    throw new AppError(`${id} is planned, but not there yet`, {
      code: 'ACTION_PLANNED',
      hint: 'What there is is listed by: devos actions',
    });
  const near = nearest(
    id,
    actions.map((action) => action.id),
  );
  const sentence = `As a sentence: devos do run ${[id, ...flags].map(cleanLine).join(' ')}`;
  throw new AppError(`There is no action ${JSON.stringify(cleanLine(id))}`, {
    code: 'ACTION_UNKNOWN',
    hint: near === undefined ? `They are listed by: devos actions   ${sentence}` : `Did you mean: devos run ${near}`,
  });
}

/** Types only; ranges and grammars are checked with the plan. Throws USAGE. */
function readInputs(action: ActionInfo, words: string[]): JsonObject {
  let found: JsonObject = {};
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? '';
    const [flag = '', ...inline] = word.split('=');
    const next = words[index + 1];
    if (!flag.startsWith('--'))
      throw new AppError(`${JSON.stringify(word)} is not expected here`, { code: 'USAGE', hint: usageOf(action) });
    if (flag === '--input') {
      found = { ...found, ...parseObject(inline.length > 0 ? inline.join('=') : next) };
      index += inline.length > 0 ? 1 : 2;
      continue;
    }
    const input = findInput(action, flag);
    const given = inline.length > 0 ? inline.join('=') : valueAfter(input, next);
    found[input.name] = convert(input, given ?? 'true');
    index += inline.length > 0 || given === undefined ? 1 : 2;
  }
  return found;
}

/** `--allNamespaces` and `--all-namespaces` are the same. */
function findInput(action: ActionInfo, flag: string): Input {
  const plain = (name: string): string => name.replaceAll('-', '').toLowerCase();
  const input = action.inputs.find((candidate) => plain(candidate.name) === plain(flag));
  if (input !== undefined) return input;
  const near = nearest(
    flag.slice(2),
    action.inputs.map((candidate) => candidate.name),
  );
  throw new AppError(`${action.id} has no input ${flag}`, {
    code: 'USAGE',
    hint: near === undefined ? usageOf(action) : `Did you mean --${near}?`,
  });
}

/** A switch may stand alone; everything else takes the next word, even one that begins with a dash. */
function valueAfter(input: Input, next: string | undefined): string | undefined {
  if (input.type === 'boolean') return next === 'true' || next === 'false' ? next : undefined;
  if (next === undefined)
    throw new AppError(`--${input.name} needs a value`, {
      code: 'USAGE',
      hint: `${input.description}. For example: --${input.name} VALUE`,
    });
  return next;
}

function convert(input: Input, text: string): Json {
  switch (input.type) {
    case 'boolean':
      return text === 'true';
    case 'integer':
    case 'number':
      if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
      throw new AppError(`--${input.name} takes a number, not ${JSON.stringify(text)}`, { code: 'USAGE', hint: input.description });
    case 'object':
    case 'array':
      return parseJson(text, `--${input.name}`);
    default:
      return text;
  }
}

function parseObject(text: string | undefined): JsonObject {
  const value = parseJson(text ?? '', '--input');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new AppError('--input takes a JSON object', { code: 'USAGE', hint: `For example: --input '{"name": "web-app", "replicas": 5}'` });
}

function parseJson(text: string, flag: string): Json {
  try {
    // JSON.parse gives Json and nothing else.
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new AppError(`${flag} is not JSON: ${text.slice(0, 60)}`, {
      code: 'USAGE',
      hint: `For example: ${flag} '{"name": "web-app"}'`,
      cause: error,
    });
  }
}

function usageOf(action: ActionInfo): string {
  return `devos run ${action.id} ${action.inputs.map(({ name, optional }) => (optional ? `[--${name} …]` : `--${name} …`)).join(' ')}`.trimEnd();
}
