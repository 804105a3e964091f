/** The daemon's process: `node src/server/main.ts --state DIR`. Ends on SIGTERM; why it did not start is the last line of its log. */
import { chmod, mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AppError, toAppError } from '#kit/errors';
import { startDaemon } from './daemon.ts';

const { values } = parseArgs({ options: { state: { type: 'string' } } });

async function main(): Promise<void> {
  if (values.state === undefined) throw new AppError('The state folder is missing', { code: 'USAGE', hint: 'Use: devos daemon start' });
  process.umask(0o077);
  await mkdir(values.state, { recursive: true, mode: 0o700 });
  await chmod(values.state, 0o700);
  const daemon = await startDaemon({ stateDir: values.state, env: process.env, clock: () => new Date() });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void daemon.stop().then(() => process.exit(0)));
}

main().catch((error: unknown) => {
  const known = toAppError(error);
  process.stderr.write(
    `${JSON.stringify({ level: 'error', at: new Date().toISOString(), error: known.toBody(), stack: known.code === 'INTERNAL' ? String(known.stack) : undefined })}\n`,
  );
  process.exitCode = known.exitCode;
  process.exit();
});
