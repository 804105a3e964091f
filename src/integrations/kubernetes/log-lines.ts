/** Log lines of several containers as one text, by time. */
import { cleanText, redact } from '#kit';

export interface LogLine {
  pod: string;
  container: string;
  /** RFC 3339 with up to nine digits; empty where the runtime wrote none. */
  at: string;
  text: string;
}

const stampPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/;

/** The API puts the time before each line when it is asked for times. Control characters and credentials are taken out. */
export function parseLine(raw: string, pod: string, container: string): LogLine {
  const stamp = stampPattern.exec(raw);
  const text = stamp === null ? raw : raw.slice(stamp[0].length);
  return { pod, container, at: stamp?.[1] ?? '', text: cleanText(redact(text)) };
}

/** Like parseLine for the lines of one container one after the other: a private key spans several. */
export function lineParser(pod: string, container: string): (raw: string) => LogLine {
  const clean = lineCleaner();
  return (raw) => {
    const stamp = stampPattern.exec(raw);
    return { pod, container, at: stamp?.[1] ?? '', text: clean(stamp === null ? raw : raw.slice(stamp[0].length)) };
  };
}

/** Lines one after the other, without control characters, credentials and private keys. */
export function lineCleaner(): (line: string) => string {
  let inKey = false;
  return (line) => {
    const begins = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(line);
    const ends = /-----END [A-Z ]*PRIVATE KEY-----/.test(line);
    // Other lines may come between; what looks like a part of a key is one, also where its beginning was cut off.
    const isPart = inKey ? /^\s*(?:[A-Za-z0-9+/=]*|(?:Proc-Type|DEK-Info): .*)\s*$/.test(line) : isKeyBody(line);
    inKey = (begins || (inKey && isPart)) && !ends;
    const text = cleanText(redact(line));
    if (begins || ends) return text.replace(/-----END.*/, masked);
    return isPart ? masked : text;
  };
}

const masked = '***';

/** A whole line of PEM; a hash of that length is hexadecimal. */
function isKeyBody(text: string): boolean {
  return /^\s*(?:[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{76})\s*$/.test(text) && /[A-Z]/.test(text) && /[g-z]/.test(text) && /[0-9+/]/.test(text);
}

/** The newest `tail` of all, in the order of time; lines of one container keep their order. */
export function mergeLines(parts: LogLine[][], tail: number): LogLine[] {
  const all = parts.flatMap((lines) => lines.map((line, index) => ({ line, index })));
  const sorted = all
    .toSorted((left, right) => compareTime(left.line.at, right.line.at) || left.index - right.index)
    .map(({ line }) => line);
  return sorted.slice(Math.max(0, sorted.length - tail));
}

/** Fractions have from none to nine digits, so that the texts alone do not compare. */
export function compareTime(left: string, right: string): number {
  const [a, b] = [padded(left), padded(right)];
  return a < b ? -1 : Number(a > b);
}

function padded(at: string): string {
  const [whole = '', fraction = ''] = at.replace(/Z$/, '').split('.');
  return `${whole}.${fraction.padEnd(9, '0')}`;
}

/** With the pod before each line where there are several. */
export function lineText({ pod, text }: LogLine, several: boolean): string {
  return several ? `[${pod}] ${text}` : text;
}

/** ISO 8601 duration of days, hours, minutes and seconds. */
export function secondsOf(duration: string): number {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (parts ?? []).slice(1).map((part) => Number(part ?? 0));
  return Math.max(1, days * 86_400 + hours * 3600 + minutes * 60 + seconds);
}
