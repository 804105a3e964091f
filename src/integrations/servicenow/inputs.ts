/** Inputs that several ServiceNow actions share, and the words they have in a sentence. */
import { count, named, pattern, person, text } from '#kit';

export const incidentNumber = () =>
  pattern(String.raw`INC\d{5,10}`, {
    upper: true,
    nouns: ['incident', 'inc', 'ticket', 'number'],
    describe: 'Number of the incident, such as INC0012345',
    ask: 'Which incident? Its number, such as INC0012345.',
  });

export const changeNumber = () =>
  pattern(String.raw`CHG\d{5,10}`, {
    upper: true,
    nouns: ['change', 'change request', 'chg', 'cr', 'number'],
    describe: 'Number of the change, such as CHG0034567',
    ask: 'Which change? Its number, such as CHG0034567.',
  });

const levels = { p1: 1, p2: 2, p3: 3, critical: 1, highest: 1, high: 1, medium: 2, moderate: 2, normal: 2, low: 3, lowest: 3 };

export const urgency = () =>
  count({
    min: 1,
    max: 3,
    nouns: ['urgency', 'urgent', 'urg'],
    after: ['urgency', 'urg', 'urgency is', 'urgency of', 'urgency to', 'with urgency'],
    words: levels,
    describe: 'Urgency: 1 high, 2 medium, 3 low',
    ask: 'Which urgency, from 1 (high) to 3 (low)?',
  }).optional();

export const impact = () =>
  count({
    min: 1,
    max: 3,
    nouns: ['impact'],
    after: ['impact', 'impact is', 'impact of', 'impact to', 'with impact'],
    words: levels,
    describe: 'Impact: 1 high, 2 medium, 3 low',
    ask: 'Which impact, from 1 (high) to 3 (low)?',
  }).optional();

export const priority = () =>
  count({
    min: 1,
    max: 5,
    nouns: ['priority', 'prio', 'p', 'sev', 'severity'],
    after: ['priority', 'prio', 'severity', 'sev'],
    words: {
      p1: 1,
      p2: 2,
      p3: 3,
      p4: 4,
      p5: 5,
      sev1: 1,
      sev2: 2,
      sev3: 3,
      p1s: 1,
      p2s: 2,
      p3s: 3,
      critical: 1,
      highest: 1,
      high: 2,
      moderate: 3,
      medium: 3,
      low: 4,
    },
    describe: 'Priority from 1 (critical) to 5 (planning)',
    ask: 'Which priority, from 1 to 5?',
  }).optional();

export const service = () =>
  named({
    of: 'ci',
    nouns: ['service', 'ci', 'configuration item', 'application'],
    after: ['for service', 'for the service', 'on service', 'of service', 'affecting'],
    describe: 'Service or configuration item',
    ask: 'Which service?',
  }).optional();

export const group = () =>
  named({
    of: 'group',
    nouns: ['team', 'group', 'assignment group', 'queue'],
    after: ['to group', 'to the group', 'of group', 'for group'],
    describe: 'Assignment group; `my team` is the group of the one who asks',
    ask: 'Which group?',
  }).optional();

export const environment = () =>
  named({
    of: 'environment',
    nouns: ['environment', 'env'],
    after: ['in', 'on', 'to'],
    shape: String.raw`[A-Za-z][\w-]{0,62}`,
    describe: 'Environment, such as production',
    ask: 'Which environment?',
  }).optional();

export const assignee = () => person(['to', 'assignee', 'assigned to', 'owner'], 'Who works on it; `me` is the one who asks').optional();

export const summary = (describe: string, ask: string) =>
  text(
    [
      ':',
      'about',
      'for',
      'because',
      'titled',
      'called',
      'named',
      'saying',
      'that',
      'regarding',
      'concerning',
      'with summary',
      'with the summary',
      'with title',
      'with short description',
      'summary',
      'title',
      're',
      'on',
      'to',
      'since',
      'as',
    ],
    describe,
    ask,
    1000,
  );

/** A text beside the summary: only where its own name introduces it. */
export const note = (name: string, describe: string) =>
  text(
    [`${name}:`, `${name} is`, `with ${name}`, `with the ${name}`, `and ${name}`, name],
    describe,
    `What is the ${name}?`,
    8000,
  ).optional();
