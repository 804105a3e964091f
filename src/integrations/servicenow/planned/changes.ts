/** Change requests. */
import { choice, person, planAction, type PlannedAction, text, verbs } from '#kit';
import { z } from 'zod';
import { changeNumber, environment, group, note, service, summary } from '../inputs.ts';

const change = 'change|changes|change request|change requests|change ticket|change tickets|chg|crq|rfc';
const words = `servicenow|snow|service now|${change}|request|requests|ticket|number|in|of`;
const type = () =>
  choice(
    { normal: ['normal'], standard: ['standard'], emergency: ['emergency', 'urgent', 'break-glass', 'expedited'] },
    'Kind of change; normal unless said',
    'Which kind: normal, standard or emergency?',
  ).optional();
const risk = () =>
  choice(
    {
      high: ['high', 'risk high', 'high risk'],
      moderate: ['moderate', 'medium', 'moderate risk', 'medium risk'],
      low: ['low', 'low risk'],
    },
    'Risk',
    'Which risk: high, moderate or low?',
    ['risk', 'risk of', 'risk to', 'risk is', 'should say', 'as', 'with', 'to'],
  ).optional();
const state = () =>
  choice(
    {
      New: ['new'],
      Assess: ['assess'],
      Authorize: ['authorize', 'waiting for approval', 'awaiting approval', 'pending approval', 'unapproved'],
      Scheduled: ['scheduled'],
      Implement: ['implement', 'in implementation', 'implementing', 'being implemented'],
      Review: ['review', 'in review'],
      Closed: ['closed'],
      Canceled: ['canceled', 'cancelled'],
      open: ['open', 'active', 'pending', 'outstanding'],
    },
    'State',
    'Which state?',
    ['to', 'state', 'status', 'into', 'in state', 'state to'],
  ).optional();

