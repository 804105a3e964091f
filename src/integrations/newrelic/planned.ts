/** Actions of newrelic that are understood, but not available yet. */
import { environmentName, choice, count, duration, named, pattern, planAction, type PlannedAction, text } from '#kit';
import { z } from 'zod';

const nr = 'new relic|newrelic|nr|new relc|relic';
const words = `${nr}|app|apps|application|service|of|for|the|in|on|from`;
const app = () =>
  named({
    of: 'app',
    nouns: ['app', 'apps', 'application', 'service'],
    after: ['for', 'of', 'on', 'in', 'by'],
    shape: String.raw`(?!(?:prod|production|prd|live|staging|stage|stg|dev|development|test|testing|qa|uat)$)[A-Za-z0-9][\w .\/()-]{0,120}`,
    describe: 'Application as New Relic names it',
    ask: 'Which application?',
  });
const environment = () => environmentName({ after: ['in', 'for', 'on'] });
const since = () => duration('How far back; the last hour unless given').optional();
const metrics = {
  'error rate': [
    'error rate',
    'error rates',
    'errors',
    'error percentage',
    'failure rate',
    'error ratio',
    '5xx rate',
    '5xx',
    'http errors',
    'failures',
  ],
  latency: [
    'latency',
    'latencies',
    'response time',
    'response times',
    'slow responses',
    'duration',
    'p95',
    'p99',
    'slowness',
    'response duration',
  ],
  throughput: ['throughput', 'request rate', 'requests per minute', 'rpm', 'traffic', 'request count'],
  apdex: ['apdex', 'apdex score'],
  cpu: ['cpu', 'cpu usage', 'cpu load', 'cpu utilization'],
  memory: ['memory', 'memory usage', 'mem', 'ram', 'heap'],
  disk: ['disk', 'disk usage', 'disk space'],
  availability: ['availability', 'uptime', 'downtime'],
};

