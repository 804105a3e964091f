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
        files: ['files', 'file', 'directory', 'folder', 'folders', 'directories', 'file tree', 'tree', 'ls', 'pwd'],
        processes: [
          'processes',
          'process',
          'procs',
          'programs',
          'running processes',
          'process list',
          'running on',
          'running here',
          'running locally',
          'ps',
        ],
        git: ['git', 'branch', 'branches', 'commits', 'commit', 'uncommitted', 'unstaged', 'staged', 'working tree', 'unpushed'],
        all: ['everything', 'all of it'],
      },
      'What to show: files, processes, git or all',
      'Files, processes, git or all of it?',
    ).optional(),
  }),
  output: SystemContext,
  language: {
    triggers: [
      'show|get|list|display|give|print|what|see|dump|tell & context|system context|local context',
      'show|get|list|display|print|what|which|see|view|give|any|tell|dump & {type}',
      'git & status|branch|changes|commits|log|history|info|state|diff|remote',
      'running|runs|eating|eats|using|uses|consuming|hogging & machine|computer|box|host|laptop|workstation|pc|localhost|locally',
      'uncommitted|unstaged|unpushed|untracked & changes|files|commits|work|edits',
      'processes|process list|running processes|programs & machine|computer|box|host|laptop|here|running|active|list|top',
      'files|folders & here|this directory|this folder|current directory|current folder|working directory|working folder|cwd',
      'repo|repository & status|state|branch|clean|dirty',
      'ls|pwd|ps',
    ],
    also: 'files|file|folders|context|git|processes|process|programs|consuming|eating|cpu|ram|memory|active|open|top|busy|heavy|modified|changed|change|edited|touched|on|checked|clean|dirty|state|info|tree|pc|host|workstation|localhost|locally|env|environment|snapshot|project|dir|cwd|working|folder|directory|system|my|local|working|current|this|here|machine|computer|box|host|laptop|running|uncommitted|last|recent|repository|repo|changes|status',
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
