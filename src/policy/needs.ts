/** What the policies that allowed ask for, from their `@needs` annotations. */
import { AppError, type Needs, type PlanStep } from '#kit';
import { typedTarget } from '#plan';

export type Confirm = Needs['confirm'];

const strictness: Record<Confirm, number> = { none: 0, once: 1, name: 2 };

/**
 * `confirm:once` or `confirm:name`. Anything else is refused when the profile is loaded (CONFIG_INVALID): a need that nobody
 * enforces must not look as if it were. Approvals by others, changes and windows find their place here.
 */
export function parseNeeds(annotation: string | undefined): Confirm {
  switch (annotation) {
    case undefined:
      return 'none';
    case 'confirm:once':
      return 'once';
    case 'confirm:name':
      return 'name';
    default:
      throw new AppError(`@needs(${JSON.stringify(annotation)}) is not known`, {
        code: 'CONFIG_INVALID',
        hint: 'Use "confirm:once" or "confirm:name".',
      });
  }
}

export function stricter(left: Confirm, right: Confirm): Confirm {
  return strictness[right] > strictness[left] ? right : left;
}

export function isStricter(confirm: Confirm, than: Confirm): boolean {
  return strictness[confirm] > strictness[than];
}

/** The needs of a plan. Where policy asks to type a name for steps that are not destructive, the first step's target is typed. */
export function planNeeds(confirm: Confirm, steps: PlanStep[]): Needs {
  const needs: Needs = { approvals: [], change: null, window: null, confirm };
  if (confirm === 'name')
    needs.typeName = typedTarget(steps) ?? typedTarget(steps.slice(0, 1).map((step) => ({ ...step, safety: 'destructive' }))) ?? '';
  return needs;
}
