/** Runbooks that are understood, but not available yet. */
import { environmentName, choice, duration, named, planAction, type PlannedAction, text, verbs } from '#kit';
import { z } from 'zod';

const service = (after: string[]) =>
  named({
    of: 'service',
    nouns: ['service', 'app', 'application', 'api', 'site'],
    after,
    shape: String.raw`[a-zA-Z][a-zA-Z0-9]*(?:[-_][a-zA-Z0-9]+)*`,
    describe: 'Service',
    ask: 'Which service?',
  });

const investigates =
  'investigate|look into|looking into|dig into|dig|figure out|find out|troubleshoot|root cause|rca|get to the bottom|start an investigation|investigation|what is going on|check what is going on';
const symptoms =
  'error|errors|error rate|error rates|500|500s|5xx|502|502s|503|503s|504|504s|slow|down|failing|latency|timeouts|timing|outage|crashing|degraded|errors|unavailable|spike|spiking|elevated|erroring|slowness|timing out|failures|exceptions';

export const plannedRunbooks: PlannedAction[] = [
  planAction({
    id: 'service.deploy',
    summary: 'Deploy a service under a change request',
    permission: 'runbook:start',
    usualSafety: 'destructive',
    input: z.object({
      service: service(['deploy', 'of', 'service']),
      environment: environmentName({ after: ['to', 'in', 'into', 'on'], ask: 'To which environment?' }),
      tool: choice({ cdk: ['cdk'], helm: ['helm'] }, 'With what', 'With cdk or helm?').optional(),
    }),
    language: {
      triggers: [
        '^deploy|release|ship|roll out|rollout|deployment|launch|push|redeploy & change request|change ticket|change|cr|chg|rfc & {environment}',
      ],
      also: 'deploy|release|ship|roll|out|deployment|using|with|via|cdk|helm|create|open|raise|file|make|a|an|and|plus|change|request|ticket|for|it|to|of|the|+|servicenow|stack|including|incl|with|under|covered|by|new|servicenow|file|register|submit|log|its|via|proper|formal|normal|standard|please|version|latest|also|get|approved|approval|gated|behind|tracked|rfc|go|through',
      examples: [
        'deploy the user-service to staging using CDK and create a change request',
        'release billing to production with cdk plus a change request',
      ],
      counterExamples: ['should I deploy billing with a change request?', 'create a change request for deploying billing'],
    },
  }),
  planAction({
    id: 'incident.investigate',
    summary: 'Investigate what is wrong with a service',
    permission: 'runbook:start',
    usualSafety: 'moderate',
    input: z.object({
      service: service(['with', 'of', 'on', 'the', 'in']),
      symptom: text(
        ['showing', 'throws', 'throwing', 'returns', 'returning', 'started to', 'has', 'with'],
        'What is seen',
        'What is seen?',
        300,
      ).optional(),
      since: duration('Since when').optional(),
    }),
    language: {
      triggers: [
        `${investigates} & ${symptoms} & is|are|was|has|keeps|shows|showing|throws|returns & {service}`,
        `${investigates} & ${symptoms}`,
        `help & investigate|look|debug|find out|figure out|understand|see & ${symptoms}|rates|issues`,
      ],
      allows: ['SCHEDULED', 'CONDITIONAL'],
      also: 'investigate|help|me|us|look|into|it|is|are|was|showing|shows|high|error|errors|rate|rates|service|started|to|about|ago|since|minutes|minute|ten|please|pls|what|why|going|on|throws|throwing|502|500|503|502s|503s|504|504s|5xx|500s|slow|down|failing|can|you|and|this|morning|the|out|figure|find|has|have|with|having|latency|timeouts|of|issues|returns|returning|lots|many|keeps|getting|gets|an|hour|dig|through|roof|sky|skyrocketing|exploding|rising|increasing|climbing|jumped|lot|spike|spiking|elevated|our|customers|users|complain|complaining|report|reporting|see|seeing|suddenly|again|today|dig|root|cause|now|for',
      examples: ['the payment service is showing high error rates, help me investigate', 'investigate the error rate of web-app'],
      counterExamples: ['how do I investigate an incident?', 'we investigated the errors yesterday'],
    },
  }),
  planAction({
    id: 'service.create',
    summary: 'Set up a new microservice with everything around it',
    permission: 'runbook:start',
    usualSafety: 'moderate',
    input: z.object({
      name: named({
        of: 'newService',
        nouns: [],
        after: ['called', 'named', 'name'],
        shape: '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?',
        describe: 'Name of the service',
        ask: 'What is the service called?',
      }).optional(),
    }),
    language: {
      triggers: [
        `${verbs.make}|bootstrap|start|kick off|launch|onboard|want|need & microservice|micro-service|micro service`,
        'set up|setup|create|bootstrap|spin up|start|build|new & service|project & ci/cd|pipeline|pipelines|full package|monitoring',
      ],
      also: 'new|brand-new|brand|a|an|for|us|me|microservice|micro|service|project|with|full|ci/cd|ci|cd|pipeline|pipelines|jira|epic|stories|monitoring|alerts|package|the|and|everything|complete|included|including|helm|chart|cdk|documentation|docs|repo|repository|called|named|set|up|whole|setup|plus|all|around|it|design|figma|namespace|onboarding',
      examples: ['set up a new microservice project with full CI/CD', 'create a new microservice with pipeline and monitoring'],
      counterExamples: ['what is a microservice?', 'should we build a microservice?'],
    },
  }),
];
