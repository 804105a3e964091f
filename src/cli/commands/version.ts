/** `devos version`. */
import { readFileSync } from 'node:fs';
import { exitCodes } from '#kit/errors';
import { root } from '../place.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { printValue } from '../print.ts';

export const versionCommand: Command = { usage: ['version'], flags: {}, startsDaemon: false, run };

async function run({ io, globals }: Context): Promise<number> {
  const { version } = readPackage();
  if (globals.output === 'table' || globals.output === 'name') io.out(`devos ${version}\n`);
  else await printValue(io, globals.output, { schemaVersion: 1, version, node: process.version });
  return exitCodes.done;
}

function readPackage(): { version: string } {
  const value: unknown = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  if (typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'string')
    return { version: value.version };
  throw new Error(`${root}/package.json names no version`);
}
