/** As much of an MCP client over stdio as a measurement needs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const Message = z.looseObject({
  id: z.union([z.number(), z.string()]).nullish(),
  result: z
    .looseObject({ isError: z.boolean().nullish(), content: z.array(z.looseObject({ text: z.string().nullish() })).nullish() })
    .nullish(),
  error: z.looseObject({ message: z.string() }).nullish(),
});

export interface McpClient {
  pid: number;
  /** The text of the answer; throws where the tool says that it failed. */
  callTool: (name: string, input: object) => Promise<string>;
  close: () => void;
}

export async function startMcp(command: string, args: string[], env: Record<string, string | undefined>): Promise<McpClient> {
  const child: ChildProcess = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  // A program that cannot be started has no pid, and says why here.
  child.on('error', (error) => process.stderr.write(`${command}: ${error.message}\n`));
  const { stdin, stdout, pid } = child;
  if (stdin === null || stdout === null || pid === undefined) throw new Error(`${command} did not start`);
  const waiting = new Map<number, (message: z.infer<typeof Message>) => void>();
  createInterface({ input: stdout }).on('line', (line) => {
    const message = Message.safeParse(parse(line));
    if (message.success && typeof message.data.id === 'number') waiting.get(message.data.id)?.(message.data);
  });
  let last = 0;
  const send = (message: object): void => void stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  function call(method: string, params: object): Promise<z.infer<typeof Message>> {
    last += 1;
    const id = last;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method} took more than 60 s`)), 60_000);
      waiting.set(id, (message) => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(message);
      });
      send({ id, method, params });
    });
  }
  await call('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } });
  send({ method: 'notifications/initialized' });
  return {
    pid,
    async callTool(name, input) {
      const { result, error } = await call('tools/call', { name, arguments: input });
      const text = result?.content?.map((one) => one.text ?? '').join('') ?? error?.message ?? '';
      if (result === undefined || result === null || result.isError === true) throw new Error(`${name} failed: ${text.slice(0, 300)}`);
      return text;
    },
    close: () => void child.kill('SIGTERM'),
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // something that is not for us
  }
}
