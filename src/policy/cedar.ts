/** Cedar, parsed once and asked often. Loading the module costs some 30 ms and 50 MB: only the daemon does it. */
import { createHash } from 'node:crypto';
import type { EntityJson, TypeAndId, ValidationAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import { AppError } from '#kit';

export interface CedarRequest {
  principal: TypeAndId;
  action: TypeAndId;
  resource: TypeAndId;
  context: Record<string, string | boolean>;
  entities: EntityJson[];
}

export interface CedarAnswer {
  allowed: boolean;
  /** Ids of the policies that decided. */
  policies: string[];
  /** What went wrong while evaluating. Anything here means that `allowed` is false. */
  errors: string[];
}

export interface PolicyText {
  annotations: Record<string, string>;
  effect: 'permit' | 'forbid';
}

export interface Cedar {
  policies: Map<string, PolicyText>;
  ask: (request: CedarRequest) => CedarAnswer;
}

/**
 * Parses policies and checks them against the schema. Throws CONFIG_INVALID where they do not parse, do not fit the schema, or
 * where a policy has no `@id` of its own.
 */
export async function loadCedar({
  policies,
  schema,
  validate = true,
}: {
  policies: string;
  schema: string;
  validate?: boolean;
}): Promise<Cedar> {
  const wasm = await import('@cedar-policy/cedar-wasm/nodejs');
  const parts = wasm.policySetTextToParts(policies);
  if (parts.type === 'failure') throw invalid(parts.errors.map((error) => error.message));
  if (parts.policy_templates.length > 0) throw invalid(['a profile holds policies only, no templates']);

  const named = new Map<string, PolicyText>();
  const texts: Record<string, string> = {};
  for (const text of parts.policies) {
    const answer = wasm.policyToJson(text);
    if (answer.type === 'failure') throw invalid(answer.errors.map((error) => error.message));
    const annotations = answer.json.annotations ?? {};
    const id = annotations['id'] ?? '';
    if (!/^[a-z][a-z0-9-]*$/.test(id) || named.has(id)) throw invalid([`each policy needs an @id of its own; found ${JSON.stringify(id)}`]);
    named.set(id, { annotations, effect: answer.json.effect });
    texts[id] = text;
  }
  if (validate) assertFits(wasm.validate({ schema, policies: { staticPolicies: texts } }));

  // The module keeps parsed sets by name for the whole thread; the hash makes the name mean the content.
  const setId = createHash('sha256').update(policies).digest('hex');
  const parsed = wasm.preparsePolicySet(setId, { staticPolicies: texts });
  if (parsed.type === 'failure') throw invalid(parsed.errors.map((error) => error.message));
  return {
    policies: named,
    ask(request) {
      const answer = wasm.statefulIsAuthorized({ ...request, preparsedPolicySetId: setId });
      if (answer.type === 'failure') return { allowed: false, policies: [], errors: answer.errors.map((error) => error.message) };
      const { decision, diagnostics } = answer.response;
      // A policy that errs is left out by Cedar, so that a `forbid` with a missing attribute would not forbid.
      const errors = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`);
      return { allowed: decision === 'allow' && errors.length === 0, policies: diagnostics.reason.toSorted(), errors };
    },
  };
}

function assertFits(answer: ValidationAnswer): void {
  if (answer.type === 'failure') throw invalid(answer.errors.map((error) => error.message));
  const found = [...answer.validationErrors, ...answer.validationWarnings].map(({ policyId, error }) => `${policyId}: ${error.message}`);
  found.push(...answer.otherWarnings.map((warning) => warning.message));
  if (found.length > 0) throw invalid(found);
}

function invalid(problems: string[]): AppError {
  return new AppError(`The policies are not valid: ${problems.join('; ')}`, {
    code: 'CONFIG_INVALID',
    hint: 'Everything is denied until the profile is mended.',
  });
}
