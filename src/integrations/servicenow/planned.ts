/** Actions of servicenow that are understood, but not available yet. */
import type { PlannedAction } from '#kit';
import { changesPlanned } from './planned/changes.ts';
import { incidentsPlanned } from './planned/incidents.ts';

export const servicenowPlanned: PlannedAction[] = [...incidentsPlanned, ...changesPlanned];
