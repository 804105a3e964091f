/** A command as a person writes it becomes an argument array. No shell reads it, so what only a shell understands is refused. */
import { AppError } from '#kit';

const operators: Record<string, string> = {
  '|': 'a pipe',
  ';': 'a second command',
  '&': 'a second command',
  '>': 'a redirection',
  '<': 'a redirection',
  '(': 'a subshell',
  ')': 'a subshell',
  '`': 'a command inside the command',
};

/**
 * Words parted by blanks; `'…'` word for word, `"…"` with `\"` and `\\`, a backslash before one character.
 * Throws INPUT_INVALID for shell operators and variables outside quotes, open quotes, and characters that nobody sees.
 */
export function parseArguments(command: string): string[] {
  if (/[\p{Cc}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u.test(command.replaceAll('\t', ' ')))
    throw invalid('holds line breaks or characters that cannot be seen', 'Write it as one line of plain characters.');
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < command.length;) {
    const sign = command[at] ?? '';
    if (sign === ' ' || sign === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
      continue;
    }
    const { text, next } = readPart(command, at);
    word = (word ?? '') + text;
    at = next;
  }
  if (word !== undefined) words.push(word);
  if (words[0] === undefined || words[0] === '') throw invalid('names no program', 'Say which, for example: ls /data');
  return words;
}

/** What stands at this place of a word: a quoted part, an escaped character, or a plain one. */
function readPart(command: string, at: number): { text: string; next: number } {
  const sign = command[at] ?? '';
  if (sign === "'") {
    const end = command.indexOf("'", at + 1);
    if (end < 0) throw open("'");
    return { text: command.slice(at + 1, end), next: end + 1 };
  }
  if (sign === '"') return readDoubleQuoted(command, at);
  if (sign === '\\') {
    const escaped = command[at + 1];
    if (escaped === undefined) throw invalid('ends with a backslash', 'A backslash stands before the character that it is for.');
    return { text: escaped, next: at + 2 };
  }
  const operator = operators[sign];
  if (operator !== undefined) throw needsShell(`${operator} (${sign})`);
  if (sign === '$' && /[A-Za-z_{(0-9?@*#!-]/.test(command[at + 1] ?? ''))
    throw needsShell(`a variable or a command inside the command (${sign})`);
  return { text: sign, next: at + 1 };
}

function readDoubleQuoted(command: string, start: number): { text: string; next: number } {
  let text = '';
  for (let at = start + 1; at < command.length; at += 1) {
    const sign = command[at] ?? '';
    if (sign === '"') return { text, next: at + 1 };
    const following = command[at + 1];
    const escapes = sign === '\\' && (following === '"' || following === '\\');
    text += escapes ? following : sign;
    if (escapes) at += 1;
  }
  throw open('"');
}

const open = (quote: string): AppError =>
  invalid(`has a ${quote} that is not closed`, `Close it, or write \\${quote} for the character itself.`);

function needsShell(what: string): AppError {
  return invalid(
    `has ${what}, which only a shell understands`,
    "Nothing is expanded here. Put it into quotes, or run a shell on purpose: sh -c '…'",
  );
}

function invalid(what: string, hint: string): AppError {
  return new AppError(`The command ${what}`, { code: 'INPUT_INVALID', hint });
}

/** For a reader: every word in quotes where its ends could be mistaken. */
export function showArguments(argv: string[]): string {
  return argv.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}
