/** Actions of sharepoint that are understood, but not available yet. */
import { choice, named, pattern, planAction, type PlannedAction, text } from '#kit';
import { z } from 'zod';

const sp = 'sharepoint|share point|sharepiont|sp';
const words = `${sp}|site|sites|folder|document|documents|doc|docs|file|files|excel|word|powerpoint|sheet|sheets|spreadsheet|spreadsheets|presentation|deck|slides|pdf|pdfs|the|in|on|of|for|from|to|library|our|my`;
const site = () =>
  named({
    of: 'site',
    nouns: ['site', 'sharepoint site', 'team site'],
    after: ['site', 'of site', 'on site', 'in site', 'to site', 'the site', 'from site'],
    shape: String.raw`[\p{L}\p{N}][^\p{C}\n]*`,
    describe: 'Site',
    ask: 'Which site?',
  });
const folder = () =>
  named({
    of: 'folder',
    nouns: ['folder', 'sharepoint folder', 'directory', 'library'],
    after: ['folder', 'the folder', 'in folder', 'in the folder', 'folder called', 'folder named'],
    shape: String.raw`[\p{L}\p{N}\/][^\p{C}\n]*`,
    describe: 'Folder',
    ask: 'Which folder?',
  });
const path = (describe: string) =>
  pattern(String.raw`(?:(?:\.{1,2}|~)?\/)?[\w\u00c0-\u024f./ ()-]*\.[A-Za-z][A-Za-z0-9]{1,5}`, {
    nouns: ['file', 'document', 'doc'],
    after: ['upload', 'file', 'document', 'the file', 'the document', 'download', 'fetch', 'get', 'put'],
    describe,
    ask: 'Which file? Its path.',
  });

