/** Reading from a person, line by line. */
import { createInterface } from 'node:readline';
import { AppError } from '#kit/errors';

/** Asks on stderr, so that stdout holds data only. Undefined at the end of input. */
export async function askTerminal(question: string, prefill?: string): Promise<string | undefined> {
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal: process.env['TERM'] !== 'dumb' });
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      reader.on('close', () => resolve(undefined));
      reader.on('SIGINT', () => {
        process.stderr.write('\n');
        reject(new AppError('Stopped', { code: 'INTERRUPTED', hint: 'Nothing was changed by this question.' }));
      });
      reader.question(question, resolve);
      if (prefill !== undefined) reader.write(prefill);
    });
  } finally {
    reader.close();
  }
}

export async function* readLines(input: NodeJS.ReadableStream): AsyncIterable<string> {
  yield* createInterface({ input, crlfDelay: Infinity, terminal: false });
}
