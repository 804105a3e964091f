/** Stands between the daemon and the sandbox and passes bytes on, so that a test sees which connections are in use. */
import { connect, createServer, type Socket } from 'node:net';

export interface Stream {
  bytes: number;
  closed: boolean;
}

export interface Relay {
  url: string;
  /** Forgets what was passed on until now. */
  mark: () => void;
  /** Connections on which the far side has sent something since `mark`. */
  busy: () => Stream[];
  close: () => Promise<void>;
}

/** TLS goes through untouched: the certificate is for 127.0.0.1, whatever the port. */
export async function startRelay(target: string): Promise<Relay> {
  const { hostname, port } = new URL(target);
  const streams: Stream[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const stream: Stream = { bytes: 0, closed: false };
    streams.push(stream);
    far.on('data', (chunk) => (stream.bytes += chunk.length));
    near.on('close', () => {
      stream.closed = true;
      far.destroy();
    });
    for (const socket of [near, far]) sockets.add(socket.on('error', () => socket.destroy()));
    far.on('close', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    mark() {
      for (const stream of streams) stream.bytes = 0;
    },
    busy: () => streams.filter((stream) => stream.bytes > 0),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