export const sharepointPlanned: PlannedAction[] = [
  planAction({
    id: 'sharepoint.document.upload',
    summary: 'Upload a file',
    permission: 'sharepoint:write',
    usualSafety: 'moderate',
    input: z.object({
      path: path('File on this machine'),
      site: site().optional(),
      folder: folder().optional(),
      name: named({
        of: 'document',
        nouns: [],
        after: ['as', 'named', 'called'],
        describe: 'Name there',
        ask: 'Under which name?',
      }).optional(),
    }),
    language: {
      triggers: [
        `upload|put|push|add|save|store|copy|send|drop|place|publish|archive & ${sp} & {path}`,
        `upload|put|push|add|save|store|copy|send|drop|place & ${sp}`,
        'upload & {path}',
        'upload & document|file|documents|docs',
        'put|save|store|copy|drop|place|add & {path} & site|library',
      ],
      also: `${words}|upload|put|push|as|named|into|a|these|it|this|save|store|copy|under|name|called|inside|there|our|so|that|everyone|can|see|local|from|my|disk|new|and|call|an|attach|please|place|drop|current|directory`,
      examples: ['upload ./report.pdf to the sharepoint site Finance', 'put notes.docx into the sharepoint folder Meetings'],
      counterExamples: ['who uploaded the report to sharepoint?', 'upload my brain'],
    },
  }),
  planAction({
    id: 'sharepoint.document.download',
    summary: 'Download a document',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({
      path: path('Document in SharePoint'),
      site: site().optional(),
      directory: pattern(String.raw`(?:\.{1,2}|~)?\/[\w./ -]*|\.{1,2}`, {
        after: ['into', 'to', 'in', 'into folder', 'to folder', 'under'],
        describe: 'Folder on this machine',
        ask: 'Into which folder?',
      }).optional(),
    }),
    language: {
      triggers: [
        `download|fetch|get|pull|grab|save|retrieve|copy|bring|need|give & ${sp}`,
        'download & {path}',
        'get|fetch|pull|grab|copy & {path} & site|library|document library',
      ],
      also: `${words}|download|fetch|get|pull|grab|save|into|to|retrieve|copy|local|locally|here|disk|machine|it|a|me|us|i|need|give|please|current|directory|under|path|and|called|named|bring|down`,
      examples: ['download /policies/leave.docx from the sharepoint site HR', 'fetch budget.xlsx from sharepoint into ./tmp'],
      counterExamples: ['download a movie'],
    },
  }),
  planAction({
    id: 'sharepoint.documents.search',
    summary: 'Search documents',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({
      text: text(
        [
          'for',
          'about',
          'find',
          'search',
          'search for',
          'look for',
          'containing',
          'with',
          'named',
          'called',
          'locate',
          'titled',
          'mentioning',
          ':',
          'where is',
          'finding',
        ],
        'What is searched for',
        'What should be searched for?',
        1000,
      ),
      site: site().optional(),
      type: choice(
        {
          docx: ['docx', 'word', 'word documents', 'doc'],
          pdf: ['pdf', 'pdfs'],
          xlsx: ['xlsx', 'excel', 'spreadsheet', 'spreadsheets', 'excel files'],
          pptx: ['pptx', 'powerpoint', 'slides', 'presentation', 'presentations'],
          txt: ['txt'],
        },
        'File type',
        'Which file type?',
      ).optional(),
    }),
    language: {
      triggers: [
        `find|search|look|look for|locate|where|hunt|any|which|what|is there|do we have|query|dig & ${sp}`,
        `${sp} & {text}`,
        `pdfs|documents|docs|files|slides|spreadsheets & about & ${sp}`,
      ],
      also: `${words}|find|search|look|locate|where|is|any|about|all|show|documents|which|have|there|we|do|handbook|me|us|that|mention|mentions|mentioning|containing|contains|contain|everything|anything|something|what|can|you|i|get|see|give|word|kept|stored|live|lives|put|did|someone|sites|to|with|through|related|search|a|an|covering|titled|named|called|on|under`,
      examples: [
        'find "travel policy" on sharepoint',
        'search sharepoint for the onboarding handbook',
        'pdfs about "pci audit" in sharepoint',
      ],
      counterExamples: ['can sharepoint version documents?', 'find my keys'],
    },
  }),
  planAction({
    id: 'sharepoint.documents.list',
    summary: 'List documents',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ site: site().optional(), folder: folder().optional() }),
    language: {
      triggers: [
        `list|show|which|what|ls|display|see|get|give|enumerate & documents|files|docs|content|contents|items & ${sp}|site|library|document library`,
        `list|what|show & ${sp}`,
        `list|show & documents|docs & site|folder`,
      ],
      also: `${words}|list|show|which|what|ls|content|contents|are|is|there|all|inside|display|see|get|me|us|give|do|we|have|stored|kept|in|it|enumerate|items|names|what's|contain|contains|does|everything|has|exist|available|currently|under`,
      examples: [
        'list the documents of site Architecture',
        'what is in the folder Contracts of the sharepoint site Legal?',
        'show the files in the sharepoint folder Budget',
      ],
      counterExamples: ['share the folder Budget'],
    },
  }),
  planAction({
    id: 'sharepoint.folder.share',
    summary: 'Share a folder',
    permission: 'sharepoint:write',
    usualSafety: 'moderate',
    input: z.object({
      folder: folder(),
      with: named({
        of: 'audience',
        nouns: ['team', 'group'],
        after: ['with', 'to', 'for', 'grant', 'give', 'invite', 'allow', 'let'],
        shape: String.raw`[\p{L}\p{N}][^\p{C}\n]*`,
        describe: 'With whom: an address, a person or a group',
        ask: 'With whom?',
      }),
      role: choice(
        {
          read: [
            'read',
            'read only',
            'read-only',
            'readonly',
            'read access',
            'read access only',
            'view',
            'viewer',
            'view only',
            'reading',
            'reader',
          ],
          write: ['write', 'write access', 'edit', 'editing', 'edit access', 'editor', 'read write', 'read-write', 'full access'],
        },
        'What they may do; read unless said',
        'Read or write?',
      ).optional(),
      site: site().optional(),
      expires: text(['until', 'till', 'expires', 'expiring', 'expires on', 'expiring on'], 'Until when', 'Until when?', 60).optional(),
    }),
    language: {
      triggers: [
        `share|grant|give|open|open up|invite|allow|let|make & folder|${sp}|library`,
        'share|grant & folder & {with}',
        'share & {folder} & {with}',
      ],
      allows: ['CONDITIONAL', 'SCHEDULED'],
      also: `${words}|share|grant|give|with|access|read|write|only|rights|permission|permissions|until|on|to|edit|a|an|and|it|can|be|view|viewing|see|with|them|they|him|her|so|that|as|people|let|have|our|please|reading|writing|editor|viewer|contribute|expires|expiring|expire|till|allow|allowed|by|colleagues|external|partner|guest|user|team`,
      examples: [
        'share the sharepoint folder Budget with tom@corp.example, read only',
        'grant bob@corp.example write on the folder Contracts until 2026-12-31',
      ],
      counterExamples: ['is it ok to share the Design folder?', 'the folder is not to be shared'],
    },
  }),
];
