/** Actions of cloudformation that are understood, but not available yet. */
import type { PlannedAction } from '#kit';

export const cloudformationPlanned: PlannedAction[] = [];
