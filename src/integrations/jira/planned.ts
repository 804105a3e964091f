/** Actions of jira that are understood, but not available yet. */
import type { PlannedAction } from '#kit';

export const jiraPlanned: PlannedAction[] = [];
