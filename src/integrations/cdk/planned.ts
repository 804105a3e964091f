/** Actions of cdk that are understood, but not available yet. */
import type { PlannedAction } from '#kit';

export const cdkPlanned: PlannedAction[] = [];
