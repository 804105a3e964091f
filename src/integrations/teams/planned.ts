/** Actions of teams that are understood, but not available yet. */
import { flag, named, planAction, type PlannedAction, text, verbs } from '#kit';
import { z } from 'zod';

const channel = () =>
  named({
    of: 'channel',
    nouns: ['channel', 'teams channel', 'room'],
    after: ['to', 'in', 'into', 'channel', 'to channel', 'in channel', 'to the channel', 'on', 'tell', 'notify', 'inform', '#'],
    shape: String.raw`#?[\p{L}\p{N}][^\p{C}\n:]*`,
    describe: 'Channel',
    ask: 'To which channel?',
  });

export const teamsPlanned: PlannedAction[] = [
  planAction({
    id: 'teams.message.send',
    summary: 'Send a message to a channel',
    permission: 'teams:write',
    usualSafety: 'moderate',
    input: z.object({
      channel: channel(),
      text: text(
        [':', 'that', 'saying', 'message', 'with', 'with the text', 'to say', 'about'],
        'What the message says',
        'What should the message say?',
        8000,
      ),
      card: flag(['as a card', 'as card', 'as an adaptive card'], 'As a card').optional(),
    }),
    language: {
      triggers: [
        `${verbs.send} & teams|ms teams`,
        `${verbs.send} & channel|chat|room`,
        'teams & msg|message',
        'teams & channel & {text}',
        'teams & {channel} & {text}',
        'shoot|fire|dispatch & message|msg|note & teams|channel',
      ],
      also: 'teams|microsoft|ms|message|messages|msg|channel|to|in|into|on|a|the|send|post|write|something|saying|that|know|our|with|team|tell|notify|inform|everyone|everybody|folks|people|there|quick|short|note|an|update|announcement|following|text|says|chat|room|for|about|heads|up|heads-up|as|group|please|reads|it|give|short|from|me|us',
      examples: [
        'post in the release channel on teams: 2.9 is out',
        'tell the oncall channel in teams that the database is back',
        'send "all clear" to the ops channel on teams',
      ],
      counterExamples: ["don't send it to teams", 'which teams do we have?', 'post a letter'],
    },
  }),
];
