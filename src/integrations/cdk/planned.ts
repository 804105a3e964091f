/** Actions of cdk that are understood, but not available yet. */
import { environmentName, environmentShape, choice, named, pattern, planAction, type PlannedAction, text, verbs } from '#kit';
import { z } from 'zod';

const words =
  'preview|temporary|temp|unused|cdk|aws|stack|stacks|the|in|on|of|for|with|using|infrastructure|infra|app|application|environment|env|our|my';
const stack = () =>
  named({
    of: 'stack',
    nouns: ['stack', 'stacks', 'cdk stack'],
    after: [
      'for',
      'of',
      'on',
      'stack',
      'in',
      'deploy',
      'diff',
      'deployed',
      'deploying',
      'destroy',
      'out',
      'ship',
      'release',
      'redeploy',
      'launch',
      'synth',
      'drift',
      'push',
      'down',
    ],
    shape: String.raw`(?!(?:${environmentShape}|infrastructure|infra|cdk|usual|whole|same|service|app|new)$)[A-Za-z][A-Za-z0-9_\/*-]{0,127}`,
    describe: 'Stack of the CDK app',
    ask: 'Which stack?',
  });
const environment = () =>
  environmentName({
    nouns: ['stack', 'infrastructure', 'infra', 'infrastructure stack', 'infra stack'],
    after: ['to', 'in', 'on', 'for', 'bootstrap'],
  }).optional();
const resource = () =>
  choice(
    {
      vpc: ['vpc', 'virtual network', 'network'],
      bucket: ['bucket', 's3 bucket', 's3', 'buckets'],
      queue: ['queue', 'sqs queue', 'sqs'],
      topic: ['topic', 'sns topic', 'sns'],
      table: ['table', 'dynamodb table', 'dynamodb', 'dynamo table'],
      database: ['database', 'rds', 'rds instance', 'rds database', 'postgres', 'aurora', 'db', 'mysql'],
      cluster: ['ecs cluster', 'eks cluster', 'eks', 'ecs'],
      function: ['lambda', 'lambda function', 'function'],
      cache: ['elasticache', 'redis cluster', 'redis cache'],
      loadbalancer: ['load balancer', 'alb', 'nlb', 'elb'],
      distribution: ['cloudfront distribution', 'cloudfront'],
      role: ['iam role'],
      secret: ['secrets manager secret'],
      certificate: ['certificate', 'acm certificate'],
    },
    'What kind of resource',
    'Which resource: vpc, bucket, queue, database …?',
  );

