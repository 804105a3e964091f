/** An engine in a process of its own: runs the plans it is given, and dies by SIGKILL at a boundary, as a power cut would end it. */
import { parseArgs } from 'node:util';
import { openStore } from '#store';
import { silentLog } from '#store/testing';
import { startWorld } from './world.ts';

const { values } = parseArgs({
  options: {
    database: { type: 'string', default: '' },
    counter: { type: 'string', default: '' },
    plan: { type: 'string', default: '' },
    crash: { type: 'string', default: '' },
    plant: { type: 'boolean', default: false },
  },
});

const [wanted, nth] = values.crash.split(':');
let left = Number(nth ?? 1);

const store = await openStore({ stateDir: '', databaseUrl: values.database, log: silentLog });
const world = await startWorld(store, values.counter, {
  plant: values.plant,
  verifyTimeoutMs: 200,
  onLeaseLost: () => process.exit(70),
  crash(point) {
    if (point !== wanted) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  },
});
const plan = await store.plans.find(values.plan);
if (plan === undefined) throw new Error('there is no such plan');
await world.run(plan);
await world.close();
await store.close();
