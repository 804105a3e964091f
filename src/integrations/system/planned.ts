/** Actions of system that are understood, but not available yet. */
import type { PlannedAction } from '#kit';

export const systemPlanned: PlannedAction[] = [];
