/** Actions of splunk that are understood, but not available yet. */
import { count, duration, named, planAction, type PlannedAction, text, verbs } from '#kit';
import { z } from 'zod';

const words = 'splunk|the|in|on|of|for|from|a|an';
const since = () => duration('How far back; the last hour unless given').optional();
const service = () =>
  named({
    of: 'service',
    nouns: ['service', 'app', 'application'],
    after: ['of', 'for', 'in', 'from', 'by', 'that'],
    shape: String.raw`[A-Za-z0-9][\w .-]{0,80}`,
    describe: 'Service',
    ask: 'Which service?',
  });
const index = () =>
  named({ of: 'index', nouns: ['index'], after: ['index'], shape: String.raw`[\w.*-]{1,80}`, describe: 'Index', ask: 'Which index?' });

export const splunkPlanned: PlannedAction[] = [
  planAction({
    id: 'splunk.logs.search',
    summary: 'Search logs',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({
      text: text(
        ['for', 'about', 'containing', 'with', 'matching', ':', 'search', 'that contain', 'that say', 'mentioning', 'search for', 'find'],
        'What is searched for',
        'What should be searched for?',
        2000,
      ),
      index: index().optional(),
      service: service().optional(),
      since: since(),
      until: z.string().max(40).optional(),
      limit: count({
        min: 1,
        max: 10_000,
        nouns: ['events', 'results', 'hits', 'lines'],
        after: ['limit'],
        describe: 'At most so many',
        ask: 'How many?',
      }).optional(),
    }),
    language: {
      triggers: [
        'search|find|look|query|grep|hunt|scan|check|seek|dig|trawl|comb|filter|sift & logs|log|splunk',
        'splunk & {text}',
        'how many|count|number of & events|hits|occurrences|log lines|log entries|entries & {text}',
        'events|log lines|entries & {index} & {text}',
        'search splunk|splunk search|splunk for|in splunk|splunk logs|from splunk|splunk query|splunk events',
        'logs & mention|mentions|mentioning|contain|contains|containing|matching|about & {text}',
      ],
      also: `${words}|search|logs|log|lines|line|events|entries|any|there|were|was|are|look|find|query|show|hits|over|past|last|all|trace|id|request|messages|message|dig|comb|through|pull|get|give|see|me|everything|anything|that|which|have|has|happened|logged|entry|event|results|hits|mention|mentions|contain|contains|occurrences|instances|times|how|many|count|did|see|what|do|we|index|we've|today|with|word|phrase|string|text|it|appears|appear|showing|up|during`,
      examples: [
        'search logs for database connection errors in the last hour',
        'search splunk for "timeout" over the past two days',
        'find "OutOfMemoryError" in splunk since yesterday',
      ],
      counterExamples: ['search for a restaurant', 'how do I search logs?'],
    },
  }),
  planAction({
    id: 'splunk.errors.analyze',
    summary: 'Group the errors of a service into patterns',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ service: service(), since: since() }),
    language: {
      triggers: [
        'error patterns|error pattern|patterns of errors|error clusters',
        'analyze|analyse|group|cluster|summarize|summarise|categorize|categorise|classify|break down|bucket|breakdown|analysis & errors|error|error logs|exceptions|failures',
        'error patterns|recurring errors|repeating errors|common errors|most common errors|frequent errors|top errors|kinds of errors|types of errors|recurring error',
        'splunk & errors|exceptions|error patterns',
      ],
      also: `${words}|error|errors|patterns|pattern|analyze|analyse|group|cluster|logged|into|past|last|over|during|service|show|pull|get|what|which|does|have|that|logs|most|common|exceptions|exception|frequent|recurring|repeating|top|kinds|types|kind|type|see|me|give|tell|find|look|at|by|breakdown|analysis|failures|failure|happen|happens|happening|keep|keeps|coming|are|is|there|produce|produces|throw|throws|throwing|log|today|since|appear|appears|first|seen|what's|main|recent|recently|often|summary|summarize|into|buckets|similar|down|break|any|do|app|summarise`,
      examples: [
        'analyze error patterns in the payment service',
        'group the errors of web-app in splunk',
        'what error patterns does the service web-app have?',
      ],
      counterExamples: ['how do I analyze errors?'],
    },
  }),
  planAction({
    id: 'splunk.dashboard.create',
    summary: 'Create a dashboard',
    permission: 'splunk:write',
    usualSafety: 'moderate',
    input: z.object({
      title: text(
        ['titled', 'called', 'named', ':', 'for', 'about', 'with the title', 'showing', 'with title'],
        'Title',
        'What is its title?',
        200,
      ),
      service: service().optional(),
      searches: text(['with searches', 'with the searches', 'searches'], 'Searches of its panels', 'Which searches?').optional(),
    }),
    language: {
      triggers: [
        `${verbs.make}|need|want|put together|assemble|prepare & dashboard & splunk`,
        'splunk dashboard',
        'create|make|build|new|set up|put together|need|want|add|prepare|assemble & dashboard',
      ],
      also: `${words}|dashboard|new|titled|called|named|create|make|build|service|panel|panels|with|that|shows|show|showing|put|together|our|we|me|us|need|want|set|up|assemble|prepare|please|over|view|monitoring|tracks|tracking`,
      examples: ['create a splunk dashboard titled "Checkout health"', 'build a dashboard in splunk for the checkout errors'],
      counterExamples: ['open the dashboard', 'how do I build a dashboard?'],
    },
  }),
  planAction({
    id: 'splunk.indexes.list',
    summary: 'List the indexes',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({}),
    language: {
      triggers: ['splunk & indexes|indices|index list|index', 'list|show|which|what|all|get|how many|name & indexes|indices'],
      also: `${words}|indexes|indices|index|list|which|have|exist|available|all|there|get|see|me|give|what|are|do|we|can|i|search|has|how|many|configured|defined|names|access|existing|show|got`,
      examples: ['list the splunk indexes', 'which indexes are there in splunk?'],
      counterExamples: ['what is an index?'],
    },
  }),
  planAction({
    id: 'splunk.alert.create',
    summary: 'Create an alert on a search',
    permission: 'splunk:write',
    usualSafety: 'moderate',
    input: z.object({
      name: named({
        of: 'alert',
        nouns: ['alert'],
        after: ['called', 'named', 'titled', 'name'],
        describe: 'Name of the alert',
        ask: 'What is it called?',
      }),
      search: text(
        [
          'search',
          'searches',
          'that searches',
          'searching for',
          'that finds',
          'the search',
          'on',
          'on the search',
          'off',
          'off of the search',
          'for',
          'with the search',
          'based on',
          'when',
          'query',
          'if',
        ],
        'Search',
        'Which search?',
        4000,
      ),
      schedule: text(['schedule', 'every'], 'How often it runs', 'How often?', 60).optional(),
      threshold: count({
        min: 0,
        max: 1_000_000_000,
        nouns: ['threshold', 'hits', 'results', 'events', 'times'],
        after: ['threshold', 'above', 'over', 'than', 'exceeds', 'threshold of'],
        describe: 'More hits than this fire it',
        ask: 'From how many hits on?',
      }).optional(),
    }),
    language: {
      triggers: ['splunk & alert|alarm|alerts', `${verbs.make}|need|want|schedule & alert|alarm & splunk|search`],
      allows: ['CONDITIONAL', 'SCHEDULED'],
      also: `${words}|alert|alarm|new|named|called|search|create|make|add|set|up|threshold|hourly|daily|nightly|weekly|every|minutes|minute|hour|hours|day|5|10|15|30|off|on|with|runs|run|that|when|more|than|if|me|us|scheduled|schedule|saved|query|above|exceeds|over|at|least|results|events|hits|times|once|whenever|fires|fire|triggers|trigger|searches|searching|finds|finding|based|need|want|we|it|using|searching|looks|every|each|any|matches|match|15m|5m|10m|1h`,
      examples: [
        'create a splunk alert called "Login storm" on the search "index=auth action=failure"',
        'new splunk alert on `index=web status>=500` named web-5xx, threshold 100',
      ],
      counterExamples: ['why did the splunk alert fire?', 'no splunk alert needed'],
    },
  }),
];
