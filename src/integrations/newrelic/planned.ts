/** Actions of newrelic that are understood, but not available yet. */
import type { PlannedAction } from '#kit';

export const newrelicPlanned: PlannedAction[] = [];
