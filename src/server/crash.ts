/** For the crash test only: ends this very process with SIGKILL at a named point, as a power cut would. */
import type { CrashPoint } from '#engine';

const points: CrashPoint[] = ['before-intent', 'after-intent', 'after-call', 'after-outcome', 'while-waiting'];

/** `wanted` is `DEVOS_CRASH_AT`: `after-call` or `after-call:3` (the third time it is reached). Without it the hook does nothing. */
export function createCrashHook(wanted: string | undefined): (point: CrashPoint, key: string) => void {
  if (wanted === undefined || wanted === '') return () => undefined;
  const [name, nth] = wanted.split(':');
  const point = points.find((candidate) => candidate === name);
  let left = Number(nth ?? 1);
  return (reached) => {
    if (reached !== point) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
