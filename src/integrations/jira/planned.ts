/** Actions of jira that are understood, but not available yet. */
import { named, pattern, person, planAction, type PlannedAction, text, verbs } from '#kit';
import { z } from 'zod';
import { issueKey, priority } from './inputs.ts';

const words = 'jira|tkt|ticket|tickets|issue|issues|story|bug|task|epic|card|item|in|of|the';
const assignee = (after: string[], self?: string[]) => person(after, 'Who works on it; `me` is the one who asks', self);
const labels = () =>
  text(
    ['label', 'labels', 'the label', 'the labels', 'labelled', 'labeled', 'tag', 'tags', 'tagged', 'with'],
    'Labels, separated by commas',
    'Which labels?',
    500,
  );

export const jiraPlanned: PlannedAction[] = [
  planAction({
    id: 'jira.issue.update',
    summary: 'Change the fields of an issue',
    permission: 'jira:write',
    usualSafety: 'moderate',
    input: z.object({
      issue: issueKey(),
      summary: text(['summary to', 'title to', 'summary', 'title', 'rename to'], 'New summary', 'What is the new summary?', 255).optional(),
      description: text(['description to', 'description:', 'description'], 'New description', 'What is the new description?').optional(),
      priority: priority().optional(),
      assignee: assignee(['assign to', 'assignee', 'assigned to']).optional(),
      labels: labels().optional(),
      fields: z.record(z.string(), z.json()).optional(),
    }),
    language: {
      triggers: [
        `${verbs.update}|raise|lower|drop|bump|make|put|increase|decrease|reduce|downgrade|upgrade|rewrite|rename|replace|give & priority|prio|summary|title|description|name & {issue}`,
        'add|put|set|attach|give|slap|stick|apply|needs|need|gets & label|labels|tag|tags & {issue}',
        'label|tag|rename|retitle & {issue}',
        'priority|prio & {issue} & {priority}',
        `${verbs.update}|raise|lower|bump|make|escalate & {issue} & {priority}`,
        'update|change|edit & {issue}',
      ],
      also: `${words}|priority|prio|summary|title|description|label|labels|tag|tags|field|set|update|change|to|is|should|be|new|on|with|a|an|another|raise|lower|add|put|it|of|from|rename|name|call|called|for|bump|make|needs|need|more|gets|get|labelled|tagged|prioritize|rewrite|replace|text|that|says`,
      needOne: ['priority', 'labels', 'summary', 'description'],
      examples: [
        'set the priority of DEV-12 to high',
        'add labels backend and urgent to DEV-12',
        'change the summary of DEV-12 to "login is slow"',
        'raise the priority of DEV-12 to highest',
      ],
      counterExamples: ['who changed the priority of DEV-12?', 'do not change DEV-12'],
    },
  }),
  planAction({
    id: 'jira.issue.comment',
    summary: 'Comment on an issue',
    permission: 'jira:write',
    usualSafety: 'moderate',
    input: z.object({
      issue: issueKey(),
      text: text(
        [':', 'that', 'saying', 'comment', 'the comment', 'with', 'note', 'remark', '-'],
        'What the comment says',
        'What should the comment say?',
      ),
    }),
    language: {
      triggers: [
        'comment|remark|reply|respond|note|mention|say|tell|answer|write & {issue}',
        'comment|reply & {text}',
        'add|leave|post|write|put|drop|make|append|attach & comment|comments|note|remark|reply',
      ],
      also: `${words}|comment|note|remark|reply|add|leave|post|write|put|drop|on|to|under|a|with|saying|that|in|there|for|say|mention|tell|answer|new|short|quick|following|text|everybody|people|it|into|as|our`,
      examples: [
        'comment on DEV-12: deployed to staging',
        'add the comment "please review" to DEV-12',
        'leave a comment on DEV-12 that it is fixed',
      ],
      counterExamples: ['who commented on DEV-12?', 'do not comment on DEV-12'],
    },
  }),
  planAction({
    id: 'jira.issue.assign',
    summary: 'Assign an issue to a person',
    permission: 'jira:write',
    usualSafety: 'moderate',
    input: z.object({
      issue: issueKey(),
      assignee: assignee(
        ['to', 'on', 'assignee', 'over to', 'for', 'with', 'is', 'owner'],
        ['take', 'take over', 'grab', 'claim', 'own', 'pick up', 'mine', 'i will do', 'i do', 'me', 'myself'],
      ),
    }),
    language: {
      triggers: [
        'assign|reassign|re-assign|asn|assgn|delegate|hand over|hand|pass|transfer|allocate & {issue}',
        'give & {issue} & {assignee}',
        'give & ticket|issue|bug|story|task|card & {assignee}',
        'assign|reassign|hand over & ticket|issue|bug|story|task|card',
        'take over|take|own|grab|claim|mine|pick up|i will do|i do & {issue}',
        'assignee & {issue} & {assignee}',
        'mine',
      ],
      also: `${words}|assign|assigned|assignee|owner|to|over|give|hand|set|make|is|take|now|be|should|of|please|on|for|as|responsible|belongs|goes|back|someone|up|pick|grab|i|will|i'll|i'm|taking`,
      examples: ['assign DEV-12 to me', 'give DEV-12 to anna', 'reassign the ticket DEV-12 to anna', 'hand DEV-12 over to anna'],
      counterExamples: ['who is DEV-12 assigned to?', 'do not assign DEV-12 to me'],
    },
  }),
  planAction({
    id: 'jira.issue.link',
    summary: 'Link two issues',
    permission: 'jira:write',
    usualSafety: 'moderate',
    input: z.object({
      issue: issueKey(),
      target: pattern('[A-Z][A-Z0-9_]{0,30}-[0-9]{1,9}', {
        upper: true,
        nouns: ['story', 'ticket', 'issue', 'bug', 'task', 'epic'],
        after: ['to', 'with', 'and', 'of', 'by', 'blocks', 'block', 'duplicates', 'relates to', 'relate to', 'related to', 'on'],
        describe: 'Key of the other issue',
        ask: 'With which issue? Its key, such as DEV-124.',
      }),
      link: z
        .string()
        .max(60)
        .describe('Kind of link, such as blocks')
        .meta({
          description: 'Kind of link, such as blocks',
          slot: {
            type: 'choice',
            values: {
              Blocks: ['blocks', 'block', 'blocked by', 'blocking', 'is blocked by'],
              Relates: ['relates to', 'relate to', 'relates', 'related', 'related to', 'relate'],
              Duplicate: ['duplicates', 'duplicate', 'duplicate of', 'dupe', 'dup', 'duplicated by'],
              Cloners: ['clones', 'clone of'],
              Causes: ['causes', 'caused by'],
            },
          },
          ask: 'How are they linked: blocks, relates to, duplicates …?',
        })
        .optional(),
    }),
    language: {
      triggers: [
        'link|connect|relate|associate|tie|join|linked|hook|attach|reference|cross-reference|cross-link & {issue}',
        'link & ticket|issue|story|bug|it',
        'mark|make|set|flag|record|say|note & blocks|blocking|duplicates|duplicate|relate|related|relates|blocked|depends|caused|dupe|clone & {issue} & {target}',
        'dependency|link & between & story|stories|ticket|tickets|issue|issues',
      ],
      also: `${words}|link|create|make|add|set|dependency|between|with|to|and|as|is|that|it|them|mark|together|twin|depends|on|story|a|of|flag|record|other|each|by|being|which|because|please|one|another|reference|related|both|blocked|blocking|blocks`,
      examples: ['link DEV-12 to DEV-13', 'DEV-12 blocks DEV-13, link them', 'mark DEV-12 as a duplicate of DEV-13'],
      counterExamples: ['is DEV-12 linked to DEV-13?'],
    },
  }),
  planAction({
    id: 'jira.projects.list',
    summary: 'List the projects',
    permission: 'read',
    usualSafety: 'safe',
    input: z.object({}),
    language: {
      triggers: ['jira & projects|project list|boards|project keys', 'list|show|which|what|all|my|get & jira projects'],
      also: `${words}|projects|project|list|all|which|exist|have|available|access|keys|there|get|see|me|give|what|do|we|i|can|are|my|show|names|how|many|you|to`,
      examples: ['list all jira projects', 'which projects are there in jira?'],
      counterExamples: ['create a jira project'],
    },
  }),
  planAction({
    id: 'jira.sprint.add',
    summary: 'Put an issue into a sprint',
    permission: 'jira:write',
    usualSafety: 'moderate',
    input: z.object({
      issue: issueKey(),
      sprint: named({
        of: 'sprint',
        nouns: ['sprint'],
        after: ['to sprint', 'into sprint', 'in sprint'],
        describe: 'Sprint; the active one unless given',
        ask: 'Which sprint?',
      }).optional(),
    }),
    language: {
      triggers: [
        'add|put|move|pull|take|bring|drag|include|plan|schedule|get|squeeze|commit|assign|push|drop & sprint & {issue}',
        'add|put|pull & sprint & ticket|issue|story|bug',
        'add|put|pull & to the sprint|into the sprint|to sprint|to the current sprint|to this sprint',
      ],
      also: `${words}|sprint|current|active|running|ongoing|this|into|to|the|add|put|our|it|for|as|well|ongoing|present|onto|board|include|plan|take|please`,
      examples: ['add DEV-12 to the current sprint', 'pull DEV-12 into the sprint', 'put DEV-12 into sprint "Sprint 42"'],
      counterExamples: ['is DEV-12 in the sprint?', 'sprint to the finish'],
    },
  }),
];
