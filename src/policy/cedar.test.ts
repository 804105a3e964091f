import { describe, expect, it } from 'vitest';
import { type CedarRequest, loadCedar } from './cedar.ts';

const request: CedarRequest = {
  principal: { type: 'User', id: 'alice' },
  action: { type: 'Action', id: 'jira.issue.get' },
  resource: { type: 'Resource', id: 'jira/-/OPS-1' },
  context: { safety: 'safe' },
  entities: [],
};
const open = '@id("all") permit (principal, action, resource);';

describe('loadCedar', () => {
  it('turns an error in any policy into a deny, where Cedar itself would allow', async () => {
    const cedar = await loadCedar({
      policies: `${open}\n@id("stop") forbid (principal, action, resource) when { context.tainted };`,
      schema: '',
      validate: false,
    });

    const answer = cedar.ask(request);

    expect(answer.allowed).toBe(false);
    expect(answer.policies).toEqual(['all']); // Cedar's own answer: the forbid did not fire.
    expect(answer.errors).toEqual([expect.stringContaining('stop: record does not have the attribute `tainted`')]);
  });

  it('lets the same request through when the attribute is there', async () => {
    const policies = `${open}\n@id("stop") forbid (principal, action, resource) when { context.tainted };`;
    const cedar = await loadCedar({ policies, schema: '', validate: false });

    expect(cedar.ask({ ...request, context: { tainted: false } })).toEqual({ allowed: true, policies: ['all'], errors: [] });
    expect(cedar.ask({ ...request, context: { tainted: true } })).toEqual({ allowed: false, policies: ['stop'], errors: [] });
  });

  it('denies what it cannot read as a request', async () => {
    const cedar = await loadCedar({ policies: open, schema: '', validate: false });

    const answer = cedar.ask({ ...request, principal: { type: 'not a type', id: 'alice' } });

    expect(answer.allowed).toBe(false);
    expect(answer.errors).toHaveLength(1);
  });

  it('answers within a millisecond, most of the time', async () => {
    const cedar = await loadCedar({ policies: open, schema: '', validate: false });
    const times = Array.from({ length: 500 }, () => {
      const start = performance.now();
      cedar.ask(request);
      return performance.now() - start;
    }).toSorted((left, right) => left - right);

    expect(times[250]).toBeLessThan(1);
  });
});
