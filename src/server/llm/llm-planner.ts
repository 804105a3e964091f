/** The optional planner: a model proposes, everything it says is checked, and a person decides. It has the shape of the engine's own answer. */
import { createHash } from 'node:crypto';
import type { Audit } from '#audit';
import type { Names } from '#inventory';
import {
  type AnyAction,
  AppError,
  cleanLine,
  type DoRequest,
  type Origin,
  type Plan,
  type Question,
  redact,
  type Refusal,
  resolveSecret,
  toAppError,
} from '#kit';
import type { UnderstoodSentence } from '#language';
import type { BoundStep } from '#plan';
import type { Config } from '../config.ts';
import { isDeeperThan } from '../requests.ts';
import { askModel, type ModelRequest } from './ask-model.ts';
import { answerSchema, createProposalSchema, isObject, type Proposal, type Proposed, withoutEmpty } from './catalogue.ts';
import { groundSteps } from './ground.ts';
import { makePrompt } from './prompt.ts';
import { type LlmSettings, modelName, usableSettings } from './settings.ts';
import { type Flag, verifyDanger, verifyProposal } from './verify.ts';

type Place = { cwd: string; env: Record<string, string> };

export interface LlmAsked {
  request: DoRequest;
  sentence: string;
  /** What the engine made of it. */
  understood: UnderstoodSentence;
  names: Names;
}

/** `proposedBy` names the model where the steps are its. */
export type LlmAnswer =
  | { status: 'plan'; steps: BoundStep[]; notes: string[]; proposedBy?: string }
  | { status: 'clarify'; questions: Question[] }
  | ({ status: 'refuse' } & Refusal);

export interface LlmPlanner {
  /** The engine's own answer, unless a model may be asked and has one. Throws where a model was asked for by name and cannot answer. */
  answer: (asked: LlmAsked, signal: AbortSignal) => Promise<LlmAnswer>;
  /** A plan of a model whose danger nobody asked for is refused once planning has worked the danger out. */
  check: (plan: Plan) => Refusal | undefined;
}

export interface LlmPlannerOptions {
  /** What a model may choose from: what can be run. */
  actions: readonly AnyAction[];
  audit: Audit;
  loadConfig: (place: Place) => Promise<Config>;
  /** Where secret references are resolved. */
  environment: (place: Place) => Record<string, string | undefined>;
  ask?: (request: ModelRequest) => Promise<string>;
  /** The checks; a test that plants a bug brings its own. */
  verify?: typeof verifyProposal;
}

/** Of a reply; inputs have a few levels. */
const maxDepth = 32;

export function createLlmPlanner(options: LlmPlannerOptions): LlmPlanner {
  const { actions, audit, ask = askModel, verify = verifyProposal } = options;
  const schema = createProposalSchema(actions);

  async function consult(asked: LlmAsked, settings: LlmSettings, signal: AbortSignal): Promise<LlmAnswer> {
    const { request, sentence, names } = asked;
    const secret = redact(sentence) !== sentence;
    if (secret) return refusal('The sentence holds what looks like a credential, so it was not sent to a model.');
    const prompt = makePrompt(sentence, actions, names);
    const apiKey =
      settings.apiKey === undefined
        ? undefined
        : await resolveSecret(settings.apiKey, { env: options.environment(request.origin), cwd: request.origin.cwd });
    const record = recorder(audit, request.origin, settings);
    // On record before anything leaves.
    await record('model-asked', { prompt: hash(`${prompt.system}\n${prompt.user}`) });
    let reply: string;
    try {
      reply = await ask({ settings, apiKey, prompt, schema: answerSchema(actions, names), signal });
    } catch (error) {
      await record('model-failed', { code: toAppError(error).code });
      throw error;
    }
    const { answer, flags } = judge(reply, asked, modelName(settings));
    await record('model-answered', { reply: hash(reply), verdict: answer.status, flags });
    return answer;
  }

  function judge(reply: string, { sentence, names, understood }: LlmAsked, model: string): { answer: LlmAnswer; flags: string[] } {
    const proposal = parseReply(reply, schema, actions);
    if (typeof proposal === 'string')
      return { answer: refusal(`${model} gave an answer that cannot be used: ${proposal}.`), flags: ['schema'] };
    switch (proposal.kind) {
      case 'clarify':
        return {
          answer: question(`${model} asks: "${quoted(proposal.question)}" Say the request again with the answer in it:`),
          flags: [],
        };
      case 'refuse': {
        const unexplained = understood.status === 'refuse' ? understood.unexplained : [];
        const message = `${model} has nothing to propose: "${quoted(proposal.reason)}"`;
        return {
          answer: { status: 'refuse', code: 'NOT_UNDERSTOOD', message, unexplained, suggestions: suggestionsOf(understood) },
          flags: [],
        };
      }
      case 'plan': {
        const flags = verify({ sentence, steps: proposal.steps, actions, names });
        if (flags.length > 0) return { answer: flagged(flags, model), flags: flags.map(({ what }) => what) };
        return { answer: accepted(proposal.steps, names, model), flags: [] };
      }
    }
  }

  /** Only what was checked gets here. */
  function accepted(proposed: readonly Proposed[], names: Names, model: string): LlmAnswer {
    const grounded = groundSteps(proposed, actions, names);
    if (grounded.status === 'ask') return { status: 'clarify', questions: grounded.questions };
    const steps = grounded.steps.map(({ action, input }, index) => ({
      id: String(index + 1),
      action,
      input,
      after: index === 0 ? [] : [String(index)],
    }));
    return { status: 'plan', steps, notes: [`Proposed by ${model}: check it.`, ...grounded.notes], proposedBy: model };
  }

  return {
    async answer(asked, signal) {
      const { request, understood } = asked;
      const isAskedFor = request.planner === 'llm';
      const isUnexplained = understood.status === 'refuse' && understood.code === 'NOT_UNDERSTOOD';
      // A guard is final; what the engine explains needs no model unless a person wants one.
      if (understood.status === 'refuse' && !isUnexplained) return understood;
      if (request.planner === 'offline' || (!isAskedFor && !isUnexplained)) return understood;
      const settings = usableSettings((await options.loadConfig(request.origin)).llm);
      if (AppError.isInstance(settings)) {
        if (isAskedFor) throw settings;
        return understood;
      }
      try {
        return await consult(asked, settings, signal);
      } catch (error) {
        const { code, message, hint } = toAppError(error);
        if (isAskedFor || understood.status !== 'refuse' || code === 'INTERRUPTED' || code === 'AUDIT_UNAVAILABLE') throw error;
        return {
          ...understood,
          message: `${understood.message} ${modelName(settings)} was asked and gave no answer: ${message} (${code}). ${hint}`,
        };
      }
    },
    check(plan) {
      const flags = verifyDanger(plan.sentence ?? '', plan.steps, actions);
      if (flags.length === 0) return undefined;
      const { status: _status, ...refused } = refusal(sentenceOf(flags, plan.origin.proposedBy ?? 'the model'));
      return refused;
    },
  };
}

