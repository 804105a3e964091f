/** Names that look like one that was not found. */

/** Best first: one contains the other, then few edits, then the same first word. */
export function nearNames(wanted: string, names: readonly string[], limit = 5): string[] {
  const scored = [...new Set(names)].flatMap((name) => {
    const score = likeness(wanted.toLowerCase(), name.toLowerCase());
    return score === undefined ? [] : [{ name, score }];
  });
  return scored
    .toSorted((left, right) => left.score - right.score || (left.name < right.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

function likeness(wanted: string, name: string): number | undefined {
  const allowed = Math.max(1, Math.floor(Math.min(wanted.length, name.length) / 3));
  const edits = Math.abs(wanted.length - name.length) > allowed ? Infinity : distance(wanted, name);
  if (edits <= allowed) return edits;
  if (wanted.length >= 3 && (name.includes(wanted) || wanted.includes(name))) return 10 + Math.abs(wanted.length - name.length);
  const [head = ''] = wanted.split('-');
  return head.length >= 3 && name.split('-').includes(head) ? 100 : undefined;
}

/** Levenshtein; names are at most 253 characters and of nearly equal length here. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = left[i - 1] === right[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
