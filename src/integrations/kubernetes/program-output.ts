/** What a program writes, on its way to a person: whole lines, cleaned, without credentials, and not without end. */
import { lineCleaner } from './log-lines.ts';

/** Shown and kept of each stream; the rest is counted. */
const maxBytes = 256 * 1024;
/** Each piece is stored, so that there are not too many of them. */
const pieceBytes = 8 * 1024;
const everyMs = 200;
const longestLine = 16 * 1024;

export interface ProgramOutput {
  take: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
  /** Gives out what is left, and what was kept. */
  end: () => { stdout: string; stderr: string; leftOut: number };
}

interface Stream {
  decoder: InstanceType<typeof TextDecoder>;
  /** A line that has not ended. */
  rest: string;
  clean: (line: string) => string;
  kept: string;
}

export function createProgramOutput(give: (text: string) => void): ProgramOutput {
  const streams = { stdout: newStream(), stderr: newStream() };
  let waiting = '';
  let leftOut = 0;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting !== '') give(waiting);
    waiting = '';
  }

  function keep(stream: Stream, line: string): void {
    const text = stream.clean(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (stream.kept.length + text.length > maxBytes) {
      leftOut += Buffer.byteLength(line) + 1;
      return;
    }
    stream.kept += `${text}\n`;
    waiting += `${text}\n`;
    if (waiting.length > pieceBytes) flush();
    else timer ??= setTimeout(flush, everyMs);
  }

  function takeText(stream: Stream, text: string): void {
    const lines = (stream.rest + text).split('\n');
    stream.rest = lines.pop() ?? '';
    for (const line of lines) keep(stream, line);
    if (stream.rest.length <= longestLine) return;
    keep(stream, stream.rest);
    stream.rest = '';
  }

  return {
    take: (name, bytes) => takeText(streams[name], streams[name].decoder.decode(bytes, { stream: true })),
    end() {
      for (const stream of Object.values(streams)) {
        takeText(stream, stream.decoder.decode());
        if (stream.rest !== '') keep(stream, stream.rest);
        stream.rest = '';
      }
      flush();
      return { stdout: streams.stdout.kept, stderr: streams.stderr.kept, leftOut };
    },
  };
}

function newStream(): Stream {
  return { decoder: new TextDecoder(), rest: '', clean: lineCleaner(), kept: '' };
}