export const changesPlanned: PlannedAction[] = [
  planAction({
    id: 'servicenow.change.create',
    summary: 'Create a change request',
    permission: 'servicenow:write',
    usualSafety: 'moderate',
    input: z.object({
      summary: summary('What is to be changed, in one line', 'What is to be changed?'),
      type: type(),
      description: note('description', 'More about it'),
      service: service(),
      environment: environment(),
      risk: risk(),
      implementationPlan: note('implementation plan', 'How it is done'),
      backoutPlan: note('backout plan', 'How it is put back'),
      testPlan: note('test plan', 'How it is checked'),
      start: note('start', 'Planned start'),
      end: note('end', 'Planned end'),
      template: note('template', 'Template of a standard change'),
    }),
    language: {
      triggers: [
        `${verbs.file} & change request|change requests|change ticket|change|normal change|standard change|emergency change|chg|crq|rfc`,
        'change request|change ticket|normal change|standard change|emergency change|chg|crq|rfc & {summary}',
      ],
      also: `${words}|new|one|another|me|normal|standard|emergency|type|risk|high|low|moderate|with|for|service|environment|we|is|plan|an|a|to|please|it|that|there|need|must|should|be|and|cover|covering|planned|upcoming|our|so|can`,
      examples: [
        'create a change request for deploying the new user service',
        'raise a normal change titled "Replace the switch"',
        'we need an emergency change for the mail gateway',
        'open a change request: upgrade the database',
      ],
      counterExamples: ['should I raise a change request?', 'change the channel', 'there was a change last week'],
    },
  }),
  planAction({
    id: 'servicenow.change.get',
    summary: 'Show a change request with its approval and window',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({ number: changeNumber() }),
    language: {
      triggers: ['{number}', `show|get|open|find|pull|display|fetch|look|see|read|status|details|what|check|view & change & {number}`],
      also: `${words}|status|state|details|detail|info|information|summary|about|approved|approval|approvals|window|scheduled|already|yet|who|when|risk|implement|plan|is|has|been|was|got|what|which|how|me|tell|more|everything|full|far|still|waiting|for|pending|rejected|closed|start|starts|end|ends|begin|planned|maintenance|assigned|to|owner|raised|requested|by|we|go|can|progress|going|on|of|any|comments|where|stand|stands|ready|yes|or|approvers|approver|audit|trail|timeline|history|log|notes`,
      examples: ['show CHG0034567', 'is CHG0034567 approved?', 'details of change CHG0034567'],
      counterExamples: ['I approved CHG0034567 yesterday'],
    },
  }),
  planAction({
    id: 'servicenow.changes.list',
    summary: 'List change requests',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({
      state: state(),
      assignedTo: person(['assigned to', 'of', 'for', 'by', 'owned by'], 'Whose; `me` is the one who asks').optional(),
      service: service(),
    }),
    language: {
      triggers: [
        'change requests|change tickets|chgs|rfcs',
        'changes & scheduled|waiting|awaiting|planned|upcoming|pending|approval|approved|open|mine|assigned|tonight|week',
        'servicenow|snow|list|show|which|open|pending|upcoming|planned|approved|all|my & changes',
      ],
      also: `${words}|list|all|any|open|pending|upcoming|planned|approved|approval|waiting|awaiting|scheduled|assigned|ones|today|week|this|calendar|active|state|status|show|get|see|me|give|what|which|do|we|have|are|there|is|on|for|my|mine|our|to|be|still|how|many|next|tomorrow|tonight|coming|new|recent|latest|not|yet|emergency|normal|standard|need|needs|i|must|approve|unapproved|await|awaits|that|currently|going|running|in|progress|need|every|overview`,
      examples: ['list the change requests', 'which changes are waiting for approval', 'my open change requests'],
      counterExamples: ['how do changes work?'],
    },
  }),
  planAction({
    id: 'servicenow.change.update',
    summary: 'Change a change request',
    permission: 'servicenow:write',
    usualSafety: 'moderate',
    input: z.object({
      number: changeNumber(),
      summary: note('summary', 'New summary'),
      description: note('description', 'New description'),
      risk: risk(),
      start: note('start', 'Planned start'),
      end: note('end', 'Planned end'),
      assignmentGroup: group(),
      workNotes: text(
        ['work note', 'work notes', 'note', 'notes', ':', 'with work note'],
        'Work note',
        'What should the note say?',
        8000,
      ).optional(),
      state: state(),
    }),
    language: {
      triggers: [
        `${verbs.update}|raise|lower|move|put|assign|reassign|reschedule|fix|bump|make|mark|transition|hand|shift|postpone|push|rewrite & {number}`,
        'risk|work note|work notes|note|notes|comment & {number}',
      ],
      also: `${words}|add|set|risk|state|status|start|end|should|say|says|be|correct|it|to|is|on|group|team|note|notes|work|with|summary|description|assign|update|into|as|its|a|an|the|that|from|now|please|new|comment|leave|write|for|at|window|back|higher|lower|up|down|by`,
      needOne: ['risk', 'state', 'workNotes', 'assignmentGroup', 'summary', 'description', 'start', 'end'],
      examples: ['set the risk of CHG0034567 to high', 'move CHG0034567 to implement', 'add a work note to CHG0034567: tested in staging'],
      counterExamples: ['what changed in CHG0034567?'],
    },
  }),
  planAction({
    id: 'servicenow.change.approve',
    summary: 'Approve a change request',
    permission: 'servicenow:write',
    usualSafety: 'moderate',
    input: z.object({
      number: changeNumber(),
      comment: text(['comment', 'with comment', 'with the comment', ':', 'saying'], 'Comment', 'Which comment?').optional(),
    }),
    language: {
      triggers: [
        'approve|authorize|authorise|sign off|sign-off|sign|greenlight|green light|green-light|accept|ok|okay|give & {number}',
        'approve|authorize|authorise|sign off & change|change request',
      ],
      also: `${words}|comment|with|off|on|my|approval|for|give|go-ahead|the|it|as|i|we|hereby|that|saying|note|to|me|a|green|light|from|side|go|ahead`,
      examples: ['approve CHG0034567', 'approve the change CHG0034567 with comment "plan looks good"'],
      counterExamples: ['should I approve CHG0034567?', 'who approved CHG0034567?'],
    },
  }),
  planAction({
    id: 'servicenow.change.reject',
    summary: 'Reject a change request',
    permission: 'servicenow:write',
    usualSafety: 'moderate',
    input: z.object({
      number: changeNumber(),
      comment: text(
        [
          'comment',
          'with comment',
          'with the comment',
          ':',
          'saying',
          'because',
          'reason',
          'with reason',
          'reason:',
          'as',
          'since',
          'due to',
        ],
        'Why',
        'Why is it rejected?',
      ),
    }),
    language: {
      triggers: [
        'reject|decline|deny|refuse|turn down|disapprove|send back|push back|veto & {number}',
        'reject|decline & change|change request',
      ],
      also: `${words}|comment|with|reason|because|down|the|it|as|back|that|is|saying|my|note|we|a`,
      examples: ['reject CHG0034567 because the test plan is missing', 'decline change CHG0034567: no backout plan'],
      counterExamples: ['was CHG0034567 rejected?'],
    },
  }),
  planAction({
    id: 'servicenow.change.close',
    summary: 'Close a change request',
    permission: 'servicenow:write',
    usualSafety: 'moderate',
    input: z.object({
      number: changeNumber(),
      code: choice(
        {
          successful: ['successful', 'success', 'successfully', 'done', 'complete'],
          successful_issues: ['successful with issues', 'with issues'],
          unsuccessful: ['unsuccessful', 'failed', 'failure', 'failing'],
        },
        'How it went; successful unless said',
        'How did it go?',
      ).optional(),
      notes: text(
        ['notes', 'with notes', 'note', 'with note', 'close notes', ':', 'saying', 'with'],
        'Close notes',
        'What should the notes say?',
      ).optional(),
    }),
    language: {
      triggers: [
        'close|complete|finish|wrap up|end|close out|finalize|finalise|mark & {number}',
        'close|complete|finish & change|change request',
      ],
      allows: ['PAST'],
      also: `${words}|as|was|notes|note|with|out|up|successful|unsuccessful|failed|it|went|the|implementation|all|closed|done|well|fine|is|has|been|complete|completed|finished|result|code|issues|problems|successfully|please|mark|everything|worked|implemented`,
      examples: ['close CHG0034567', 'close the change CHG0034567 as unsuccessful'],
      counterExamples: ['is CHG0034567 closed?', 'close to the change'],
    },
  }),
];
