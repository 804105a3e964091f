/** The MCP servers that are measured beside DevOS, out of npm, with pinned versions, in the cache. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const packages = ['kubernetes-mcp-server@0.0.67', 'mcp-server-kubernetes@4.1.7'];

export interface Peers {
  /** The Go program of `kubernetes-mcp-server`. */
  go: string;
  /** The script of `mcp-server-kubernetes`. */
  node: string;
}

export async function fetchPeers(): Promise<Peers> {
  const folder = fileURLToPath(new URL('../../node_modules/.cache/devos/bench-peers', import.meta.url));
  const modules = join(folder, 'node_modules');
  const peers: Peers = {
    go: join(
      modules,
      `kubernetes-mcp-server-linux-${process.arch === 'x64' ? 'amd64' : 'arm64'}`,
      'bin',
      `kubernetes-mcp-server-linux-${process.arch === 'x64' ? 'amd64' : 'arm64'}`,
    ),
    node: join(modules, 'mcp-server-kubernetes', 'dist', 'index.js'),
  };
  if (existsSync(peers.go) && existsSync(peers.node)) return peers;
  await mkdir(folder, { recursive: true });
  const npm = promisify(execFile);
  await npm(
    'npm',
    ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', ...packages],
    {
      cwd: folder,
      timeout: 300_000,
    },
  );
  if (!existsSync(peers.go) || !existsSync(peers.node)) throw new Error(`npm brought neither ${peers.go} nor ${peers.node}`);
  return peers;
}
