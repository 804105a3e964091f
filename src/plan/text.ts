/** Small tools of the plan's text. */

export type Paint = 'bold' | 'green' | 'yellow' | 'red';

const codes: Record<Paint, number> = { bold: 1, red: 31, green: 32, yellow: 33 };

export function paint(text: string, how: Paint, on: boolean): string {
  return on ? `\u001b[${codes[how]}m${text}\u001b[0m` : text;
}

/** Breaks at single spaces; a word longer than a line stays whole. Runs of spaces hold fields apart and are kept. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(/(?<=\S) (?=\S)/)) {
    const longer = line === '' ? part : `${line} ${part}`;
    if (longer.length > width && line !== '') {
      lines.push(line);
      line = part;
    } else line = longer;
  }
  return [...lines, line];
}

/** A command as it could be pasted into a POSIX shell. For reading only: nothing here ever runs a string. */
export function quoteCommand(words: string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ');
}
