/** Actions of helm that are understood, but not available yet. */
import { named, pattern, planAction, type PlannedAction } from '#kit';
import { z } from 'zod';
import { words } from './inputs.ts';

export const helmPlanned: PlannedAction[] = [
  planAction({
    id: 'helm.chart.generate',
    summary: 'Write a chart',
    permission: 'helm:write',
    usualSafety: 'moderate',
    input: z.object({
      name: named({
        of: 'chart',
        nouns: ['chart', 'helm chart'],
        after: ['for', 'called', 'named', 'of'],
        shape: String.raw`[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?`,
        describe: 'Name of the chart',
        ask: 'What is the chart called?',
      }),
      path: pattern(String.raw`(?:\.{1,2}\/|~?\/)[\w./-]*|[\w.-]+(?:\/[\w.-]+)+\/?`, {
        nouns: ['folder', 'directory'],
        after: ['in', 'into', 'under', 'at', 'folder', 'directory'],
        describe: 'Folder',
        ask: 'In which folder?',
      }).optional(),
    }),
    language: {
      triggers: ['generate|scaffold|bootstrap & chart', 'create|write|make|new|start|build|template & helm chart|helm'],
      also: `${words}|generate|create|scaffold|write|make|new|a|called|named|service|app|folder|directory|skeleton|template`,
      examples: ['generate a helm chart for geo-lookup', 'scaffold a chart called wallet with helm in ./charts'],
      counterExamples: ['make a pie chart', 'how do I write a helm chart?'],
    },
  }),
];
