/** The contract between DevOS and an integration: an action is declared once, everything else is derived. */
import type { z } from 'zod';
import type { ClusterSource } from './clusters.ts';
import type { Safety, SafetyLevel } from './safety.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Vocabulary of an action for the language engine. Words are lower case; see src/language/readme.md. */
export interface Vocabulary {
  /** Alternatives joined by `|`, parts joined by ` & `; all parts of one line must be present; `{slot}` is an input of that name found in the sentence. */
  triggers: string[];
  /** Words joined by `|` that this action explains but that do not select it. */
  also?: string;
  /** What may follow the trigger because it is part of what is defined: "alert me when …", "a search alert, every hour". Elsewhere it stops a change. */
  allows?: ('CONDITIONAL' | 'SCHEDULED' | 'PAST')[];
  /** At least one of these inputs must be found. */
  needOne?: string[];
  examples: string[];
  counterExamples?: string[];
}

/** An environment of `devos.yaml` that the target belongs to. */
export interface Environment {
  name: string;
  production: boolean;
}

/** What a connected integration hands to its actions besides the client. */
export interface ActionContext<Client> {
  client: Client;
  signal: AbortSignal;
  clock: () => Date;
  /** The working folder of the request. */
  cwd: string;
}

export interface RunContext<Client> extends ActionContext<Client> {
  /** Stable for this effect over every attempt: `R-…/1`. It is sent to the vendor so that a repeat can be recognised. */
  key: string;
  progress: (text: string) => void;
  /** Who reads the output of a safe plan: a person needs the table, a machine the whole objects. Absent in a run. */
  reader?: 'person' | 'machine';
  /** For reads that stream (logs with follow): text for the person, as it comes. */
  output: (text: string) => void;
}

/** What planning learned about one step. Making it sends no write, only reads and server-side dry runs. */
export interface Preview {
  /** The input with what was resolved filled in (namespace, the kind found, the relative number worked out). */
  input: JsonObject;
  /** Where it happens, for the reader: `cluster kube-eu1, namespace shop`. */
  where: string;
  /** As whom the outside system will see it. */
  as?: string;
  /** One line on what happens: `scale Deployment web-app from 3 to 5 replicas`. */
  description: string;
  /** Lines that begin with `+ `, `- `, `~ ` or two spaces. Empty for a read. */
  diff: string[];
  /** The equivalent command of the vendor's own tool, as an argument array. */
  command?: string[];
  environment?: Environment;
  /** Live facts that the action's `safety` weighs: current replicas, kind, number of pods touched. */
  facts: JsonObject;
  /** Read again when the step starts; any difference makes the plan stale. Keys are words a person understands. */
  precondition: JsonObject;
  /** How it is put back, in words, before anyone approves; absent when it cannot be. */
  undo?: string;
}

/** A table for people and a value for machines. */
export interface Rendered {
  /** Columns and rows as kubectl or a person expects; or plain text. */
  table?: { columns: string[]; rows: string[][] };
  text?: string;
}

/** A bound call of another action, as `undo` returns it. */
export interface BoundCall {
  action: string;
  input: JsonObject;
}

export interface VerifyResult {
  ok: boolean;
  /** What was read back: `5/5 ready`, or why not. */
  message: string;
}

/** What safety is worked out from besides the input. `live` is absent where nothing was read (offline). */
export interface SafetyFacts {
  environment?: Environment;
  live?: JsonObject;
}

/** One operation of one system. `Client` is what the integration's `connect` returns. */
/** What `find` answers where an effect of several changes is made in part. */
export const begun: unique symbol = Symbol('begun');

export interface Action<Client = never, Input = never, Output = never> {
  id: string;
  summary: string;
  /** Reads are `read`; a write names its permission, e.g. `jira:write`. Policy groups actions by it. */
  permission: string;
  /** True where repeating the same call cannot change anything further. */
  idempotent: boolean;
  /** It goes on until somebody ends it: then `signal` aborts and `run` returns. It has no time limit, and leaves nothing that had to be put back. */
  session?: true;
  input: z.ZodType<Input>;
  output: z.ZodType<Output>;
  /** The request carries files, processes and git where this is set. */
  usesContext?: boolean;
  language: Vocabulary;
  /** The level that most calls have, for lists. */
  usualSafety: SafetyLevel;
  /** Pure. From the bound input, the environment and the live facts of the preview; unknown is destructive. */
  safety: (input: Input, facts: SafetyFacts) => Safety;
  preview: (input: Input, context: ActionContext<Client>) => Promise<Preview>;
  run: (input: Input, context: RunContext<Client>) => Promise<Output>;
  /**
   * Looks whether the effect with this key was already made; undefined when it was not. Needed where `idempotent` is false.
   * `begun`: of several changes some carry the key. `run` is then called again, without a look at the precondition, which those
   * have changed; it must leave what carries the key alone.
   */
  find?: (input: Input, context: RunContext<Client>) => Promise<Output | typeof begun | undefined>;
  /** Reads back. Waits (until the signal) for what the change set in motion. Absent for reads. */
  verify?: (input: Input, output: Output, context: RunContext<Client>) => Promise<VerifyResult>;
  undo?: (input: Input, output: Output) => BoundCall;
  render?: (output: Output, input: Input) => Rendered;
  /** What `-o json`, `yaml`, `jsonl` and `name` print, where that is less than the output. */
  value?: (output: Output, input: Input) => Json;
}

