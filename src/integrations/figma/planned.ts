/** Actions of figma that are understood, but not available yet. */
import { choice, count, named, pattern, planAction, type PlannedAction, text, verbs } from '#kit';
import { z } from 'zod';

const words = 'figma|file|files|design|designs|the|in|on|of|for|from|out|page|our|my';
const file = () =>
  named({
    of: 'figmaFile',
    nouns: ['file', 'figma file', 'figma', 'figma design', 'design file'],
    after: ['file', 'figma file', 'figma', 'the file', 'of', 'from', 'in', 'on', 'called', 'named'],
    shape: String.raw`https:\/\/[^\s]{1,400}|[\p{L}\p{N}][^\p{C}\n:]*`,
    describe: 'File: its address, or its name',
    ask: 'Which file? Its name or address.',
  });
const directory = () =>
  pattern(String.raw`(?:\.{1,2}|~)?\/[\w./ -]*|\.{1,2}|[\w-]+(?:\/[\w.-]+)+\/?`, {
    nouns: ['folder', 'directory'],
    after: ['into', 'in', 'to', 'folder', 'directory', 'under', 'at', 'into folder'],
    describe: 'Folder',
    ask: 'Into which folder?',
  }).optional();

export const figmaPlanned: PlannedAction[] = [
  planAction({
    id: 'figma.design.export',
    summary: 'Export frames as images',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({
      file: file(),
      frames: text(['frame', 'frames', 'the frame', 'the frames'], 'Frames; all unless given', 'Which frames?', 500).optional(),
      format: choice(
        { png: ['png', 'pngs'], svg: ['svg', 'svgs'], pdf: ['pdf', 'pdfs'], jpg: ['jpg', 'jpeg', 'jpgs', 'jpegs'] },
        'Format',
        'Which format: png, svg, pdf or jpg?',
      ),
      scale: count({
        min: 1,
        max: 4,
        nouns: ['x', 'times', 'scale'],
        after: ['at', 'scale', '@'],
        words: { '1x': 1, '2x': 2, '3x': 3, '4x': 4, '@2x': 2, '@3x': 3 },
        describe: 'Scale',
        ask: 'Which scale, from 1 to 4?',
      }).optional(),
      directory: directory(),
    }),
    language: {
      triggers: [
        'export|save|download|render|grab|get|convert|expotr|extract|pull|dump|generate|give|send|produce|turn|make|need & figma|frame|frames|design|designs|mockup|mockups|artboards|screens',
        'figma & {format}',
        'all frames|frames|frame & {format}',
        'export|save|render|download & {file} & {format}',
      ],
      also: `${words}|frame|frames|as|to|all|every|export|save|download|image|images|format|with|at|scale|into|screens|artboards|it|hero|i|need|we|us|me|give|an|a|please|png|screen|page|pages|mockup|mockups|version|size|resolution|convert|turn|produce|assets|to|disk|slides|selected|main`,
      examples: [
        'export the figma file "Login screens" as png',
        'export all frames of the figma file Onboarding as pdf',
        'save the hero frame of figma file Landing as jpg at 2x in ./img',
      ],
      counterExamples: ['how do I export from figma?', 'export the data'],
    },
  }),
  planAction({
    id: 'figma.assets.get',
    summary: 'Get image fills, components and styles',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ file: file(), directory: directory() }),
    language: {
      triggers: [
        'assets|asset|icons|icon|image fills|images|components|styles|fills|tokens|colors|colours|pictures|graphics|logos|illustrations & figma',
        'assets|icons|components|styles & design file',
      ],
      also: `${words}|assets|asset|icons|image|images|fills|components|styles|tokens|all|get|download|fetch|grab|and|save|pull|into|list|show|export|icon|colors|colours|pictures|graphics|logos|illustrations|i|need|we|us|me|give|see|which|what|are|used|does|have|to|disk|folder|local|locally|design|file|every|image|fill|extract|collect`,
      examples: [
        'get the image assets from figma file Icons',
        "download the design components from figma 'Design System 4'",
        'grab all icons out of the figma file Brand Kit into ./assets',
      ],
      counterExamples: ['what are figma components?'],
    },
  }),
  planAction({
    id: 'figma.file.share',
    summary: 'Send a link to a file',
    permission: 'figma:write',
    usualSafety: 'moderate',
    input: z.object({
      file: file(),
      with: named({
        of: 'audience',
        nouns: ['channel', 'team', 'group'],
        after: ['with', 'to', 'with the', 'into', 'in', 'at'],
        shape: String.raw`[#@]?[\p{L}\p{N}][^\p{C}\n]*`,
        describe: 'With whom: a channel, a ticket or people',
        ask: 'With whom?',
      }),
      message: text(['message', 'with the message', 'saying', ':', 'with message', 'note'], 'Message', 'Which message?', 2000).optional(),
    }),
    language: {
      triggers: ['share|send|forward|pass|post|show|give|link|distribute|hand|drop & figma|design file|mockup|mockups'],
      also: `${words}|share|send|with|to|channel|team|link|a|message|it|everyone|please|give|access|drop|people|chat|so|that|they|can|see|review|look|at|and|forward|mockup|mockups|latest`,
      examples: ['share the figma file Header with the design channel', 'send the figma file "Landing" to anna'],
      counterExamples: ['is it ok to share the figma file?', 'share the cake'],
    },
  }),
  planAction({
    id: 'figma.comment.create',
    summary: 'Comment on a file',
    permission: 'figma:write',
    usualSafety: 'moderate',
    input: z.object({
      file: file(),
      text: text([':', 'saying', 'that', 'comment', 'remark', 'note'], 'What the comment says', 'What should the comment say?', 4000),
      node: pattern(String.raw`\d+[:-]\d+`, {
        nouns: ['node'],
        after: ['node', 'on node'],
        describe: 'Node',
        ask: 'On which node?',
      }).optional(),
    }),
    language: {
      triggers: ['comment|remark|note|feedback|say|write|reply|annotate & figma', 'comment|remark|feedback & design file|mockup|frame'],
      also: `${words}|comment|remark|note|feedback|add|leave|post|write|put|make|a|to|saying|drop|with|that|an|as|design|mockup|frame|give|some|please|new|there|it`,
      examples: [
        'comment "use the new logo" on the figma file Header',
        'leave a remark in the figma file Profile: "avatar should be round"',
      ],
      counterExamples: ['who commented on the figma file?'],
    },
  }),
  planAction({
    id: 'figma.template.link',
    summary: "Link a file to the team's template",
    permission: 'figma:write',
    usualSafety: 'moderate',
    input: z.object({
      file: file(),
      target: pattern(String.raw`[A-Z][A-Z0-9_]{0,30}-\d{1,9}|https:\/\/[^\s]{1,400}`, {
        nouns: ['ticket', 'issue', 'page'],
        after: ['to', 'with', 'for', 'to ticket', 'to the ticket'],
        describe: 'What it is linked to: a ticket or an address',
        ask: 'To what is it linked?',
      }),
    }),
    language: {
      triggers: [
        `template & figma & link|attach|connect|${verbs.make}|hook|add|associate`,
        'link|attach|connect|associate|hook|tie|reference & figma & {target}',
        'link|attach|connect|associate & design file|mockup & {target}',
      ],
      also: `${words}|template|link|attach|connect|to|with|create|a|ticket|team|dev|resource|issue|story|card|and|as|it|new|from|use|using|page|connect|associate|our`,
      examples: ['link the figma template "Service page" to DEV-12'],
      counterExamples: ['where is the figma template?'],
    },
  }),
];