/** The steps, or what is wrong with the text in words that hold nothing of it but ids. */
function parseReply(reply: string, schema: ReturnType<typeof createProposalSchema>, actions: readonly AnyAction[]): Proposal | string {
  let json: unknown;
  try {
    json = JSON.parse(unfenced(reply));
  } catch {
    return 'it is not JSON';
  }
  if (isDeeperThan(json, maxDepth)) return 'it is nested too deeply';
  const parsed = schema.safeParse(withoutEmpty(json));
  if (parsed.success) return parsed.data;
  const steps: unknown[] = isObject(json) && Array.isArray(json['steps']) ? json['steps'] : [];
  const unknown = steps.flatMap((step) => (isObject(step) && !actions.some(({ id }) => id === step['action']) ? [step['action']] : []));
  if (unknown.length > 0) return `there is no action ${quoted(String(unknown[0]))}`;
  const [issue] = parsed.error.issues;
  return `${quoted(issue?.path.join('.') ?? '')} ${quoted(issue?.message ?? 'has not the right shape')}`.trim();
}

/** Some models put JSON into a code block whatever they are told. */
function unfenced(reply: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/.exec(reply)?.[1] ?? reply;
}

function flagged(flags: readonly Flag[], model: string): LlmAnswer {
  return flags.every(({ ask }) => ask === true)
    ? question(`${sentenceOf(flags, model)} Say it again as it is meant:`)
    : refusal(sentenceOf(flags, model));
}

function sentenceOf(flags: readonly Flag[], model: string): string {
  const words = [...new Set(flags.map(({ message }) => cleanLine(message).replace(/\.$/, '')))].slice(0, 4).join('; ');
  return `The proposal of ${model} was refused: ${words}.`;
}

function refusal(message: string): Extract<LlmAnswer, { status: 'refuse' }> {
  return { status: 'refuse', code: 'PROPOSAL_REFUSED', message, unexplained: [], suggestions: [] };
}

function question(ask: string): LlmAnswer {
  return { status: 'clarify', questions: [{ input: 'sentence', ask, options: [] }] };
}

function suggestionsOf(understood: UnderstoodSentence): string[] {
  return understood.status === 'refuse' ? understood.suggestions : [];
}

/** Words of a model on their way to a person. */
function quoted(text: string): string {
  return cleanLine(redact(text)).replaceAll('"', "'").slice(0, 200);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Who was asked, and hashes: no text of a request or a reply. */
function recorder(audit: Audit, origin: Origin, { provider, model, url }: LlmSettings) {
  return async (type: string, body: Record<string, string | string[]>): Promise<void> => {
    await audit.append({ type, who: origin.who, body: { provider, model, host: new URL(url).host, via: origin.via, ...body } });
  };
}
