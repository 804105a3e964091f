/** A small outside system with state: things that have a value, and a list of entries. It counts every change that was made to it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Effect {
  what: string;
  key: string;
}

/** What the next matching requests get: `cut` after the work was done, `cut-before` without it, or a status instead of the work. */
export interface Fault {
  method: string;
  times: number;
  kind: 'cut' | 'cut-before' | number;
}

export interface Counter {
  url: string;
  things: Map<string, { value: number; key: string }>;
  entries: { text: string; key: string }[];
  /** Each change that really happened, in order. */
  effects: Effect[];
  faults: Fault[];
  /** Requests wait here until it is opened again. */
  hold: (method: string) => { arrived: Promise<void>; open: () => void };
  close: () => Promise<void>;
}

export async function startCounter(): Promise<Counter> {
  const counter: Omit<Counter, 'url' | 'close' | 'hold'> = { things: new Map(), entries: [], effects: [], faults: [] };
  const gates = new Map<string, { arrive: () => void; opened: Promise<void> }>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
    const gate = gates.get(method);
    if (gate !== undefined) {
      gate.arrive();
      await gate.opened;
    }
    const fault = counter.faults.find((candidate) => candidate.method === method && candidate.times > 0);
    if (fault !== undefined) fault.times -= 1;
    if (fault?.kind === 'cut-before') return void response.destroy();
    if (typeof fault?.kind === 'number') return void response.writeHead(fault.kind).end('{}');
    const answer = work(counter, method, new URL(request.url ?? '/', 'http://counter'), text);
    if (fault?.kind === 'cut') return void response.destroy();
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
  }

  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    ...counter,
    url: typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '',
    hold(method) {
      let arrive = () => {};
      let open = () => {};
      const arrived = new Promise<void>((resolve) => (arrive = resolve));
      const opened = new Promise<void>((resolve) => (open = resolve));
      gates.set(method, { arrive, opened });
      return {
        arrived,
        open() {
          gates.delete(method);
          open();
        },
      };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `GET|PUT /things/<name>`, `GET /entries?key=`, `POST /entries`, `DELETE /entries?key=`. A write that changes nothing is no effect. */
function work(counter: Pick<Counter, 'things' | 'entries' | 'effects'>, method: string, url: URL, text: string): unknown {
  const body: { value?: number; key?: string; text?: string } = text === '' ? {} : JSON.parse(text);
  const key = body.key ?? '';
  if (url.pathname.startsWith('/things/')) {
    const name = url.pathname.slice('/things/'.length);
    const before = counter.things.get(name) ?? { value: 0, key: '' };
    if (method === 'GET') return before;
    const value = body.value ?? 0;
    if (value !== before.value) counter.effects.push({ what: `${name}=${value}`, key });
    counter.things.set(name, { value, key });
    return { from: before.value, to: value };
  }
  const asked = url.searchParams.get('key');
  if (method === 'GET') return counter.entries.filter((entry) => entry.key === asked);
  if (method === 'DELETE') {
    const gone = counter.entries.filter((entry) => entry.key === asked);
    for (const entry of gone) counter.effects.push({ what: `-${entry.text}`, key: entry.key });
    counter.entries.splice(0, counter.entries.length, ...counter.entries.filter((entry) => entry.key !== asked));
    return gone;
  }
  counter.entries.push({ text: body.text ?? '', key });
  counter.effects.push({ what: `+${body.text ?? ''}`, key });
  return { key };
}