export const newrelicPlanned: PlannedAction[] = [
  planAction({
    id: 'newrelic.performance.get',
    summary: 'Show the performance of an application over time',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ app: app(), since: since(), until: z.string().max(40).optional() }),
    language: {
      triggers: [
        'performance|performace|perf|metrics|throughput|latency|latencies|response time|response times|apdex',
        'slow|slowness|speed|fast & app|application|apps',
        `${nr} & performance|perf|metrics|numbers|stats|statistics|health|doing|slow|look|performing|behaving|fast|performs`,
      ],
      also: `${words}|performance|perf|metrics|metric|numbers|stats|graph|chart|average|p95|p99|error|rate|time|series|data|how|is|doing|show|past|last|over|web|key|overview|report|and|throughput|latency|response`,
      examples: [
        'show me performance metrics for the web-app app',
        'nr perf app web-app 6h',
        'how slow is app web-app over the last 3 hours',
        'throughput of web-app in new relic',
      ],
      counterExamples: ['how do I improve performance?', 'my car has good performance'],
    },
  }),
  planAction({
    id: 'newrelic.errors.analyze',
    summary: 'Show the errors of an application by class and transaction',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ app: app(), since: since() }),
    language: {
      triggers: [
        `${nr} & errors|error|exceptions|error rate|failures`,
        'error classes|error class|exception classes|error rate|error rates|errors|exceptions|error analysis & app|apps|application|relic|nr|performance',
        'analyze|analyse|break down|breakdown & errors|exceptions|error rate & app|application',
        'error rate|error rates|exception rate|error classes & {app}',
      ],
      also: `${words}|errors|error|exceptions|classes|class|rate|rates|analyze|analyse|analysis|dominate|top|most|common|break|down|by|transaction|show|past|last|over|group|which|what|pull|and|number|count|failures`,
      examples: [
        'analyze the errors of the app web-app in new relic',
        'which error classes dominate in app web-app',
        'new relic errors for web-app, last day',
      ],
      counterExamples: ['errors happen', 'why do errors happen?'],
    },
  }),
  planAction({
    id: 'newrelic.nrql.query',
    summary: 'Run an NRQL query',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({
      query: text(['nrql', 'nrql query', 'query', ':', 'the query', 'this nrql', 'the nrql'], 'NRQL query', 'Which NRQL query?', 4000),
    }),
    language: {
      triggers: ['nrql', `${nr} & query`],
      also: `${words}|nrql|query|run|execute|this|that|a|with|following|against`,
      examples: [
        'run the nrql "SELECT count(*) FROM Transaction"',
        'nrql: SELECT average(duration) FROM Transaction',
        'execute this NRQL query: SELECT 1 FROM Log',
      ],
      counterExamples: ['what is NRQL?'],
    },
  }),
  planAction({
    id: 'newrelic.alerts.create',
    summary: 'Create an alert policy with a condition',
    permission: 'newrelic:write',
    usualSafety: 'moderate',
    input: z.object({
      name: named({
        of: 'alert',
        nouns: [],
        after: ['called', 'named', 'titled'],
        describe: 'Name of the alert',
        ask: 'What is it called?',
      }).optional(),
      metric: choice(metrics, 'What is watched', 'Which metric: error rate, latency, throughput …?'),
      app: app().optional(),
      environment: environment().optional(),
      threshold: count({
        min: 0,
        max: 1_000_000,
        nouns: ['%', 'percent', 'ms', 'seconds', 'milliseconds', 'rpm', 'threshold'],
        after: ['above', 'below', 'over', 'under', 'exceeds', 'than', 'threshold', 'exceeding', 'to', 'by', 'reaches'],
        describe: 'Value from which on it fires',
        ask: 'From which value on?',
      }).optional(),
      duration: duration('For how long').optional(),
    }),
    language: {
      triggers: [
        'create|add|make|set up|setup|set|define|configure|new|build|need|want|put|get|give|establish & alert|alerts|alarm|alarms|alerting|notification',
        'alert|alarm|notify|page|warn|ping & {metric}',
        'alert|notify|warn & us|me|team',
        `alert|alarm|monitor & ${nr}`,
      ],
      allows: ['CONDITIONAL', 'SCHEDULED'],
      also: `${words}|alert|alerts|alarm|a|an|new|policy|condition|high|low|if|when|whenever|once|drops|drop|rises|rise|goes|go|going|is|are|gets|get|exceeds|exceed|exceeding|above|below|over|under|more|less|than|too|spikes|spike|increases|increase|falls|climbs|climb|us|me|team|by|percent|%|ms|seconds|minutes|to|up|set|with|threshold|create|add|make|on|any|five|suddenly|degrades|please|error|rate`,
      examples: [
        'create an alert for high error rate in production',
        'alert me in new relic if the throughput of the app web-app drops',
        'new relic alert when latency of web-app exceeds 800 ms',
      ],
      counterExamples: ['set an alarm for 7', 'no alert for latency needed', 'why did the alert fire?'],
    },
  }),
  planAction({
    id: 'newrelic.alerts.list',
    summary: 'List alerts: policies, conditions and open issues',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({
      state: choice(
        {
          open: ['open', 'firing', 'active', 'triggered', 'ongoing', 'current'],
          closed: ['closed', 'resolved'],
          acknowledged: ['acknowledged'],
        },
        'State of the issues',
        'Which state?',
      ).optional(),
      app: app().optional(),
    }),
    language: {
      triggers: [
        `${nr} & alerts|issues|violations|alert policies|alert conditions`,
        'list|show|which|any|what|all|open|active|firing|my|current & alerts|alarms|alert policies|alert conditions',
      ],
      also: `${words}|alerts|alert|issues|violations|policies|conditions|list|open|active|firing|any|right|there|currently|show|all|fired|triggered`,
      examples: ['list the alerts', 'which alerts are firing in new relic?', 'open new relic issues for web-app'],
      counterExamples: ['create an alert', 'how do alerts work?'],
    },
  }),
  planAction({
    id: 'newrelic.alert.acknowledge',
    summary: 'Acknowledge an alert issue',
    permission: 'newrelic:write',
    usualSafety: 'moderate',
    input: z.object({
      issue: pattern(String.raw`(?=[\w-]*\d)[\w-]{3,64}`, {
        nouns: ['alert', 'issue', 'alarm', 'violation', 'incident'],
        describe: 'Id of the issue',
        ask: 'Which issue? Its id.',
      }),
    }),
    language: {
      triggers: ['acknowledge|ack|acknowlege|confirm & alert|alarm|issue|violation', `acknowledge|ack & ${nr}`],
      also: `${words}|alert|issue|alarm|violation|with|id`,
      examples: ['acknowledge the alert 4711-abc', 'ack new relic issue 4711-abc'],
      counterExamples: ['who acknowledged the alert 4711-abc?'],
    },
  }),
  planAction({
    id: 'newrelic.deployment.record',
    summary: 'Record a deployment marker',
    permission: 'newrelic:write',
    usualSafety: 'moderate',
    input: z.object({
      app: app(),
      version: pattern(String.raw`v?\d+(?:\.\d+){0,3}(?:[-+][\w.]+)?`, {
        nouns: ['version', 'release'],
        after: ['version', 'release', 'v', 'tag', ','],
        describe: 'Version, such as 1.19.0',
        ask: 'Which version?',
      }),
      commit: pattern('[0-9a-f]{7,40}', {
        after: ['commit', 'sha', 'revision', 'rev'],
        describe: 'Commit',
        ask: 'Which commit?',
      }).optional(),
      description: text(['description', 'note', 'saying', 'with description'], 'Description', 'Which description?', 500).optional(),
    }),
    language: {
      triggers: [
        'record|mark|log|register|put|track|create|add|set|drop & deployment|deployment marker|deploy marker|marker|deploy|release marker|change marker',
        'deployment marker|deploy marker|change marker',
      ],
      also: `${words}|deployment|marker|deploy|version|release|commit|sha|a|record|put|with|at`,
      examples: [
        'record a new relic deployment of web-app version 3.4.0',
        'put a deployment marker for app web-app, version 1.19.0, commit 9f3ab21c',
      ],
      counterExamples: ['deploy web-app', 'who recorded the deployment?'],
    },
  }),
];
