/** Actions of teams that are understood, but not available yet. */
import type { PlannedAction } from '#kit';

export const teamsPlanned: PlannedAction[] = [];
