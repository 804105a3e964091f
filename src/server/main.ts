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
  const starting = startDaemon({ stateDir: values.state, env: { ...process.env }, clock: () => new Date() });
  const stop = async () => {
    await (await starting).stop();
    process.exit(0);
  };
  // Before it is ready too: a daemon that ended while it starts would leave its database running.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop().catch(() => process.exit(1)));
  await starting;
}

main().catch((error: unknown) => {
  const known = toAppError(error);
  process.stderr.write(
    `${JSON.stringify({ level: 'error', at: new Date().toISOString(), error: known.toBody(), stack: known.code === 'INTERNAL' ? String(known.stack) : undefined })}\n`,
  );
  process.exitCode = known.exitCode;
  process.exit();
});
