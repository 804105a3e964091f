/** Declarations in the shape of the catalogue's first rows, for tests of the engine alone. */
import { choice, cluster, count, defineAction, duration, flag, kind, namespace, pattern, person, resourceName, safe, text, type AnyAction, type Vocabulary, workload } from '#kit';
import { z } from 'zod';

const target = { namespace: namespace(), cluster: cluster() };
const selector = () => pattern(String.raw`(?:[a-z0-9./_-]+!?==?[\w.-]+)(?:,[a-z0-9./_-]+!?==?[\w.-]+)*`, { nouns: ['selector', 'labelled', 'labeled', 'label', 'labels'], after: ['with'], describe: 'Label selector', ask: 'Which labels?' }).optional();
const issueKey = () => pattern('[A-Z][A-Z0-9_]+-\\d+', { upper: true, nouns: ['ticket', 'issue', 'story', 'bug', 'task', 'epic', 'card'], describe: 'Issue key', ask: 'Which issue?' });
const project = () => z.string().min(1).max(80).regex(/^[\w -]+$/).meta({ slot: { type: 'name', of: 'project', nouns: ['project'], after: ['in'] }, ask: 'Which project?' });

function declare(id: string, permission: string, input: z.ZodType, language: Vocabulary, usualSafety: 'safe' | 'moderate' | 'destructive' = 'safe'): AnyAction {
  return defineAction<unknown>()({
    id, summary: id, permission, idempotent: true, input, output: z.unknown(), language, usualSafety,
    safety: () => safe(),
    preview: async () => ({ input: {}, where: '', description: '', diff: [], facts: {}, precondition: {} }),
    run: async () => ({}),
  });
}

const revision = () => count({ min: 1, max: 1_000_000, nouns: ['revision', 'version', 'rev'], after: ['to'], describe: 'Revision', ask: 'Which revision?' }).optional();
const READ = 'kubernetes|k8s|k|kubectl|using|kube';

