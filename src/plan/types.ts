/** What planning needs from its neighbours. */
import type { JsonObject, Needs, Origin, PlanStep } from '#kit';

/** A step as understanding or a caller gives it: an action's id and an input that nobody checked yet. */
export interface BoundStep {
  id: string;
  action: string;
  input: JsonObject;
  /** Inputs that an earlier request gave, not this one. */
  carried?: string[];
  /** Ids of earlier steps that must be done before. */
  after: string[];
}

/** What policy decides over. Everything in it was worked out by planning; nothing comes from a caller's word but `origin`. */
export interface DecideInput {
  steps: PlanStep[];
  origin: Origin;
}

export interface Decision {
  decision: 'allow' | 'needs' | 'deny';
  needs: Needs;
  profile: string;
  /** Ids of the policies that decided. */
  policies: string[];
  reasons: string[];
}

export type Decide = (input: DecideInput) => Decision | Promise<Decision>;
