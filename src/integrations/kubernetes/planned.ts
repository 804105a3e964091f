/** Actions of kubernetes that are understood, but not available yet. */
import type { PlannedAction } from '#kit';
import { objectsPlanned } from './planned/objects.ts';
import { workloadsPlanned } from './planned/workloads.ts';

export const kubernetesPlanned: PlannedAction[] = [...workloadsPlanned, ...objectsPlanned];
