/** Lines of a text file as they are read, so that its length does not matter. */
import { createReadStream } from 'node:fs';
import { AppError } from '#kit/errors';

/** Far more than any sentence; a file without line breaks is found out here. */
const longestLine = 1_000_000;

/** Only a line feed ends a line: a sentence may hold any other character. Throws INPUT_INVALID, with the line where it is known. */
export async function* fileLines(path: string, named: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = 1;
  let rest = '';
  try {
    for await (const chunk of createReadStream(path)) {
      const parts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n'); // a stream without an encoding gives buffers
      rest = parts.pop() ?? '';
      for (const part of parts) {
        yield part;
        line += 1;
      }
      if (rest.length > longestLine) throw tooLong(named, line);
    }
    yield rest + decoder.decode();
  } catch (error) {
    throw AppError.isInstance(error) ? error : unreadable(named, line, error);
  }
}

function tooLong(named: string, line: number): AppError {
  return new AppError(`${named}, line ${line}: more than ${longestLine} characters in a line`, {
    code: 'INPUT_INVALID',
    hint: 'Write one sentence a line; it must be a text file.',
    details: { file: named, line },
  });
}

function unreadable(named: string, line: number, error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new AppError(`${named}, line ${line} or soon after it: not UTF-8`, {
      code: 'INPUT_INVALID',
      hint: `Convert it: iconv -t UTF-8 ${named}`,
      details: { file: named, line },
      cause: error,
    });
  const reasons: Record<string, string> = { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'you may not read it' };
  return new AppError(`${named} cannot be read${reasons[code] === undefined ? '' : `: ${reasons[code]}`}`, {
    code: 'INPUT_INVALID',
    hint: 'Give files with labelled sentences: devos eval sentences.tsv',
    details: { file: named },
    cause: error,
  });
}