/** An action of any integration, as the registry holds it; the engine passes what its own schema parsed. */
// eslint-disable-next-line -- variance: a registry holds actions of every client and input
export type AnyAction = Action<any, any, any>;

/** What understanding, lists and reference pages need of an action. */
export interface Declaration {
  id: string;
  summary: string;
  permission: string;
  input: z.ZodType;
  language: Vocabulary;
  usualSafety: SafetyLevel;
}

/** An action of the catalogue that is understood, but cannot be run yet: a declaration without a `run`. */
export interface PlannedAction extends Declaration {
  run?: never;
}

/** Declares an action whose integration comes later. */
export function planAction(declaration: PlannedAction): PlannedAction {
  return declaration;
}

export function isPlanned(action: Declaration): action is PlannedAction {
  return !('run' in action);
}

/** Declares an action; the first call fixes the client's type, the second infers input and output. */
export function defineAction<Client>() {
  return <Input, Output>(action: Action<Client, Input, Output>): Action<Client, Input, Output> => action;
}

/** A live name of an outside system, for grounding. */
export interface LiveName {
  /** What it is: `workload`, `namespace`, `cluster`, `pod`, `project`, `issue` … */
  of: string;
  name: string;
  /** For a workload: its kind; where it lives. */
  kind?: string;
  namespace?: string;
  cluster?: string;
  /** Of a workload: the service of the catalogue that it is labelled with (`backstage.io/kubernetes-id`). */
  service?: string;
}

export interface LiveNames {
  names: LiveName[];
  defaults: { cluster?: string; namespace?: string };
}

export interface ConnectionHealth {
  ok: boolean;
  /** False where nobody has configured this system, which is no fault. */
  isSetUp?: boolean;
  /** As whom. */
  as?: string;
  message: string;
  hint?: string;
}

/** What `connect` gets: configuration of this system from `devos.yaml` (already merged), environment, folder. */
export interface ConnectOptions {
  /** The `connections.<system>` object of the configuration, {} when absent. */
  config: JsonObject;
  environments: EnvironmentRule[];
  env: Record<string, string | undefined>;
  cwd: string;
  /** The clusters that another system reaches, connected like any request; undefined where that system is not set up. */
  clustersOf: (system: string) => Promise<ClusterSource | undefined>;
}

/** A rule of `devos.yaml`: which clusters and namespaces belong to an environment. */
export interface EnvironmentRule {
  name: string;
  production: boolean;
  clusters: string[];
  namespaces: string[];
}

export interface Connected<Client> {
  client: Client;
  close: () => Promise<void>;
}

export interface Integration<Client = never> {
  id: string;
  summary: string;
  /** Shape of `connections.<id>` in `devos.yaml`. */
  config: z.ZodType;
  actions: AnyAction[];
  /** Environment variables (never secrets) that a request carries for this system: KUBECONFIG. */
  carries: string[];
  /** Changes when what `connect` would read (a kubeconfig, a credential file) has changed, so that a kept client is not used past it. */
  stamp?: (options: ConnectOptions) => Promise<string>;
  connect: (options: ConnectOptions) => Promise<Connected<Client>>;
  /** Names for grounding and where a bare name is looked for first; called at most once per cache age. */
  names?: (client: Client, signal: AbortSignal) => Promise<LiveNames>;
  /** The clusters that this system reaches, for those that work on them. */
  clusters?: (client: Client) => ClusterSource;
  health: (client: Client, signal: AbortSignal) => Promise<ConnectionHealth>;
}

// oxlint-disable-next-line no-explicit-any -- the same variance as AnyAction
export type AnyIntegration = Integration<any>;

export function defineIntegration<Client>(integration: Integration<Client>): Integration<Client> {
  return integration;
}

/** A connected action, ready to preview or run. */
export interface Bound {
  action: AnyAction;
  /** Everything of ActionContext but the signal. */
  client: unknown;
  clock: () => Date;
  cwd: string;
}

/** Finds and connects actions; joined in `server`, used by plan and engine. Throws ACTION_UNKNOWN, ACTION_PLANNED, CONNECTION_MISSING. */
export interface Connections {
  bind: (actionId: string, origin: { cwd: string; env: Record<string, string> }) => Promise<Bound>;
}
