/** Actions of helm that are understood, but not available yet. */
import type { PlannedAction } from '#kit';

export const helmPlanned: PlannedAction[] = [];
