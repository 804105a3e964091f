/** The daemon, ended by SIGKILL at a named boundary as a power cut would; with `--plant` its actions lose their key. */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { CrashPoint } from '#engine';
import { integrations } from '#integrations';
import type { AnyAction } from '#kit';
import { startDaemon } from '../../src/server/daemon.ts';

const { values } = parseArgs({
  options: { state: { type: 'string' }, crash: { type: 'string' }, plant: { type: 'boolean', default: false } },
});

/** `after-call:3`: the third time that `after-call` is reached. */
function crashHook(wanted: string | undefined): (point: CrashPoint) => void {
  const [name, nth] = (wanted ?? '').split(':');
  let left = Number(nth ?? 1);
  return (reached) => {
    if (reached !== name) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
}

/** The planted bug: every call gets a key of its own, so that nothing can be recognised afterwards. */
function withoutKey(action: AnyAction): AnyAction {
  const planted: AnyAction = { ...action, run: (input, context) => action.run(input, { ...context, key: randomUUID() }) };
  if (action.find !== undefined)
    planted.find = (input, context) => action.find?.(input, { ...context, key: randomUUID() }) ?? Promise.resolve(undefined);
  return planted;
}

process.umask(0o077);
await startDaemon({
  stateDir: values.state ?? '',
  env: process.env,
  clock: () => new Date(),
  crash: crashHook(values.crash),
  ...(values.plant
    ? {
        integrations: integrations.map((integration) => ({
          ...integration,
          actions: integration.actions.map((action) => withoutKey(action)),
        })),
      }
    : {}),
});
process.once('SIGTERM', () => process.kill(process.pid, 'SIGKILL'));
