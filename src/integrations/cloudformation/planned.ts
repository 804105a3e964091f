/** Actions of cloudformation that are understood, but not available yet. */
import { choice, named, pattern, planAction, type PlannedAction, verbs } from '#kit';
import { z } from 'zod';

const cfn = 'cloudformation|cfn|cloud formation|cf';
const words = `${cfn}|aws|stack|stacks|the|in|on|of|for|from|region|our|my`;
const stack = () =>
  named({
    of: 'cloudformationStack',
    nouns: ['stack', 'stacks'],
    after: ['stack', 'for', 'of', 'on'],
    shape: String.raw`[A-Za-z][A-Za-z0-9-]{0,127}|arn:aws[\w-]*:cloudformation:[^\s]{1,220}`,
    describe: 'Stack',
    ask: 'Which stack?',
  });
const region = {
  region: pattern(
    String.raw`(?:us|eu|ap|sa|ca|me|af|il|mx)(?:-gov)?-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d`,
    {
      nouns: ['region'],
      after: ['in', 'region', 'in region', 'of region', 'from'],
      describe: 'AWS region, such as eu-west-1',
      ask: 'Which region?',
    },
  ).optional(),
};
const template = () =>
  pattern(String.raw`(?:s3:\/\/|https:\/\/)?[\w./~-]+\.(?:ya?ml|json|template)`, {
    nouns: ['template', 'file'],
    after: [
      'using',
      'from',
      'with',
      'template',
      'from template',
      'with template',
      'file',
      'using template',
      'with the template',
      'from the template',
      'via',
    ],
    describe: 'Template file, such as vpc.yaml',
    ask: 'Which template file?',
  });
const parameters = () =>
  pattern(String.raw`[A-Za-z]\w*=[^\s,]+(?:,[A-Za-z]\w*=[^\s,]+)*`, {
    nouns: ['parameter', 'parameters'],
    after: ['parameter', 'parameters', 'with', 'params'],
    terms: true,
    describe: 'Parameters, such as Size=3',
    ask: 'Which parameters?',
  }).optional();
const capabilities = () =>
  pattern('CAPABILITY_(?:NAMED_IAM|IAM|AUTO_EXPAND)', {
    upper: true,
    nouns: ['capability', 'capabilities'],
    after: ['capability', 'capabilities', 'with'],
    describe: 'Capability that the template needs',
    ask: 'Which capability?',
  }).optional();