export const sampleActions: AnyAction[] = [
  declare('kubernetes.resources.list', 'read', z.object({
    kind: kind({ workloadsOnly: false }), allNamespaces: flag(['all namespaces', 'every namespace', 'all ns', 'any namespace', 'across namespaces'], 'In all namespaces').optional(), selector: selector(), ...target,
  }), { triggers: ['list|show|get|display|find|count & {kind}', '{kind}'], also: `${READ}|names|resources|objects|running`, examples: ['list the pods in {namespace}'] }),
  declare('kubernetes.resource.describe', 'read', z.object({ kind: kind({ workloadsOnly: false }), name: resourceName(), ...target }),
    { triggers: ['describe|description', 'show|get|give & details|detail|info|information|yaml|value'], also: `${READ}|details`, examples: ['describe the pod {name}'] }),
  declare('kubernetes.logs.get', 'read', z.object({
    name: workload(), kind: kind({ workloadsOnly: true }).optional(),
    container: z.string().regex(/^[a-z0-9-]+$/).meta({ slot: { type: 'name', of: 'container', nouns: ['container'] }, ask: 'Which container?' }).optional(),
    tail: count({ min: 1, max: 100_000, nouns: ['lines', 'line'], after: ['tail', 'last'], describe: 'Lines', ask: 'How many lines?' }).optional(),
    since: duration('How far back').optional(), previous: flag(['previous', 'before the crash'], 'Of the container before').optional(), follow: flag(['follow', 'stream', 'tail', 'live'], 'Keep following').optional(), ...target,
  }), { triggers: ['logs|log'], also: `${READ}|show|get|fetch|print|tail|read|output|containers|container`, examples: ['show me the logs of {name}'] }),
  declare('kubernetes.deployment.scale', 'kubernetes:write', z.object({
    name: workload(), replicas: count({ max: 1000, nouns: ['replicas', 'replica', 'pods', 'pod', 'instances', 'instance', 'copies'], after: ['to', 'on', 'at', 'up to', 'down to'], describe: 'Replicas', ask: 'How many replicas?' }), kind: kind({ workloadsOnly: true }).optional(), ...target,
  }), { triggers: ['scale|upscale|downscale|resize', 'bump|increase|reduce|set|take|bring|ramp|run|make|get|give|put & {replicas}'], also: 'up|down|size|more|fewer|number|count|needs', examples: ['scale {name} to {replicas} replicas'], counterExamples: ['should I scale web-app?'] }, 'moderate'),
  declare('kubernetes.pods.restart', 'kubernetes:write', z.object({ name: workload().optional(), kind: kind({ workloadsOnly: true }).optional(), selector: selector(), ...target }),
    { triggers: ['restart|bounce|reboot|recycle|rolling restart|rollout restart'], also: 'all|rolling|restart', needOne: ['name', 'selector', 'namespace'], examples: ['restart {name}'] }, 'moderate'),
  declare('kubernetes.rollout.status', 'read', z.object({ name: workload(), kind: kind({ workloadsOnly: true }).optional(), ...target }),
    { triggers: ['rollout & status', 'rollout & going|doing|done|finished|progress', 'status & {name}'], also: `${READ}|check|show|get`, examples: ['rollout status of {name}'] }),
  declare('kubernetes.rollout.history', 'read', z.object({ name: workload(), kind: kind({ workloadsOnly: true }).optional(), ...target }),
    { triggers: ['rollout & history|hist|revisions', 'revision & history', 'revisions'], also: `${READ}|show|list|get|check`, examples: ['rollout history of {name}'] }),
  declare('kubernetes.rollout.undo', 'kubernetes:write', z.object({ name: workload(), revision: revision(), kind: kind({ workloadsOnly: true }).optional(), ...target }),
    { triggers: ['roll back|rollback', 'roll & back', 'undo & rollout|deployment|release|rollback|change', 'revert', 'undo'], also: 'last|latest|previous|rollout|version|revision|release', examples: ['roll back {name}'] }, 'moderate'),
  declare('kubernetes.workload.diagnose', 'read', z.object({ name: workload(), kind: kind({ workloadsOnly: true }).optional(), ...target }),
    { triggers: ['diagnose|debug|troubleshoot|investigate|analyze|analyse', "why", 'wrong|issue|issues|problem|problems'], also: `${READ}|failing|crashing|crash|crashes|restarting|stuck|down|slow|broken|unhealthy|state|memory|cpu|performing|poorly|connect|keeps|can't|not|working|reason|happening|application|service|backend|fix`, examples: ['why is {name} crashing?'] }),
  declare('jira.issue.create', 'jira:write', z.object({
    summary: text([':', 'for', 'about', 'titled', 'called', 'named', 'saying', 'with title', 'that says'], 'Summary', 'What is it about?', 255),
    type: choice({ Task: ['task', 'ticket', 'issue'], Bug: ['bug', 'defect'], Story: ['story', 'user story'], Epic: ['epic'] }, 'Type', 'Which type?').optional(), project: project().optional(),
  }), { triggers: ['create|open|file|log|raise|make|add|new|have|report & bug|story|epic|task|ticket|issue|defect'], also: 'jira|new|user|issue|ticket', examples: ['create a bug for {summary}'] }, 'moderate'),
  declare('jira.issue.get', 'read', z.object({ issue: issueKey() }),
    { triggers: ['show|get|open|display|find|describe|what|how|view|pull & {issue}', 'status|details & {issue}'], also: 'jira|details|status|info', examples: ['show {issue}'] }),
  declare('jira.issue.transition', 'jira:write', z.object({ issue: issueKey(), status: text(['to', 'into', 'as', 'in'], 'Status', 'Which status?', 60) }),
    { triggers: ['move|transition|update|set|mark|change|put|close|start & {issue}', 'move|transition|update|mark & ticket|issue|story|task|bug', '{issue}'], also: 'jira|status|state|ticket', examples: ['move {issue} to done'] }, 'moderate'),
  declare('jira.issues.search', 'read', z.object({
    assignee: person(['assigned to', 'owned by', 'of'], 'Assignee').optional(), project: project().optional(),
    status: choice({ open: ['open', 'unresolved'], 'In Progress': ['in progress'], Done: ['done', 'closed', 'finished'] }, 'Status', 'Which status?').optional(),
    type: choice({ Bug: ['bug', 'bugs'], Story: ['story', 'stories'], Epic: ['epic', 'epics'], Task: ['task', 'tasks'] }, 'Type', 'Which type?').optional(),
    updatedSince: duration('Updated since').optional(), text: text(['about', 'containing', 'mentioning', 'with label', 'labelled'], 'Text', 'Which text?').optional(),
  }), { triggers: ['tickets|issues|bugs|stories|epics|tasks'], also: 'show|list|find|search|get|jira|assigned|touched|updated|changed', examples: ['show all tickets assigned to me'] }),
  declare('system.context.get', 'read', z.object({ type: choice({ files: ['files', 'file', 'folder'], processes: ['processes', 'process'], git: ['git', 'branch', 'commits'], all: ['everything'] }, 'Type', 'Which?').optional() }),
    { triggers: ['show|get|list & context', 'show|get|list|what|which & {type}', 'git & status|branch|changes'], also: 'system|my|local|working|running|status|this|folder', examples: ['show my system context'] }),
];
