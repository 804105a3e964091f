/** `devos demo`: all of it on a simulated company. Nothing real is touched. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError, exitCodes, toAppError } from '#kit/errors';
import { stateDir } from '#kit/state';
import { root } from '../place.ts';
import { type Arguments, type Command, readArguments, unknownWord } from '../command.ts';
import { type Context, createContext } from '../context.ts';
import { ensureDaemon } from '../daemon-start.ts';
import { companyEnv, findCompany, startCompany, stopCompany } from '../demo/company.ts';
import { assertDemoFolder, removeDemo } from '../demo/remove.ts';
import { self } from '../self.ts';
import { type Tour, tourSteps } from '../demo/tour.ts';
import { printValue } from '../print.ts';

const words = ['stop', 'reset', 'do'];

export const demoCommand: Command = {
  usage: ['demo', 'demo --yes', 'demo do "<sentence>"', 'demo stop', 'demo reset'],
  flags: {
    yes: { type: 'boolean', help: 'unattended: says yes itself, checks every effect, then removes everything' },
    state: { type: 'string', help: 'DIR  folder of the company and its daemon' },
    keep: { type: 'boolean', help: 'with --yes: leave the company running' },
  },
  words,
  startsDaemon: false,
  raw: true,
  run,
};

/** What follows `do` is another command's line, with flags of its own. */
async function run(context: Context, _given: Arguments, raw: string[]): Promise<number> {
  const inner = raw.indexOf('do');
  const { words: given, text, on } = readArguments('demo', demoCommand, inner === -1 ? raw : raw.slice(0, inner + 1));
  const rest = inner === -1 ? [] : raw.slice(inner + 1);
  const [word] = given;
  if (text['state']?.trim() === '')
    throw new AppError('--state names no folder', { code: 'USAGE', hint: 'Leave it out, or name one: devos demo --state ./my-demo' });
  // An unattended demo must neither disturb nor inherit one that a person left running.
  const fallback = `${stateDir(context.env, context.cwd)}-demo${on['yes'] === true && word === undefined ? `-${process.pid}` : ''}`;
  const folder = text['state'] === undefined ? fallback : resolve(context.cwd, text['state']);
  switch (word) {
    case undefined:
      return on['yes'] === true ? unattended(context, folder, on['keep'] === true) : guided(context, folder);
    case 'stop':
      return stop(context, folder);
    case 'reset':
      assertDemoFolder(folder);
      await stopCompany(folder, context.env);
      await removeDemo(folder);
      context.io.out('The simulated company is removed. Start anew with: devos demo\n');
      return exitCodes.done;
    case 'do':
      return doInside(context, folder, rest, text['state'] === undefined ? '' : ` --state ${folder}`);
    default:
      throw unknownWord('demo', word, words);
  }
}

async function stop({ io, env }: Context, folder: string): Promise<number> {
  io.out(
    (await stopCompany(folder, env))
      ? 'The simulated company has closed. Its state is kept; remove it with: devos demo reset\n'
      : 'No demo was running.\n',
  );
  return exitCodes.done;
}

/** Any command, talking to the company. */
async function doInside(context: Context, folder: string, rest: string[], place: string): Promise<number> {
  const company = findCompany(folder);
  if (company === undefined)
    throw new AppError('The simulated company is not running', { code: 'DAEMON_UNAVAILABLE', hint: `Start it with: ${self()} demo` });
  const { globals } = context;
  const flags = ['-o', globals.output, ...(globals.noInput ? ['--no-input'] : []), ...(globals.quiet ? ['--quiet'] : [])];
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...flags, ...rest], {
    stdio: 'inherit',
    env: { ...companyEnv(company, context.env), DEVOS_SELF: `${self()} demo${place} do` },
  });
  process.on('SIGINT', () => undefined);
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code ?? exitCodes.interrupted));
  });
}

