/** Command lines without their secrets. */
import { cleanLine, redact } from '#kit';

const longest = 200;
const secretName = /passw|pwd|secret|token|api-?_?key|apikey|access-?_?key|private-?_?key|credential|auth(?!or)|bearer|cookie|session/i;

/** One line. The value of a flag or variable with a telling name becomes `***`; the rest goes through the patterns of `redact`. */
export function maskArguments(args: string[]): string {
  const shown: string[] = [];
  let valueIsSecret = false;
  for (const arg of args) {
    shown.push(valueIsSecret && !arg.startsWith('--') ? '***' : maskPair(arg));
    valueIsSecret = /^--?[a-z]/i.test(arg) && !arg.includes('=') && secretName.test(arg);
  }
  const line = redact(cleanLine(shown.join(' ')));
  return line.length > longest ? `${line.slice(0, longest).toWellFormed()}…` : line;
}

/** `--token=x`, `TOKEN=x` and `scheme://user:password@host`. */
function maskPair(arg: string): string {
  const at = arg.indexOf('=');
  if (at > 0 && secretName.test(arg.slice(0, at))) return `${arg.slice(0, at)}=***`;
  return arg.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@]*@/gi, '$1***@');
}
