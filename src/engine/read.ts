/** Safe plans run at once: nothing has to survive a crash, so there is no durable workflow. They are on record all the same. */
import { AppError, type Json, type Plan, redact, type RunContext } from '#kit';
import { asJson } from './as-json.ts';
import { redactInput } from './redact-input.ts';
import type { Engine, EngineOptions } from './types.ts';

type Read = Engine['read'];

export function createRead({ audit, connections, newId }: Pick<EngineOptions, 'audit' | 'connections' | 'newId'>): Read {
  return async (plan, { signal, reader, onProgress, onOutput }) => {
    const unsafe = plan.steps.find((step) => step.safety !== 'safe' || step.permission !== 'read');
    if (unsafe !== undefined)
      throw new AppError(`Step ${unsafe.id} is not safe`, { code: 'INTERNAL', hint: 'This is a bug: it was stopped before anything ran.' });
    const run = newId();
    const body = {
      hash: plan.hash,
      sentence: plan.sentence === null ? null : redact(plan.sentence),
      via: plan.origin.via,
      steps: plan.steps.map(({ action, input }) => ({ action, input: redactInput(input) })),
    };
    // Written while the other system works. Nothing reaches the person before it is on record.
    const recorded = audit.append({ type: 'read-requested', who: plan.origin.who, plan: plan.id, run, body });
    const output = (text: string) =>
      void recorded.then(
        () => onOutput(text),
        () => undefined,
      );
    const [record, result] = await Promise.allSettled([recorded, readSteps(run, { signal, reader, progress: onProgress, output }, plan)]);
    if (record.status === 'rejected') throw record.reason;
    if (result.status === 'rejected') throw result.reason;
    return { run, outputs: result.value };
  };

  async function readSteps(
    run: string,
    context: Pick<RunContext<unknown>, 'signal' | 'reader' | 'progress' | 'output'>,
    plan: Plan,
  ): Promise<Record<string, Json>> {
    const outputs: Record<string, Json> = {};
    for (const step of plan.steps) {
      const { action, client, clock, cwd } = await connections.bind(step.action, plan.origin);
      outputs[step.id] = asJson(await action.run(step.input, { ...context, client, clock, cwd, key: `${run}/${step.id}` }));
    }
    return outputs;
  }
}
