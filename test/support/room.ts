/** A company of one's own for a test of the whole program: its servers, a folder to stand in, and the command line. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeState } from '#server';
import { type CliResult, runCli } from './cli.ts';
import { startWorld, type World } from './world.ts';

export interface Room {
  world: World;
  /** The working folder of every command. */
  dir: string;
  env: Record<string, string | undefined>;
  devos: (...args: string[]) => Promise<CliResult>;
  /** Ends the daemon that the first command started, and removes everything. */
  close: () => Promise<void>;
}

/** `env`: variables besides. */
export async function openRoom(more: Record<string, string> = {}): Promise<Room> {
  const dir = await mkdtemp(join(tmpdir(), 'devos-room-'));
  const world = await startWorld(dir);
  const env = { ...world.env, DEVOS_STATE_DIR: world.stateDir, ...more };
  const devos = (...args: string[]): Promise<CliResult> => runCli(args, { env, cwd: dir });
  return {
    world,
    dir,
    env,
    devos,
    async close() {
      await devos('daemon', 'stop');
      await removeState(world.stateDir);
      await world.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
