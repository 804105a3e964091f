/** `devos audit`: who asked, planned, approved and changed what; and the proof that nothing was altered. */
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AuditEvent, AuditReport } from '#kit/api';
import { AppError, exitCodes } from '#kit/errors';
import { type Arguments, type Command, takeNumber, unknownWord } from '../command.ts';
import type { Context } from '../context.ts';
import { printList, printValue } from '../print.ts';

const words = ['log', 'verify', 'export'];
const pageSize = 1000;

export const auditCommand: Command = {
  usage: ['audit log [--run R-…] [--limit N]', 'audit verify', 'audit export > audit.jsonl', 'audit verify --file audit.jsonl'],
  flags: {
    run: { type: 'string', help: 'R-…  only what belongs to this run' },
    limit: { type: 'string', help: 'N  at most so many (50)' },
    file: { type: 'string', help: 'FILE  verify an export instead; needs no daemon' },
  },
  words,
  startsDaemon: ({ text }) => text['file'] === undefined,
  run,
};

async function run(context: Context, { words: given, text }: Arguments): Promise<number> {
  const [word = 'log'] = given;
  if (!words.includes(word) || given.length > 1) throw unknownWord('audit', given[1] ?? word, words);
  if (word === 'verify') return verify(context, text['file']);
  if (word === 'export') return exportAll(context);
  return log(context, takeNumber('audit', 'limit', text['limit'], 50), text['run']);
}

async function log({ api, io, globals }: Context, limit: number, runId: string | undefined): Promise<number> {
  const events = await api.get<AuditEvent[]>(`/v1/audit?limit=${limit}${runId === undefined ? '' : `&run=${encodeURIComponent(runId)}`}`);
  await printList(io, globals.output, events, {
    columns: ['SEQ', 'AT', 'WHO', 'WHAT', 'PLAN', 'RUN', 'ABOUT'],
    row: (event) => [String(event.seq), event.at, event.who, event.type, event.plan ?? '-', event.run ?? '-', aboutEvent(event)],
    name: (event) => String(event.seq),
    empty: 'The audit log is empty.',
  });
  return exitCodes.done;
}

/** The most telling words of an event's body, short. */
function aboutEvent({ body }: AuditEvent): string {
  const telling = ['title', 'action', 'code', 'message', 'sentence', 'reason'];
  const found = telling.flatMap((key) => (typeof body[key] === 'string' && body[key] !== '' ? [body[key]] : []));
  return (found[0] ?? '').slice(0, 80);
}

async function verify({ api, io, globals, cwd }: Context, file: string | undefined): Promise<number> {
  const report = file === undefined ? await api.post<AuditReport>('/v1/audit/verify', {}) : await verifyFile(resolve(cwd, file), file);
  if (globals.output !== 'table' && globals.output !== 'name') {
    await printValue(io, globals.output, { schemaVersion: 1, ...report });
    return report.ok ? exitCodes.done : exitCodes.failed;
  }
  if (!report.ok)
    throw new AppError(report.message, {
      code: 'AUDIT_BROKEN',
      hint: `Keep the database as it is and look at row ${report.badRow ?? '?'}: devos audit log -o jsonl`,
    });
  io.out(`ok  ${report.events} events  ${report.message}\n`);
  return exitCodes.done;
}

async function verifyFile(path: string, named: string): Promise<AuditReport> {
  const { verifyExport } = await import('#audit');
  const { readLines } = await import('../ask.ts');
  try {
    const file = await open(path);
    return await verifyExport(readLines(file.createReadStream({ encoding: 'utf8' })));
  } catch (error) {
    throw new AppError(`${named} cannot be read`, {
      code: 'INPUT_INVALID',
      hint: 'Make it with: devos audit export > audit.jsonl',
      cause: error,
    });
  }
}

/** All events as JSON lines, in pages, whatever the format. */
async function exportAll({ api, io }: Context): Promise<number> {
  let after = 0;
  for (;;) {
    const events = await api.get<AuditEvent[]>(`/v1/audit?limit=${pageSize}&after=${after}`);
    for (const event of events) io.out(`${JSON.stringify(event)}\n`);
    const last = events.at(-1);
    if (last === undefined || events.length < pageSize || last.seq <= after) return exitCodes.done;
    after = last.seq;
  }
}
