/** A daemon's part for the tests: opens the store, writes one row, says so, and stays until it is killed. */
import { openStore } from '../open-store.ts';
import { silentLog } from '../testing.ts';
import { samplePlan } from './sample-plan.ts';

const [stateDir = '', plan = ''] = process.argv.slice(2);
try {
  const store = await openStore({ stateDir, log: silentLog });
  if (plan !== '') await store.plans.insert(samplePlan(plan));
  process.stdout.write(`${JSON.stringify({ url: store.url, ...store.server })}\n`);
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
  process.exitCode = 1;
}
