/** Actions of kubernetes that are understood, but not available yet. */
import type { PlannedAction } from '#kit';

export const kubernetesPlanned: PlannedAction[] = [];
