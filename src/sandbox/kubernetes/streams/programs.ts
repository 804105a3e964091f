/** The few harmless programs in a simulated container, and a shell that strings them together. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Json, type JsonObject, list, text } from '../json.ts';

export interface ProcessSetting {
  pod: JsonObject;
  container: Json;
  stdin: AsyncIterable<Buffer>;
  out: (text: string) => void;
  err: (text: string) => void;
  /** Whoever waited for it has gone, or the pod has. */
  signal: AbortSignal;
}

const notFound = 127;
const folders: Record<string, string> = {
  '/': 'app bin dev etc home lib proc sys tmp usr var',
  '/app': 'config package.json server',
  '/etc': 'hostname hosts passwd resolv.conf',
  '/tmp': '',
};

/** Gives the exit code. */
export async function runProgram(argv: string[], setting: ProcessSetting): Promise<number> {
  const [path = '', ...args] = argv;
  const program = path.replace(/^\/(?:usr\/)?bin\//, '');
  switch (program) {
    case 'true':
      return 0;
    case 'false':
      return 1;
    case 'echo':
      return say(setting, args[0] === '-n' ? args.slice(1).join(' ') : `${args.join(' ')}\n`);
    case 'pwd':
      return say(setting, '/app\n');
    case 'hostname':
      return say(setting, `${text(setting.pod, 'metadata', 'name')}\n`);
    case 'date':
      return say(setting, `${new Date().toISOString()}\n`);
    case 'env':
    case 'printenv':
      return printVariables(setting, program === 'env' ? [] : args);
    case 'cat':
      return cat(setting, args);
    case 'ls':
      return listFolder(setting, args.filter((argument) => !argument.startsWith('-'))[0] ?? '/app');
    case 'sleep':
      return sleep(setting, args);
    case 'sh':
    case 'bash':
      return shell(setting, args);
    default:
      setting.err(`exec: "${path}": executable file not found in $PATH\n`);
      return notFound;
  }
}

function say({ out }: ProcessSetting, said: string): number {
  out(said);
  return 0;
}

function variablesOf({ pod, container }: ProcessSetting): Map<string, string> {
  const own = list(container, 'env').map((one): [string, string] => [text(one, 'name'), text(one, 'value')]);
  return new Map([
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HOSTNAME', text(pod, 'metadata', 'name')],
    ['KUBERNETES_SERVICE_HOST', '10.96.0.1'],
    ...own,
  ]);
}

function printVariables(setting: ProcessSetting, names: string[]): number {
  const all = variablesOf(setting);
  if (names.length === 0) return say(setting, [...all].map(([name, value]) => `${name}=${value}\n`).join(''));
  for (const name of names) if (all.has(name)) setting.out(`${all.get(name) ?? ''}\n`);
  return names.every((name) => all.has(name)) ? 0 : 1;
}

async function cat(setting: ProcessSetting, paths: string[]): Promise<number> {
  if (paths.length === 0) {
    for await (const chunk of setting.stdin) setting.out(chunk.toString('utf8'));
    return 0;
  }
  let code = 0;
  for (const path of paths) {
    if (path === '/etc/hostname') setting.out(`${text(setting.pod, 'metadata', 'name')}\n`);
    else {
      setting.err(`cat: ${path}: No such file or directory\n`);
      code = 1;
    }
  }
  return code;
}

function listFolder(setting: ProcessSetting, path: string): number {
  const found = folders[path.length > 1 ? path.replace(/\/$/, '') : path];
  if (found === undefined) {
    setting.err(`ls: cannot access '${path}': No such file or directory\n`);
    return 2;
  }
  return say(setting, found === '' ? '' : `${found.split(' ').join('\n')}\n`);
}

async function sleep({ err, signal }: ProcessSetting, [seconds = '']: string[]): Promise<number> {
  if (!/^\d+(\.\d+)?$/.test(seconds)) {
    err(`sleep: invalid time interval '${seconds}'\n`);
    return 1;
  }
  await pause(Number(seconds) * 1000, undefined, { signal });
  return 0;
}

/** `sh -c TEXT`, or line by line from its input until that ends. */
async function shell(setting: ProcessSetting, [flag, script]: string[]): Promise<number> {
  if (flag === '-c') return (await runScript(setting, script ?? '')).code;
  let rest = '';
  let code = 0;
  for await (const chunk of setting.stdin) {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const ran = await runScript(setting, line);
      code = ran.code;
      if (ran.isOver) return code;
    }
  }
  return rest === '' ? code : (await runScript(setting, rest)).code;
}

/** Commands parted by `;`, new lines or `&&`, `exit N`, and `>&2`. Nothing is expanded. */
async function runScript(setting: ProcessSetting, script: string): Promise<{ code: number; isOver: boolean }> {
  let code = 0;
  for (const [before = '', command = ''] of splitScript(script)) {
    if (before === '&&' && code !== 0) continue;
    const toError = /\s*1?>&2\s*$/.test(command);
    const words = splitWords(command.replace(/\s*1?>&2\s*$/, ''));
    if (words.length === 0) continue;
    if (words[0] === 'exit') return { code: words[1] === undefined ? code : Number(words[1]) & 0xff, isOver: true };
    code = await runProgram(words, toError ? { ...setting, out: setting.err } : setting);
  }
  return { code, isOver: false };
}

function splitScript(script: string): [before: string, command: string][] {
  const parts = script.split(/(;|\n|&&)(?=(?:[^'"]*(?:'[^']*'|"[^"]*"))*[^'"]*$)/);
  return parts.flatMap((part, index): [string, string][] => (index % 2 === 0 ? [[parts[index - 1] ?? '', part.trim()]] : []));
}

function splitWords(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
