/** Actions of newrelic that are understood, but not available yet. */
import { environmentName, choice, count, duration, named, pattern, planAction, type PlannedAction, text, verbs } from '#kit';
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
        'performance|performace|perf|metrics|throughput|latency|latencies|response time|response times|apdex|p95|p99',
        'perform|performing|performs|performed & app|application|apps|service|{app}',
        'how slow|how fast|how quick|how responsive & {app}',
        'slow|slowness|speed|fast & app|application|apps',
        `${nr} & performance|perf|metrics|numbers|stats|statistics|health|doing|slow|look|performing|behaving|fast|performs`,
      ],
      also: `${words}|performance|perf|metrics|metric|numbers|stats|graph|chart|average|p95|p99|error|rate|time|series|data|how|is|doing|show|past|last|over|web|key|overview|report|and|throughput|latency|response|perform|performing|performs|performed|behave|behaving|did|does|what|what's|whats|get|see|me|give|tell|look|looking|slow|fast|quick|responsive|since|during|between|today|this|times|percentile|requests|request|per|minute|rpm|much|traffic|handling|right|now|current|currently|load|golden|signals|health|statistics|has|been|in|at|apdex|score|pull|check|trend`,
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
        `${nr} & errors|error|exceptions|error rate|failures|failing|fails|failed`,
        'error classes|error class|exception classes|error rate|error rates|errors|exceptions|error analysis & app|apps|application|relic|nr',
        'analyze|analyse|break down|breakdown & errors|exceptions|error rate & app|application',
        'error rate|error rates|exception rate|error classes & {app}',
      ],
      also: `${words}|errors|error|exceptions|classes|class|rate|rates|analyze|analyse|analysis|dominate|top|most|common|break|down|by|transaction|show|past|last|over|group|which|what|pull|and|number|count|failures|failing|failed|fails|get|see|me|give|tell|does|did|throw|throws|throwing|thrown|causing|cause|how|many|current|since|during|today|this|compared|compare|before|previous|hour|transactions|messages|kinds|kind|types|type|are|frequent|biggest|main|right|now|list|why|behind|responsible`,
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
      query: text(
        ['nrql', 'nrql query', 'query', ':', 'the query', 'this nrql', 'the nrql'],
        'NRQL query',
        'Which NRQL query?',
        4000,
        /\bfrom\b|\bshow\b/i,
      ),
    }),
    language: {
      triggers: ['nrql', `${nr} & query`, `${nr} & {query}`],
      also: `${words}|nrql|query|run|execute|this|that|a|with|following|against|please|me|give|get|result|results`,
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
        `${verbs.make}|set|configure|need|want|put|get|give|have & alert|alerts|alarm|alarms|alerting|notification|alert policy|alert condition`,
        'alert|alarm|notify|page|warn|ping & {metric}',
        'alert|notify|warn|page|ping|tell & us|me|team|on-call|oncall & {metric}',
        'alert|notify|warn & us|me|team',
        `alert|alarm|monitor & ${nr}`,
      ],
      allows: ['CONDITIONAL', 'SCHEDULED'],
      also: `${words}|alert|alerts|alarm|a|an|new|policy|condition|high|low|if|when|whenever|once|drops|drop|rises|rise|goes|go|going|is|are|gets|get|exceeds|exceed|exceeding|above|below|over|under|more|less|than|too|spikes|spike|increases|increase|falls|climbs|climb|us|me|team|by|percent|%|ms|seconds|minutes|to|up|set|with|threshold|create|add|make|on|any|five|suddenly|degrades|please|error|rate|at|least|greater|higher|lower|bigger|exceeded|has|have|having|reaches|hits|crosses|passes|stays|longer|consecutive|want|need|be|notified|alerted|paged|warned|policy|named|called|have|get|should|us|our|one|against|watching|watches|tracks|monitoring|monitor|average|p95|its|it|limit|value|milliseconds|s|second|minute|last|on-call|oncall|page|warn|tell|ping|then|beyond|it's|jumps|jump|grows|grow`,
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
        `${nr} & alerts|issues|violations|alert policies|alert conditions|incidents|alarms|firing|alerting`,
        'list|show|which|any|what|all|open|active|firing|my|current|see|get|how many|are there & alerts|alarms|alert policies|alert conditions|alerting',
        'alerts|alarms & firing|open|active|triggered|going off|ringing',
        'anything|something|what & alerting|firing|paging|going off|ringing',
      ],
      also: `${words}|alerts|alert|issues|violations|policies|conditions|list|open|active|firing|any|right|there|currently|show|all|fired|triggered|get|see|me|give|what|which|are|is|do|we|have|how|many|going|off|ringing|now|anything|something|paging|alerting|configured|defined|set|up|exist|ongoing|unacknowledged|critical|state|status|recent`,
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
      triggers: [
        'acknowledge|ack|acknowlege|acknowledged|confirm & alert|alarm|issue|violation',
        `acknowledge|ack|acknowledged & ${nr}`,
        'acknowledge|ack & {issue}',
        'take|taking|on it|looking & alert & {issue}',
      ],
      also: `${words}|alert|issue|alarm|violation|with|id|mark|as|acknowledged|number|i|am|i'm|looking|at|it|into|taking|open|that|so|know|is|we|are`,
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
        'record|mark|log|register|put|track|create|add|set|drop|note|report|tell|let & deployment|deployment marker|deploy marker|marker|deploy|release marker|change marker|deployed',
        'deployment marker|deploy marker|change marker|release marker',
      ],
      allows: ['PAST'],
      also: `${words}|deployment|marker|deploy|version|release|commit|sha|a|record|put|with|at|that|was|were|has|been|have|we|just|deployed|released|shipped|new|went|live|out|is|note|tell|mark|as|it|to|change|tracking|event|and|change-tracking|rolled`,
      examples: [
        'record a new relic deployment of web-app version 3.4.0',
        'put a deployment marker for app web-app, version 1.19.0, commit 9f3ab21c',
      ],
      counterExamples: ['deploy web-app', 'who recorded the deployment?'],
    },
  }),
];
