/** The machine that the request comes from. What it reads is offered by `context`; the server joins the two. */
import { type ContextSource, defineIntegration, type Integration } from '#kit';
import { z } from 'zod';
import { getContext } from './actions/get-context.ts';

export function createSystem(source: ContextSource): Integration<ContextSource> {
  return defineIntegration<ContextSource>({
    id: 'system',
    summary: 'The working folder, processes and git of this machine',
    config: z.strictObject({}),
    actions: [getContext],
    carries: [],
    connect: async () => ({ client: source, close: async () => {} }),
    health: async () => ({ ok: true, message: 'this machine; nothing to connect to' }),
  });
}
