/** Actions of mcp that are understood, but not available yet. */
import type { PlannedAction } from '#kit';

export const mcpPlanned: PlannedAction[] = [];
