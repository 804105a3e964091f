/** Actions of rancher that are understood, but not available yet. */
import type { PlannedAction } from '#kit';

export const rancherPlanned: PlannedAction[] = [];
