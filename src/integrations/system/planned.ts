/** Actions of system that are understood, but not available yet. */
import { choice, named, pattern, planAction, type PlannedAction, verbs } from '#kit';
import { z } from 'zod';

export const systemPlanned: PlannedAction[] = [
  planAction({
    id: 'system.connections.list',
    summary: 'List the connected systems',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({}),
    language: {
      triggers: [
        'connections|integrations|connected systems|systems',
        'what|which|how many & connected & systems|system|we|i|you|devos|to|tools',
      ],
      also: 'list|show|which|what|connected|connections|integrations|systems|system|status|health|all|available|healthy|devos|working|up|there|have|you|we|to|are|is|am|get|see|give|me|how|many|tools|can|reach|configured|linked|as|whom|who|in|logged|what|accounts|account|every|overview|everything|ok|alive|currently|now|know|signed|set',
      examples: ['list my connections', 'which systems are connected?', 'show the integrations'],
      counterExamples: ['connect to jira', 'what are the train connections?'],
    },
  }),
  planAction({
    id: 'project.scaffold.create',
    summary: 'Write a new project',
    permission: 'project:write',
    usualSafety: 'moderate',
    input: z.object({
      name: named({
        of: 'newProject',
        nouns: ['project', 'service', 'app'],
        after: ['called', 'named', 'name', 'for', 'project'],
        shape: '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?',
        describe: 'Name of the project',
        ask: 'What is the project called?',
      }),
      directory: pattern(String.raw`(?:\.{1,2}|~)?\/[\w./-]*`, {
        nouns: ['folder', 'directory'],
        after: ['in', 'into', 'under', 'at'],
        describe: 'Folder',
        ask: 'In which folder?',
      }).optional(),
      template: choice(
        { typescript: ['typescript', 'ts', 'node'], python: ['python', 'py'], go: ['go', 'golang'], java: ['java', 'spring'] },
        'Template',
        'Which template?',
        ['template', 'from', 'in', 'with', 'as'],
      ).optional(),
    }),
    language: {
      triggers: [
        'scaffold|skeleton|boilerplate|scaffolding & project|service|app|application|repo|repository|microservice|component',
        `${verbs.make}|start|init|initialize|initialise|bootstrap & project skeleton|project scaffold|boilerplate|project structure|project folder|skeleton project|starter project`,
        'init|initialize|initialise|bootstrap|scaffold & project',
        'scaffold & {name}',
      ],
      also: 'scaffold|project|new|a|an|called|named|service|app|application|create|generate|skeleton|from|template|repo|repository|in|with|for|basic|empty|starter|structure|out|using|under|folder|directory|language|me|us|our|microservice|component|based|on|new|it|code|up|set|setup|bootstrap|init|initialize|start|make',
      examples: ['scaffold a project called billing-api', 'scaffold a new project named wallet in ./services'],
      counterExamples: ['how do I scaffold a project?', 'the scaffold on the building'],
    },
  }),
];