export const cloudformationPlanned: PlannedAction[] = [
  planAction({
    id: 'cloudformation.stacks.list',
    summary: 'List stacks',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({
      status: choice(
        {
          failed: ['failed', 'broken', 'create_failed', 'update_failed', 'delete_failed'],
          complete: ['complete', 'completed', 'create_complete', 'update_complete'],
          'in progress': ['in progress', 'running', 'updating'],
          rolledBack: ['rolled back', 'rollback', 'rollback_complete', 'update_rollback_complete', 'rollback_failed'],
        },
        'Status',
        'Which status?',
      ).optional(),
      ...region,
    }),
    language: {
      triggers: [
        `${cfn} & stacks|list|ls`,
        'list|show|which|what|all|how many|any & cloudformation stacks|cfn stacks|aws stacks',
        'stacks & {region}',
        'stacks & {status}',
      ],
      also: `${words}|list|ls|all|which|exist|have|there|status|failed|complete|running|show|get|see|me|give|we|got|do|are|how|many|any|state|currently|now|stuck|currently|account|broken|ones|with|that|names|deployed`,
      examples: ['list the cloudformation stacks in eu-central-1', 'which cfn stacks are there?', 'show failed cloudformation stacks'],
      counterExamples: ['delete all cloudformation stacks'],
    },
  }),
  planAction({
    id: 'cloudformation.stack.describe',
    summary: 'Show a stack',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ stack: stack(), ...region }),
    language: {
      triggers: [
        `describe|details|detail|status|info|information|about|tell|show|look|inspect|resources|state|parameters|tags|healthy|ok|doing|in|complete|finished & ${cfn}`,
        'describe|details|detail|status|info|state|inspect|resources & stack',
        'what|which|how & state|status|resources|doing & stack',
      ],
      also: `${words}|describe|details|detail|status|info|information|about|state|resources|tell|show|me|look|at|how|is|what|which|doing|healthy|ok|okay|complete|finished|give|get|see|does|contain|contains|has|have|are|parameters|tags|it|currently|right|now|full|everything|inside|created|belong|belongs|inspect`,
      examples: ['describe the cloudformation stack network-prod', 'status of cfn stack app-db'],
      counterExamples: ['what is cloudformation?'],
    },
  }),
  planAction({
    id: 'cloudformation.stack.events',
    summary: 'Show the events of a stack',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ stack: stack(), ...region }),
    language: {
      triggers: [
        `${cfn} & events|event|history|log|happened|happening|going on|went wrong|activity|timeline`,
        'events|event log|activity|timeline & stack',
        'events & {stack}',
        'what|why & happened|happening|failed|fail|went wrong|going on|rolled back|roll back|rollback & stack',
      ],
      also: `${words}|events|event|history|log|recent|recently|lately|latest|last|newest|show|its|what|why|happened|happening|failed|fail|wrong|went|going|did|during|update|creation|deployment|deploy|rolled|back|roll|rollback|get|see|me|give|list|activity|timeline|to|with|past|while|was|were|there|has|tell|it`,
      examples: ['events of the cloudformation stack app-db', 'show the recent events of cfn stack app-db'],
      counterExamples: ['which events happened in the office?'],
    },
  }),
  planAction({
    id: 'cloudformation.stack.outputs',
    summary: 'Show the outputs of a stack',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ stack: stack(), ...region }),
    language: {
      triggers: [
        `${cfn} & outputs|output|exports|export|exported|exported values|output values`,
        'outputs|output|exports|output values & stack',
        'outputs & {stack}',
      ],
      also: `${words}|outputs|output|exports|show|values|list|get|see|me|give|what|which|are|does|export|exported|all|print|have|has|its|read|fetch|did|it`,
      examples: ['outputs of the cloudformation stack app-db', 'show the outputs of cfn stack app-db in us-west-2'],
      counterExamples: ['what is the output of this command?'],
    },
  }),
  planAction({
    id: 'cloudformation.template.validate',
    summary: 'Validate a template',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ template: template(), ...region }),
    language: {
      triggers: [
        `validate|check|lint|verify|valid|test|correct|validation|syntax & ${cfn}|template`,
        'validate|valid|lint|syntax & {template}',
      ],
      also: `${words}|template|file|validate|check|lint|verify|valid|is|syntax|test|correct|correctly|if|whether|that|it|ok|okay|has|any|errors|problems|mistakes|well|formed|before|we|deploy|run|validation|against|syntactically|would|accept|accepted|does|my|can|you|tell|me|this|please`,
      examples: ['validate the cloudformation template vpc.yaml', 'is the template vpc.yaml valid?'],
      counterExamples: ['how do I validate a template?'],
    },
  }),
  planAction({
    id: 'cloudformation.stack.create',
    summary: 'Create a stack',
    permission: 'cloudformation:write',
    usualSafety: 'destructive',
    input: z.object({ stack: stack(), template: template(), parameters: parameters(), capabilities: capabilities(), ...region }),
    language: {
      triggers: [
        `${verbs.make}|launch|deploy|start|roll out & ${cfn}`,
        `${verbs.make}|launch|deploy|start|roll out & stack & {template}`,
        'create|make|set up & stack',
      ],
      also: `${words}|create|new|template|file|called|named|with|using|a|parameter|parameters|make|capabilities|capability|named|name|as|it|use|template|out|up|a|an|and|that|is|based|params`,
      examples: ['create the cloudformation stack mail-relay from mail.json', 'launch a cfn stack app-db using db.yaml in eu-west-1'],
      counterExamples: ['should I create a cloudformation stack?'],
    },
  }),
  planAction({
    id: 'cloudformation.stack.update',
    summary: 'Update a stack',
    permission: 'cloudformation:write',
    usualSafety: 'destructive',
    input: z.object({ stack: stack(), template: template().optional(), parameters: parameters(), capabilities: capabilities(), ...region }),
    language: {
      triggers: [
        `${verbs.update}|upgrade|redeploy|apply|deploy|roll & ${cfn}`,
        `${verbs.update}|upgrade|redeploy & stack & {template}`,
        `${verbs.update}|upgrade|redeploy & stack & {parameters}`,
      ],
      also: `${words}|update|template|file|with|using|to|parameter|parameters|use|set|change|capabilities|capability|new|changed|template|so|that|it|uses|params|existing|a|an|and|modified|latest|changes`,
      examples: ['update the cloudformation stack web-cdn using cdn.json', 'update cfn stack app-db with parameter Size=3'],
      counterExamples: ['does updating a stack replace the database?'],
    },
  }),
  planAction({
    id: 'cloudformation.stack.delete',
    summary: 'Delete a stack',
    permission: 'cloudformation:write',
    usualSafety: 'destructive',
    input: z.object({
      stack: stack(),
      retain: pattern('[A-Za-z][A-Za-z0-9]{1,254}', {
        after: ['retain', 'keep', 'retaining', 'keeping', 'but retain', 'but keep', 'retain the', 'keep the', 'except'],
        describe: 'Resource that is kept',
        ask: 'Which resource is kept?',
      }).optional(),
      ...region,
    }),
    language: {
      triggers: [`${verbs.takeDown} & ${cfn}`, 'delete|remove & stack & {region}'],
      also: `${words}|delete|remove|down|rid|but|retain|keep|resource|resources|bucket|and|its|completely|entirely|it|old|unused|while|keeping|retaining|the|database|table`,
      examples: ['delete the cloudformation stack poc-17', 'cfn stack poc-17: delete, but retain LogBucket'],
      counterExamples: ['should I delete the cloudformation stack poc-17?', 'delete all cloudformation stacks'],
    },
  }),
  planAction({
    id: 'cloudformation.stack.drift',
    summary: 'Find out whether a stack has drifted',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ stack: stack(), ...region }),
    language: {
      triggers: [
        `${cfn} & drift|drifted|drifts|drifting|out of sync|changed by hand|changed manually|manual changes|by hand`,
        'drift|drifted|drift detection|out of sync & stack',
        'drift|drifted',
        'changed|change|modified|touched|manual changes & by hand|manually|outside|console & stack',
      ],
      also: `${words}|drift|drifted|has|check|detect|detection|whether|if|show|any|did|is|it|there|run|on|status|have|resources|changed|change|manually|manual|hand|by|changes|outside|console|somebody|someone|anybody|anyone|modified|touched|sync|out|see|me|tell|report|does|do|from|template|its|real|world|actual`,
      examples: ['has the cloudformation stack core-net drifted?', 'check the drift of cfn stack core-net'],
      counterExamples: ['drifting is fun'],
    },
  }),
];
