/** Actions of figma that are understood, but not available yet. */
import type { PlannedAction } from '#kit';

export const figmaPlanned: PlannedAction[] = [];
