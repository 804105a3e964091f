/** Safe plans run at once: nothing has to survive a crash, so there is no durable workflow. They are on record all the same. */
import { AppError, type Json } from '#kit';
import { asJson } from './effect.ts';
import type { Engine, EngineOptions } from './types.ts';

type Read = Engine['read'];

export function createRead({ audit, connections, newId }: Pick<EngineOptions, 'audit' | 'connections' | 'newId'>): Read {
  return async (plan, { signal, onProgress, onOutput }) => {
    const unsafe = plan.steps.find((step) => step.safety !== 'safe' || step.permission !== 'read');
    if (unsafe !== undefined)
      throw new AppError(`Step ${unsafe.id} is not safe`, { code: 'INTERNAL', hint: 'This is a bug: it was stopped before anything ran.' });
    const run = newId();
    const outputs: Record<string, Json> = {};
    for (const step of plan.steps) {
      const { action, client, clock, cwd } = await connections.bind(step.action, plan.origin);
      outputs[step.id] = asJson(
        await action.run(step.input, { client, clock, cwd, signal, key: `${run}/${step.id}`, progress: onProgress, output: onOutput }),
      );
    }
    const body = {
      hash: plan.hash,
      sentence: plan.sentence,
      via: plan.origin.via,
      steps: plan.steps.map(({ action, input }) => ({ action, input })),
    };
    await audit.append({ type: 'read-done', who: plan.origin.who, plan: plan.id, run, body });
    return { run, outputs };
  };
}
