/** A share with how sure it is. */
export interface Share {
  count: number;
  of: number;
  /** From 0 to 1; null where there is nothing to count. */
  share: number | null;
  /** The 95 % interval. */
  low: number | null;
  high: number | null;
}

/** Two-sided 95 % of the normal distribution. */
const z = 1.959_963_984_540_054;

/** Wilson's score interval: it holds for small numbers and for shares of 0 and 1, where the usual one does not. */
export function shareOf(count: number, of: number): Share {
  if (of === 0) return { count, of, share: null, low: null, high: null };
  const share = count / of;
  const middle = (share + z ** 2 / (2 * of)) / (1 + z ** 2 / of);
  const half = (z / (1 + z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  return { count, of, share: rounded(share), low: rounded(Math.max(0, middle - half)), high: rounded(Math.min(1, middle + half)) };
}

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