export const cdkPlanned: PlannedAction[] = [
  planAction({
    id: 'cdk.stacks.list',
    summary: 'List the stacks of the CDK app',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ app: text(['app'], 'Folder or command of the app', 'Which app?', 500).optional() }),
    language: {
      triggers: ['cdk & list|ls|stacks|apps', 'list|show|which|what & cdk stacks', 'stacks & app|deploy|defined & list|show|which|what'],
      also: `${words}|list|ls|which|have|exist|all|there|defined|define|defines|contains|contain|get|see|me|give|names|do|does|has|are|got|deploy|can|we|i|project|repo`,
      examples: ['list the cdk stacks', 'cdk ls', 'which stacks does the cdk app have?'],
      counterExamples: ['what is a cdk stack?'],
    },
  }),
  planAction({
    id: 'cdk.stack.synth',
    summary: 'Synthesize a stack',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ stack: stack() }),
    language: {
      triggers: [
        'synth|synthesize|synthesise|synthesis|synthesizing|synt',
        'template|templates|yaml|produce|produces|emit|emits|render|renders & cdk',
        'template & {stack} & show|generate|print|produce|render|output|see|give',
      ],
      also: `${words}|template|show|output|generate|print|produce|render|cloudformation|cfn|yaml|json|what|would|look|like|see|give|me|for|does|emit|emits|it|produces|generated|get`,
      examples: ['synth the stack NetStack with cdk', 'synthesize NetStack', 'cdk synth NetStack'],
      counterExamples: ['buy a synth'],
    },
  }),
  planAction({
    id: 'cdk.stack.diff',
    summary: 'Show what a deployment would change',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ stack: stack().optional(), environment: environment() }),
    language: {
      triggers: [
        'diff|diffs|difference|differences|changes|preview|dry run|dry-run & stack|cdk|infrastructure|infra|it',
        'what|which & change|changes|different|differ|differs|deployed & cdk|deploy|deployed|deployment|deploying|infrastructure|infra',
        'diff & {stack}',
        'compare & cdk & stack',
        'diff',
      ],
      also: `${words}|diff|difference|differences|changes|change|would|deployment|show|pending|what|do|will|before|compare|it|between|deployed|differ|differs|different|if|i|we|deploy|deploying|were|to|against|vs|versus|live|local|code|run|see|get|give|me|is|are|there|what's|whats|currently|running|upcoming|planned|next|dry|happen|happens|being|has|account|aws|template`,
      allows: ['CONDITIONAL'],
      needOne: ['stack', 'environment'],
      examples: ['show me the diff for the staging stack', 'cdk diff NetStack', 'what would cdk change in NetStack?'],
      counterExamples: ['what is the difference between cdk and terraform?'],
    },
  }),
  planAction({
    id: 'cdk.stack.deploy',
    summary: 'Deploy a stack',
    permission: 'cdk:write',
    usualSafety: 'destructive',
    input: z.object({
      service: named({
        of: 'service',
        nouns: ['service', 'app'],
        after: ['deploy', 'ship', 'release', 'redeploy', 'launch', 'out', 'push'],
        shape: String.raw`(?!(?:${environmentShape}|infrastructure|infra|stack|it|latest)$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*`,
        describe: 'Service whose stacks are deployed',
        ask: 'Which service?',
      }).optional(),
      stack: stack().optional(),
      environment: environment(),
      parameters: pattern(String.raw`[A-Za-z]\w*=[^\s,]+(?:,[A-Za-z]\w*=[^\s,]+)*`, {
        nouns: ['parameter', 'parameters', 'param', 'params'],
        after: ['parameter', 'parameters', 'param', 'params', 'with'],
        terms: true,
        describe: 'Parameters, such as InstanceCount=3',
        ask: 'Which parameters?',
      }).optional(),
    }),
    language: {
      triggers: [
        `${verbs.deploy}|provision|bring up|run|roll & cdk`,
        'deploy|ship|roll out|rollout|release|redeploy|launch|delpoy|provision|push|bring up & stack|infrastructure|infra|stacks',
        'deploy|release|ship & {environment}',
      ],
      also: `${words}|deploy|to|stack|parameter|parameters|it|service|latest|new|version|out|usual|up|now|changes|change|pending|from|code|a|again|into|account|updated|our|full|whole|set|live`,
      needOne: ['stack', 'environment'],
      examples: [
        'deploy the development infrastructure stack',
        'cdk deploy NetStack',
        'deploy NetStack with cdk to staging',
        'roll out NetStack with cdk, parameter InstanceCount=3',
      ],
      counterExamples: ['should I deploy the stack?', 'nobody should run cdk deploy', 'I deployed the stack yesterday'],
    },
  }),
  planAction({
    id: 'cdk.stack.destroy',
    summary: 'Destroy a stack',
    permission: 'cdk:write',
    usualSafety: 'destructive',
    input: z.object({ stack: stack() }),
    language: {
      triggers: [
        `${verbs.takeDown} & cdk`,
        'destroy|tear down|teardown|take down|bring down & stack',
        'tear|take|bring & down & stack|cdk',
      ],
      also: `${words}|down|destroy|delete|remove|tear|take|bring|completely|entirely|everything|and|all|its|resources|it|old|whole`,
      examples: ['destroy the cdk stack TempStack7', 'cdk destroy TempStack7', 'tear down the stack TempStack7'],
      counterExamples: ['should I destroy the stack?', 'do not destroy the stack TempStack7'],
    },
  }),
  planAction({
    id: 'cdk.stack.drift',
    summary: 'Find out whether a stack has drifted',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ stack: stack() }),
    language: {
      triggers: ['cdk & drift|drifted|drifts|drifting|manual changes|changed by hand|changed manually|out of sync'],
      also: `${words}|drift|drifted|has|did|check|detect|show|any|is|there|does|detection|run|whether|if|manual|manually|hand|by|changes|changed|from|code|its|sync|out|somebody|someone|anyone|anybody|drifting|see|me|tell|status|have`,
      examples: ['has the cdk stack NetStack drifted?', 'cdk drift NetStack', 'check the drift of the cdk stack NetStack'],
      counterExamples: ['what is drift?'],
    },
  }),
  planAction({
    id: 'cdk.environment.bootstrap',
    summary: 'Prepare an account and region for CDK',
    permission: 'cdk:write',
    usualSafety: 'destructive',
    input: z.object({
      environment: environment(),
      account: pattern(String.raw`\d{12}`, {
        nouns: ['account'],
        after: ['account'],
        describe: 'AWS account',
        ask: 'Which account?',
      }).optional(),
      region: pattern(String.raw`[a-z]{2}(?:-[a-z]+)+-\d`, {
        nouns: ['region'],
        after: ['region', 'in'],
        describe: 'AWS region',
        ask: 'Which region?',
      }).optional(),
    }),
    language: {
      triggers: [
        'bootstrap & cdk|account|environment|region|{environment}',
        'bootstrap & cdk',
        'bootstrap & account|region|environment',
        'prepare|set up|setup|ready|initialize|initialise & cdk & account|region|environment',
      ],
      also: `${words}|bootstrap|account|region|and|aws|run|do|new|it|prepare|set|up|ready|so|we|can|deploy|get|make`,
      needOne: ['environment', 'account', 'region'],
      examples: ['bootstrap cdk for the staging environment', 'cdk bootstrap account 123456789012 region eu-west-1'],
      counterExamples: ['bootstrap a new microservice', 'how do I bootstrap cdk?'],
    },
  }),
  planAction({
    id: 'cdk.resource.create',
    summary: 'Write CDK code for a resource',
    permission: 'cdk:write',
    usualSafety: 'moderate',
    input: z.object({
      resource: resource(),
      name: named({
        of: 'construct',
        nouns: [],
        after: ['called', 'named', 'name'],
        describe: 'Name',
        ask: 'What is it called?',
      }).optional(),
      project: named({
        of: 'project',
        nouns: ['project'],
        after: ['for project', 'for the project', 'for'],
        describe: 'Project',
        ask: 'For which project?',
      }).optional(),
      language: choice(
        { typescript: ['typescript', 'ts'], python: ['python', 'py'] },
        'Language of the code',
        'Which language?',
      ).optional(),
    }),
    language: {
      triggers: [
        `${verbs.make}|write|need|want|code|put|include|model|declare & {resource} & cdk`,
        `${verbs.make} & resource|construct & cdk`,
      ],
      also: `${words}|new|create|add|make|code|construct|project|called|named|name|a|an|resource|to|into|written|write|language|python|typescript|put|it|app|that|is|as|our|another|one|we|need|simple|basic|aws|resource|l2`,
      examples: [
        'create a new VPC with CDK for the new project',
        'add an s3 bucket with cdk for the analytics project',
        'generate cdk code for a queue called orders',
      ],
      counterExamples: ['how do I create a vpc with cdk?', 'create a bucket list'],
    },
  }),
  planAction({
    id: 'cdk.resource.update',
    summary: 'Change a property in the CDK code',
    permission: 'cdk:write',
    usualSafety: 'moderate',
    input: z.object({
      resource: resource(),
      stack: stack().optional(),
      environment: environment(),
      property: pattern('[a-zA-Z][A-Za-z0-9.]{2,60}', {
        nouns: ['property', 'setting'],
        after: ['property', 'setting'],
        describe: 'Property',
        ask: 'Which property?',
      }),
      value: text(['value', 'to', 'to be', '='], 'New value', 'Which value?', 500),
    }),
    language: {
      triggers: [
        `${verbs.update}|reconfigure|bump|increase|raise|lower|reduce & configuration|config|settings|property|setting|size|class|type|storage|retention|memory|timeout & {resource}`,
      ],
      also: `${words}|configuration|config|settings|property|setting|update|change|value|to|instance|from|its|a|into|code|construct|be|should|size|class|type|storage`,
      examples: ['update the RDS configuration in the production stack: property instanceType value db.t3.large'],
      counterExamples: ['should I change the database configuration?'],
    },
  }),
];
