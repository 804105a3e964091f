/** A model server on loopback for tests: it speaks the chat API of OpenAI and, thinly, the messages API of Anthropic, and answers what it is told. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ModelCall {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: Record<string, unknown>;
  /** System and user text, whatever the API calls them. */
  text: string;
}

/** `say` is the text of the model; `raw` writes the answer itself. */
export type ModelAnswer =
  | { say: unknown }
  | { status: number; headers?: Record<string, string>; text?: string }
  | { raw: (response: ServerResponse) => void };

export interface ModelServer {
  /** Ends in /v1. */
  url: string;
  calls: ModelCall[];
  /** What is answered from now on; a list is used up in order, its last one stays. Without one, a request is answered with 500. */
  answer: (...answers: ModelAnswer[]) => void;
  close: () => Promise<void>;
}

export async function startModelServer(): Promise<ModelServer> {
  const calls: ModelCall[] = [];
  let answers: ModelAnswer[] = [];
  const server = createServer((request, response) => void handle(request, response));

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const path = request.url ?? '';
    const body: Record<string, unknown> = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    calls.push({ path, headers: request.headers, body, text: textOf(body) });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) return void response.writeHead(500).end('nothing was expected');
    if ('raw' in answer) return answer.raw(response);
    if ('status' in answer)
      return void response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.text ?? '{}');
    const said = typeof answer.say === 'string' ? answer.say : JSON.stringify(answer.say);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(path.endsWith('/messages') ? message(said) : completion(said)));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls,
    answer: (...given) => void (answers = given),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One whole answer of the chat API. */
export function completion(content: string): unknown {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'scripted',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}

function message(text: string): unknown {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'scripted',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
}

function textOf(body: Record<string, unknown>): string {
  const texts: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) walk(inner);
  };
  walk([body['system'], body['messages']]);
  return texts.join('\n');
}
