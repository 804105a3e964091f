import { defineAction, safe } from '#kit';
import { z } from 'zod';
import type { KubernetesClient } from '../connect.ts';
import { limitLines } from '../diagnosis/limits.ts';
import { createReader } from '../diagnosis/reader.ts';
import { lookInto } from '../diagnosis/targets.ts';
import { Finding, ranked, suggest, Suggestion } from '../diagnosis.ts';
import { anyKind, target, workloadName } from '../inputs.ts';
import { inEnvironment, placeOf } from '../place.ts';
import { counted } from '../words.ts';

const Input = z.object({ name: workloadName(), kind: anyKind({ except: ['-', 'Namespace'] }).optional(), ...target });
type Input = z.infer<typeof Input>;

const Output = z.object({
  kind: z.string(),
  name: z.string(),
  namespace: z.string(),
  healthy: z.boolean(),
  /** `Deployment web-app: 3/3 ready (web-app:1.2)`. */
  summary: z.string(),
  findings: z.array(Finding),
  suggestion: Suggestion.nullable(),
  /** What was looked at. */
  looked: z.object({ pods: z.number(), events: z.number(), logLines: z.number(), revisions: z.number() }),
  /** `nodes: forbidden`: nothing was concluded from it. */
  notRead: z.array(z.string()),
  /** Kinds of which there are more than were read. */
  truncated: z.array(z.string()),
});
type Output = z.infer<typeof Output>;

export const diagnoseWorkload = defineAction<KubernetesClient>()<Input, Output>({
  id: 'kubernetes.workload.diagnose',
  summary: 'Find out what is wrong with a workload',
  permission: 'read',
  idempotent: true,
  input: Input,
  output: Output,
  language: {
    triggers: [
      'diagnose|diagnosis|troubleshoot|troubleshooting|debug|debugging|triage|investigate|analyze|analyse|examine|diagnostics',
      "wrong|what's wrong|whats wrong|problem|problems|issue|issues|trouble|troubles|matter|ails|root cause|cause & {name}",
      "why|why's|how come|reason|going on|happening|happened|what's up|whats up & {name}",
      'check|checkup|health|healthy|unhealthy|look into|figure out|find out|help & {name}',
      'is|are & ok|okay|fine|alright|well|happy|down|up & {name}',
      'crashing|crashes|crashed|dying|dies|died|failing|fails|broken|unhealthy|stuck|flapping|crashlooping|crash looping|pending|restarting|misbehaving|acting up|not working|not starting|not ready|unready|unavailable|not coming up|keeps restarting|hanging|hangs & {name}',
    ],
    also: "show|tell|something|anything|can|can't|cannot|connect|reach|is|are|was|were|not|working|work|keep|keeps|keep on|going|wrong|with|what|what’s|why|crash|crashing|crashes|crashed|crashlooping|looping|failing|fails|failed|fail|slow|slowly|down|broken|unhealthy|healthy|health|pending|stuck|restarting|restarts|restarted|ready|unready|starting|start|starts|never|become|becomes|reach|reaches|frequently|running|responding|unavailable|available|performing|poorly|behaving|deployment|deployments|deploy|statefulset|daemonset|workload|service|app|application|pod|pods|container|containers|state|status|containercreating|crashloopbackoff|imagepullbackoff|oomkilled|pull|image|memory|issue|issues|problem|problems|error|errors|trouble|cause|root|reason|memory|out|ok|okay|fine|alright|well|happy|dying|dies|died|die|flapping|hanging|hangs|misbehaving|acting|strange|weird|odd|all|time|often|every|few|minutes|constantly|again|and|again|over|since|today|yesterday|suddenly|lately|come|coming|comes|came|won't|wont|will|doesn't|does|didn't|isn't|refuse|refuses|boot|booting|launch|deploy|deployed|new|version|figure|find|look|into|check|help|up|getting|oom|killed|there|acting|being|deploying|able|come|having|has|having",
    examples: [
      "what's wrong with {name}?",
      'diagnose {name} in {namespace}',
      'why is {name} crashing?',
      'why is the {name} pod pending',
      'troubleshoot the {name} deployment',
    ],
    counterExamples: ['why did you restart web-app?', 'fix web-app', 'restart web-app because it is crashing'],
  },
  usualSafety: 'safe',
  safety: () => safe(),
  preview: async (input, { client }) => {
    const place = await placeOf(client, input);
    return {
      input: { name: input.name, ...(input.kind === undefined ? {} : { kind: input.kind }), ...place.resolved },
      where: place.where,
      as: place.cluster.asker().who,
      description: `look into ${input.kind === undefined ? '' : `${input.kind} `}${input.name}: pods, events, rollout, logs`,
      diff: [],
      command: ['kubectl', 'describe', `${(input.kind ?? 'Deployment').toLowerCase()}/${input.name}`, ...place.flags],
      ...inEnvironment(place.environment),
      facts: {},
      precondition: {},
    };
  },
  run: async (input, { client, signal, progress, clock }) => {
    const { cluster, namespace } = await placeOf(client, input);
    const reader = createReader(cluster, signal);
    const { kind, name, summary, facts, drafts } = await lookInto(
      { name: input.name, kind: input.kind, namespace },
      { cluster, reader, signal, now: clock() },
    );
    progress(`${kind} ${name}: ${counted(facts.subject.pods.length, 'pod')}`);
    const findings = ranked(drafts);
    const logLines = [...facts.logs.values()].reduce((sum, lines) => sum + lines.length, 0);
    return {
      kind,
      name,
      namespace,
      healthy: findings.every((finding) => finding.level === 'note'),
      summary,
      findings,
      suggestion: suggest(facts, drafts) ?? null,
      looked: { pods: facts.subject.pods.length, events: facts.events.length, logLines, revisions: facts.revisions.length },
      notRead: reader.notRead(),
      truncated: reader.truncated(),
    };
  },
  render: (output) => ({ text: renderText(output) }),
});

function renderText({ summary, findings, suggestion, looked, notRead, truncated }: Output): string {
  const lines = [summary];
  if (findings.length === 0) lines.push('Nothing wrong was found.');
  for (const { rank, level, title, evidence } of findings)
    lines.push('', `${rank}. ${level.toUpperCase()}  ${title}`, ...evidence.map((line) => `     ${line}`));
  if (suggestion !== null) lines.push('', `Suggested next: ${suggestion.say}`, `     because ${suggestion.why}`);
  lines.push(
    '',
    `Looked at ${counted(looked.pods, 'pod')}, ${counted(looked.events, 'event')}, ${counted(looked.logLines, 'log line')}, ${counted(looked.revisions, 'revision')}.`,
    ...limitLines(notRead, truncated),
  );
  return lines.join('\n');
}
