/** `devos doctor`: what this machine needs, what the daemon says, and the command that mends each. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '#kit/api';
import { exitCodes, toAppError } from '#kit/errors';
import { ensurePrivateFolder } from '#kit/state';
import { root } from '../place.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { printValue } from '../print.ts';
import { cleanText } from '#kit/clean';

export const doctorCommand: Command = { usage: ['doctor [-o json]'], flags: {}, startsDaemon: true, run };

/** Exit 0 only where everything that is needed is right. */
async function run(context: Context): Promise<number> {
  const { io, globals, state } = context;
  const checks = [
    checkNode(process.versions.node),
    checkInstall(root),
    checkState(state),
    ...(await askDaemon(context)),
    ...checkSocket(context),
  ];
  const kept = withoutDoubles(checks);
  if (globals.output === 'table') io.out(kept.map(describeCheck).join(''));
  else if (globals.output === 'name') io.out(kept.map(({ name }) => `${name}\n`).join(''));
  else await printValue(io, globals.output, kept);
  return kept.every((check) => check.ok || check.needed === false) ? exitCodes.done : exitCodes.failed;
}

/** Messages are of any length: a line each, and one more for the command that mends it. */
function describeCheck(check: Check): string {
  const line = `${stateOf(check).padEnd(12)}${check.name.padEnd(12)}${cleanText(check.message).replaceAll('\n', ' ')}\n`;
  return check.ok || check.fix === null ? line : `${line}${' '.repeat(12)}mend it:    ${cleanText(check.fix)}\n`;
}

function stateOf({ ok, needed }: Check): string {
  if (ok) return 'ok';
  return needed === false ? 'not set up' : 'wrong';
}

/** Where both sides look at the same thing, what was found first stays. */
function withoutDoubles(checks: Check[]): Check[] {
  return checks.filter((check, index) => checks.findIndex(({ name }) => name === check.name) === index);
}

export function checkNode(version: string): Check {
  const ok = Number(version.split('.')[0]) >= 24;
  return {
    name: 'node',
    ok,
    message: `version ${version}${ok ? '' : '; 24 is needed'}`,
    fix: ok ? null : `Run ./devos: it brings its own Node`,
  };
}

export function checkInstall(folder: string): Check {
  const marker = join(folder, 'node_modules/.package-lock.json');
  const lock = join(folder, 'package-lock.json');
  const ok = existsSync(marker) && (!existsSync(lock) || statSync(lock).mtimeMs <= statSync(marker).mtimeMs);
  return { name: 'packages', ok, message: ok ? 'installed' : 'older than package-lock.json', fix: ok ? null : `cd ${folder} && npm ci` };
}

export function checkState(state: string): Check {
  try {
    ensurePrivateFolder(state);
    accessSync(state, constants.W_OK);
    return { name: 'state', ok: true, message: state, fix: null };
  } catch (error) {
    const { message, hint } = toAppError(error);
    return { name: 'state', ok: false, message, fix: hint.startsWith('This is a bug') ? `ls -ld ${state}` : hint };
  }
}

function checkSocket({ socket }: Context): Check[] {
  const found = statSync(socket, { throwIfNoEntry: false });
  if (found === undefined) return [];
  const ok = (found.mode & 0o077) === 0;
  return [
    { name: 'socket', ok, message: `${socket} ${ok ? 'is yours alone' : 'is open to others'}`, fix: ok ? null : `chmod 600 ${socket}` },
  ];
}

async function askDaemon(context: Context): Promise<Check[]> {
  try {
    const checks = await context.api.post<Check[]>('/v1/doctor', { origin: context.origin() });
    return [{ name: 'daemon', ok: true, message: 'answers', fix: null }, ...checks];
  } catch (error) {
    const { message, hint } = toAppError(error);
    return [{ name: 'daemon', ok: false, message, fix: hint }];
  }
}
