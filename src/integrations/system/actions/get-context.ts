import { choice, type ContextSource, type ContextType, defineAction, safe } from '#kit';
import { z } from 'zod';
import { renderContext } from '../render.ts';

const every: ContextType[] = ['files', 'processes', 'git'];

const SystemContext = z.object({
  files: z
    .object({
      folder: z.string(),
      from: z.enum(['git', 'walk']),
      entries: z.array(
        z.object({
          path: z.string(),
          type: z.enum(['file', 'folder', 'link']),
          bytes: z.number().exactOptional(),
          files: z.number().exactOptional(),
        }),
      ),
    })
    .exactOptional(),
  processes: z
    .array(z.object({ pid: z.number(), name: z.string(), command: z.string(), cpuPercent: z.number(), memoryBytes: z.number() }))
    .exactOptional(),
  git: z
    .object({
      branch: z.string().nullable(),
      commit: z.string().nullable(),
      upstream: z.string().nullable(),
      ahead: z.number(),
      behind: z.number(),
      changes: z.array(z.object({ path: z.string(), change: z.string() })),
      commits: z.array(z.object({ commit: z.string(), at: z.string(), author: z.string(), subject: z.string() })),
      remote: z.string().nullable(),
    })
    .nullable()
    .exactOptional(),
  notes: z.array(z.string()),
});

export const getContext = defineAction<ContextSource>()({
  id: 'system.context.get',
  summary: 'Show files of the working folder, processes and git',
  permission: 'read',
  idempotent: true,
  usesContext: true,
  input: z.object({
    type: choice(
      {
        files: ['files', 'file', 'directory', 'folder'],
        processes: ['processes', 'process'],
        git: ['git', 'branch', 'commits', 'uncommitted'],
        all: ['everything'],
      },
      'What to show: files, processes, git or all',
      'Files, processes, git or all of it?',
    ).optional(),
  }),
  output: SystemContext,
  language: {
    triggers: [
      'show|get|list|display|give|print & context',
      'show|get|list|display|print|what|which & {type}',
      'git & status|branch|changes|commits|log|history',
    ],
    also: 'files|file|folder|directory|system|my|local|working|current|this|here|machine|computer|box|host|laptop|running|uncommitted|last|recent|repository|repo|changes|status',
    examples: ['show my system context', 'show the running processes', 'list the files in this folder', 'show git status'],
    counterExamples: ['should I show the context?', 'delete the files in this folder'],
  },
  usualSafety: 'safe',
  safety: () => safe('reads this machine only'),
  preview: async ({ type = 'all' }, { cwd }) => ({
    input: { type },
    where: `this machine, folder ${cwd}`,
    description: type === 'all' ? 'look at files, processes and git' : `look at ${type}`,
    diff: [],
    facts: {},
    precondition: {},
  }),
  run: ({ type = 'all' }, { client, cwd, signal }) => client.collect({ cwd, types: type === 'all' ? every : [type], signal }),
  render: (output) => ({ text: renderContext(output) }),
});