/** Opens the company and gives a context that talks to it and to nothing else. */
async function open(context: Context, folder: string): Promise<Context> {
  const { io, globals } = context;
  const began = performance.now();
  say(context, 'A simulated company: Kubernetes clusters, Rancher and Jira, on this machine only. Nothing real is touched.\n');
  const company = findCompany(folder) ?? (await startCompany(folder));
  // One stream, so that the story keeps its order when it is piped.
  const tell = { ...io, out: (text: string) => say(context, text), err: (text: string) => say(context, text) };
  const inside = createContext({ io: tell, globals: { ...globals, output: 'table' }, env: companyEnv(company, context.env), cwd: folder });
  await ensureDaemon({ ...inside, quiet: true });
  say(context, `ready in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  return inside;
}

/** The story goes to stdout, unless that holds data for a program. */
function say({ io, globals }: Context, text: string): void {
  if (globals.output === 'table') io.out(text);
  else io.err(text);
}

interface StepReport {
  step: string;
  ok: boolean;
  message: string;
}

/** Exit 0 only where every effect was verified; everything is removed at the end, also after Ctrl-C. */
async function unattended(context: Context, folder: string, keep: boolean): Promise<number> {
  assertDemoFolder(folder);
  if (existsSync(folder)) await stopCompany(folder, context.env);
  const stopped = new AbortController();
  const onSignal = (): void => stopped.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const tour: Tour = { context: await open(context, folder), unattended: true };
    const reports: StepReport[] = [];
    for (const [index, step] of tourSteps.entries()) {
      if (stopped.signal.aborted) return exitCodes.interrupted;
      announce(context, index);
      reports.push(await runStep(tour, step));
      say(context, describeReport(reports.at(-1)));
    }
    return await conclude(context, reports);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    if (keep) {
      say(context, `The company goes on in ${folder}. Close it with: ${self()} demo stop --state ${folder}\n`);
    } else {
      await stopCompany(folder, context.env);
      await removeDemo(folder);
    }
  }
}

async function runStep(tour: Tour, step: (typeof tourSteps)[number]): Promise<StepReport> {
  try {
    const wrong = await step.run(tour);
    return { step: step.title, ok: wrong === undefined, message: wrong ?? 'verified' };
  } catch (error) {
    const { code, message } = toAppError(error);
    return { step: step.title, ok: false, message: `${code}: ${message}` };
  }
}

function announce(context: Context, index: number): void {
  const step = tourSteps[index];
  if (step !== undefined)
    say(context, `\nstep ${index + 1}/${tourSteps.length}  ${step.title}\n${step.shows} (simulated; nothing real is touched)\n\n`);
}

function describeReport(report: StepReport | undefined): string {
  if (report === undefined) return '';
  return report.ok ? '=> verified\n' : `=> NOT as it should be: ${report.message}\n`;
}

async function conclude({ io, globals }: Context, reports: StepReport[]): Promise<number> {
  const wrong = reports.filter((report) => !report.ok);
  const ok = wrong.length === 0;
  if (globals.output !== 'table' && globals.output !== 'name')
    await printValue(io, globals.output, { schemaVersion: 1, ok, steps: reports });
  else if (ok) io.out(`\nAll ${reports.length} steps did what they say, each read back.\n`);
  for (const { step, message } of wrong) io.err(`error VERIFY_FAILED: ${step}: ${message}\n`);
  return ok ? exitCodes.done : exitCodes.failed;
}

/** Step by step, at the person's pace, with real prompts. The company stays up. */
async function guided(context: Context, folder: string): Promise<number> {
  const { io } = context;
  if (!io.interactive)
    throw new AppError('The demo leads a person through, and there is no terminal here', {
      code: 'NO_TERMINAL',
      hint: 'Unattended: devos demo --yes',
    });
  const tour: Tour = { context: await open(context, folder), unattended: false };
  for (const [index, step] of tourSteps.entries()) {
    announce(context, index);
    const answer = await io.ask('Enter: go on   s: skip   q: leave the tour ');
    if (answer === undefined || answer.trim() === 'q') break;
    if (answer.trim() === 's') continue;
    io.out(describeReport(await runStep(tour, step)));
  }
  io.out(whatNext(self()));
  return exitCodes.done;
}

function whatNext(devos: string): string {
  return `
The company stays open. Three things to try:
  1  ${devos} demo do "why is image-resizer failing?"
  2  ${devos} demo do "create a bug ticket: checkout shows a blank page"
  3  ${devos} demo do audit log
Close it with: ${devos} demo stop
On your own cluster: ${devos} doctor, then ${devos} "show pods"
`;
}
