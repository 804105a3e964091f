/** Which status, and which way to it, a word means. A status is not a transition: the workflow decides what is possible. */
import { AppError, cleanLine } from '#kit';
import type { Status, Transition } from './schema.ts';

const abandoned = /cancel|won.?t|withdraw|abandon|reject|declin|obsolete|invalid|duplicate/i;

/** Words that mean a category where no status has that very name. */
const categoryWords: Record<string, string> = {
  done: 'done',
  closed: 'done',
  resolved: 'done',
  completed: 'done',
  finished: 'done',
  'in progress': 'indeterminate',
  'in development': 'indeterminate',
  started: 'indeterminate',
  'to do': 'new',
  open: 'new',
  reopened: 'new',
  backlog: 'new',
};

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();

/** Whether the issue is there already. */
export function isStatus(wanted: string, { name }: Status): boolean {
  return plain(wanted) === plain(name);
}

/** The way to the status that is meant; undefined where none leads there. */
export function findTransition(wanted: string, transitions: Transition[]): Transition | undefined {
  const byStatus = transitions.filter(({ to }) => isStatus(wanted, to));
  const byName = transitions.filter(({ name }) => plain(name) === plain(wanted));
  return easiest(byStatus) ?? easiest(byName) ?? easiest(byCategory(wanted, transitions));
}

/** Only where a single status is of that kind: anything else would be a guess. */
function byCategory(wanted: string, transitions: Transition[]): Transition[] {
  const category = categoryWords[plain(wanted)];
  const found = transitions.filter(({ to }) => category !== undefined && to.statusCategory?.key === category && !abandoned.test(to.name));
  return new Set(found.map(({ to }) => to.id)).size === 1 ? found : [];
}

/** Of several ways to the same status the one that asks for least. */
function easiest(transitions: Transition[]): Transition | undefined {
  return transitions.toSorted((left, right) => neededFields(left).length - neededFields(right).length)[0];
}

/** Fields that the screen insists on. */
export function neededFields({ fields }: Transition): string[] {
  return Object.entries(fields ?? {})
    .filter(([, { required, hasDefaultValue }]) => required && !hasDefaultValue)
    .map(([name]) => name);
}

/** What the screen gets: a resolution that fits. Throws INPUT_INVALID where it insists on more. */
export function screenFields(key: string, transition: Transition): Record<string, { name: string }> {
  const needed = neededFields(transition);
  const others = needed.filter((name) => name !== 'resolution');
  if (others.length > 0)
    throw new AppError(
      `To go to ${transition.to.name}, ${key} needs: ${others.map((name) => cleanLine(transition.fields?.[name]?.name ?? name)).join(', ')}`,
      {
        code: 'INPUT_INVALID',
        hint: 'Fill these in Jira and move it there: DevOS cannot know what belongs into them.',
        details: { fields: others },
      },
    );
  if (needed.length === 0) return {};
  const allowed = (transition.fields?.['resolution']?.allowedValues ?? []).flatMap((value) => nameOf(value) ?? []);
  const fitting = abandoned.test(transition.to.name)
    ? allowed.find((name) => abandoned.test(name))
    : allowed.find((name) => /^(?:done|fixed|resolved|complete)/i.test(name));
  const resolution = fitting ?? allowed[0];
  return resolution === undefined ? {} : { resolution: { name: resolution } };
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' ? value.name : undefined;
}

export function noWay(key: string, wanted: string, from: string, transitions: Transition[]): AppError {
  const targets = [...new Set(transitions.map(({ to }) => to.name))];
  return new AppError(`${key} cannot go from ${from} to "${cleanLine(wanted)}"`, {
    code: 'INPUT_INVALID',
    hint:
      targets.length === 0
        ? 'Its workflow lets it go nowhere from there, or you may not move it.'
        : `From there it can go to: ${targets.join(', ')}`,
    details: { status: from, options: targets },
  });
}

/** Where an issue that was made by mistake goes: cancelled, else done. */
export function endStatus(statuses: Status[]): string | undefined {
  const ends = statuses.filter(({ statusCategory }) => statusCategory?.key === 'done');
  return (ends.find(({ name }) => abandoned.test(name)) ?? ends[0])?.name;
}
