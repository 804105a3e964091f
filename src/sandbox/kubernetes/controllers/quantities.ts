/** Amounts of cpu and memory as Kubernetes writes them. */

const units: Record<string, number> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function amountOf(text: string): number {
  const found = /^([0-9.]+)([A-Za-z]*)$/.exec(text.trim());
  return found === null ? 0 : Number(found[1]) * (units[found[2] ?? ''] ?? 1);
}

/** In cores: `250m` is 0.25. */
export const cpuOf = (text: string): number => amountOf(text);

/** In bytes: `64Mi` is 67108864. */
export const memoryOf = (text: string): number => amountOf(text);

export function cpuText(cores: number): string {
  return Number.isInteger(cores) ? String(cores) : `${Math.round(cores * 1000)}m`;
}

export function memoryText(bytes: number): string {
  for (const [unit, size] of [
    ['Gi', 2 ** 30],
    ['Mi', 2 ** 20],
    ['Ki', 2 ** 10],
  ] as const)
    if (bytes > 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  return String(bytes);
}
