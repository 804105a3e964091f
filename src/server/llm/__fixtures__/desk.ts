/** What the tests of this folder share: the real engine and catalogue, a small inventory, and a planner that asks a scripted server. */
import { integrations } from '#integrations';
import { createNames } from '#inventory';
import type { AnyAction, AuditEvent, DoRequest } from '#kit';
import { createLanguage, languageActions } from '#language';
import type { Audit, AuditEntry } from '#audit';
import { createLlmPlanner, type LlmAnswer, type LlmPlannerOptions } from '../llm-planner.ts';
import type { LlmConfig } from '../settings.ts';
import type { ModelServer } from '../testing.ts';

export const actions: AnyAction[] = integrations.flatMap((integration) => integration.actions);

const language = createLanguage(languageActions(actions));

export const names = createNames({
  names: [
    ...['web-app', 'payment-service', 'cart'].map((name) => ({ of: 'workload', name, namespace: 'shop', kind: 'Deployment' })),
    { of: 'workload', name: 'ledger', namespace: 'bank', kind: 'StatefulSet' },
    ...['bank', 'shop-live'].map((namespace) => ({ of: 'workload', name: 'twin', namespace, kind: 'Deployment' })),
    ...['shop', 'bank', 'shop-live'].map((name) => ({ of: 'namespace', name })),
  ],
  defaults: { cluster: 'demo', namespace: 'shop' },
  environments: [{ name: 'production', production: true, clusters: [], namespaces: ['shop-live'] }],
});

export interface TestDesk {
  /** Entries of the audit log. */
  entries: AuditEntry[];
  say: (sentence: string, planner?: DoRequest['planner'], answers?: Record<string, string>) => Promise<LlmAnswer>;
}

export interface TestDeskOptions extends Pick<LlmPlannerOptions, 'verify'> {
  config?: LlmConfig;
}

export function openDesk(server: ModelServer, { verify, config }: TestDeskOptions = {}): TestDesk {
  const entries: AuditEntry[] = [];
  const llm = config ?? { settings: { provider: 'ollama', model: 'scripted', url: server.url, apiKey: undefined, timeoutMs: 5000 } };
  const planner = createLlmPlanner({
    actions,
    audit: fakeAudit(entries),
    environment: () => ({}),
    loadConfig: async () => ({ profile: 'solo', environments: [], connections: {}, catalogue: [], files: [], llm }),
    ...(verify === undefined ? {} : { verify }),
  });
  return {
    entries,
    say(sentence, choice, answers) {
      const request: DoRequest = { sentence, origin: { cwd: '/', env: {}, via: 'cli', who: 'alice' }, output: 'table', ...(choice === undefined ? {} : { planner: choice }) };
      const understood = language.understand(sentence, { names, now: new Date(0), ...(answers === undefined ? {} : { answers }) });
      return planner.answer({ request, sentence, understood, names }, new AbortController().signal);
    },
  };
}

function fakeAudit(entries: AuditEntry[]): Audit {
  return {
    append: async (entry) => {
      entries.push(entry);
      return { ...entry, seq: entries.length, at: '', plan: null, run: null, previous: '', hash: '' } satisfies AuditEvent;
    },
    list: async () => [],
    verify: async () => ({ ok: true, events: 0, badRow: null, message: '' }),
  };
}
