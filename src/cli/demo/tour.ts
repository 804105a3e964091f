/** The steps of the demo. Each shows one thing and then looks, through the API, whether it is true. */
import type { AuditReport, DoFrame, DoResult, Plan, RunView } from '#kit/api';
import { AppError } from '#kit/errors';
import { approveAndFollow, handleChange, readProposal } from '../change.ts';
import { describeQuestion, handleQuestion } from '../clarify.ts';
import type { Context } from '../context.ts';
import { reportRefusal } from '../refusal.ts';
import { doRequest } from '../sentence.ts';
import { readReplicas } from './read-back.ts';

export interface TourStep {
  title: string;
  /** What it shows, in a line or two. */
  shows: string;
  /** What is wrong; undefined where everything is as it should be. */
  run: (tour: Tour) => Promise<string | undefined>;
}

export interface Tour {
  context: Context;
  /** Nobody is asked: the demo itself says yes. */
  unattended: boolean;
  /** The run of the scale, for undo, and what was there before. */
  scaled?: { run: RunView; from: number };
}

const scaleSentence = 'Scale the web-app deployment to 5 replicas';

export const tourSteps: TourStep[] = [
  {
    title: 'devos "show pods"',
    shows: 'A read. It changes nothing, so nothing is asked.',
    run: (tour) => read(tour, 'show pods', 'web-app'),
  },
  {
    title: 'devos "Show me the status of all clusters"',
    shows: 'One name space for all clusters, here those of Rancher; the one in trouble comes first.',
    run: (tour) => read(tour, 'Show me the status of all clusters', 'lab-9'),
  },
  {
    title: 'devos "why is image-resizer failing?"',
    shows: 'Pods, events, limits and logs are looked at; the cause comes first, with its evidence.',
    run: (tour) => read(tour, 'why is image-resizer failing?', 'runs out of memory'),
  },
  {
    title: `devos "${scaleSentence}"`,
    shows: 'A change. The plan says where, as whom, what changes and how it is undone. Enter alone never approves.',
    run: scale,
  },
  { title: 'devos undo', shows: 'The way back is a plan like any other.', run: undo },
  { title: 'devos "do not scale web-app"', shows: 'A sentence that says not to. It is refused, and says why.', run: refuse },
  { title: 'devos "scale web-app"', shows: 'Something is missing. One question is asked; nothing is guessed.', run: question },
  { title: 'devos audit verify', shows: 'Everything above is on record, and the chain is recomputed.', run: verifyAudit },
];

async function read({ context }: Tour, sentence: string, wanted: string): Promise<string | undefined> {
  const result = await ask(context, sentence);
  if (result.status !== 'done') return `it was not run but answered with ${result.status}`;
  context.io.out(result.text);
  return result.text.includes(wanted) ? undefined : `the answer does not say ${wanted}`;
}

async function scale(tour: Tour): Promise<string | undefined> {
  const before = await readReplicas(tour.context, 'web-app');
  const result = await ask(tour.context, scaleSentence);
  if (result.status !== 'plan') return `no plan was made but ${result.status}`;
  if ((await readReplicas(tour.context, 'web-app')).wanted !== before.wanted) return 'planning alone changed something';
  const run = await letRun(tour, result);
  if (run === undefined) return 'it was not approved';
  tour.scaled = { run, from: before.wanted };
  return expectReplicas(tour.context, 5);
}

async function undo(tour: Tour): Promise<string | undefined> {
  const { scaled } = tour;
  if (scaled === undefined) return 'there is no run to undo';
  tour.context.io.out(`devos undo ${scaled.run.id}\n`);
  const plan = await tour.context.api.post<Plan>(`/v1/runs/${scaled.run.id}/undo`, { origin: tour.context.origin() });
  const run = await letRun(tour, await readProposal(tour.context, plan.id));
  return run === undefined ? 'it was not approved' : expectReplicas(tour.context, scaled.from);
}

/** The run of the plan, when it was approved: by the person at the prompt, or by the demo. */
async function letRun(
  { context, unattended }: Tour,
  proposal: { plan: Plan; text: string; notes: string[] },
): Promise<RunView | undefined> {
  if (unattended) {
    context.io.out(`${proposal.text}approved by --yes\n`);
    await approveAndFollow(context, proposal.plan, {});
  } else {
    await handleChange(context, proposal, async () => {
      context.io.err('Editing is left out of this tour.\n');
      return 0;
    });
  }
  const runs = await context.api.get<RunView[]>('/v1/runs?limit=20');
  const run = runs.find((candidate) => candidate.planId === proposal.plan.id);
  return run?.state === 'done' ? run : undefined;
}

async function expectReplicas(context: Context, wanted: number): Promise<string | undefined> {
  const found = await readReplicas(context, 'web-app');
  context.io.out(`read back: web-app ${found.ready}/${found.wanted} ready\n`);
  return found.wanted === wanted && found.ready === wanted
    ? undefined
    : `web-app has ${found.ready} of ${found.wanted} ready, not ${wanted} of ${wanted}`;
}

async function refuse({ context }: Tour): Promise<string | undefined> {
  const sentence = 'do not scale web-app';
  const before = await readReplicas(context, 'web-app');
  const result = await ask(context, sentence);
  if (result.status !== 'refuse') return `it was not refused but answered with ${result.status}`;
  await reportRefusal(context, sentence, result);
  return (await readReplicas(context, 'web-app')).wanted === before.wanted ? undefined : 'the replicas changed all the same';
}

async function question({ context, unattended }: Tour): Promise<string | undefined> {
  const asked = { sentence: 'scale web-app' };
  const result = await ask(context, asked.sentence);
  if (result.status !== 'clarify') return `nothing was asked; the answer was ${result.status}`;
  if (unattended) for (const one of result.questions) context.io.out(describeQuestion(one));
  else await handleQuestion(context, asked, result.questions, (again) => doRequest(context, again));
  return result.questions.some((one) => one.input === 'replicas') ? undefined : 'it did not ask for the replicas';
}

async function verifyAudit({ context }: Tour): Promise<string | undefined> {
  const report = await context.api.post<AuditReport>('/v1/audit/verify', {});
  context.io.out(`${report.ok ? 'ok' : 'broken'}  ${report.events} events  ${report.message}\n`);
  if (report.events === 0) return 'nothing is on record';
  return report.ok ? undefined : report.message;
}

/** The daemon's answer to a sentence; progress is left out. */
async function ask(context: Context, sentence: string): Promise<DoResult> {
  const body = { sentence, origin: context.origin(), output: 'table' };
  for await (const frame of context.api.stream<DoFrame>({ method: 'POST', path: '/v1/do', body })) {
    if (frame.type === 'output') context.io.out(frame.text);
    if (frame.type === 'result') return frame.result;
    if (frame.type === 'error') throw new AppError(frame.error.message, { code: frame.error.code, hint: frame.error.hint });
  }
  throw new AppError('The daemon ended its answer without a result', { code: 'DAEMON_UNAVAILABLE', hint: 'See: devos daemon logs' });
}
