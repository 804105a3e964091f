/** How dangerous a step is, worked out from its bound input and live facts, never from a caller's word. */
export type SafetyLevel = 'safe' | 'moderate' | 'destructive';

export interface Safety {
  level: SafetyLevel;
  reasons: string[];
}

const order: Record<SafetyLevel, number> = { safe: 0, moderate: 1, destructive: 2 };

export function safe(...reasons: string[]): Safety {
  return { level: 'safe', reasons: reasons.length > 0 ? reasons : ['reads only'] };
}

export function moderate(...reasons: string[]): Safety {
  return { level: 'moderate', reasons: reasons.length > 0 ? reasons : ['changes something that is easily put back'] };
}

export function destructive(...reasons: string[]): Safety {
  return { level: 'destructive', reasons };
}

/** The worst of several levels; `safe` for none. */
export function worstSafety(levels: Iterable<SafetyLevel>): SafetyLevel {
  let worst: SafetyLevel = 'safe';
  for (const level of levels) if (order[level] > order[worst]) worst = level;
  return worst;
}
