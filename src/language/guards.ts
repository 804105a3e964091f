/** What a sentence says about itself: that it forbids, asks, reports, supposes or postpones. Matchers cannot see this; guards do. */
import type { Token } from './tokens.ts';
import type { RefusalCode } from './types.ts';

/** `always`: nothing of the sentence is carried out. `changes`: only a sentence that would change something is stopped. */
type When = 'always' | 'changes';

interface Guard {
  code: RefusalCode;
  when: When;
  /** It counts even inside a free text that only a weak word such as "for" introduced. */
  inText: boolean;
  pattern: RegExp;
}

export interface GuardHit {
  code: RefusalCode;
  when: When;
  inText: boolean;
  /** The words that gave it away, and the tokens that they are. */
  text: string;
  from: number;
  to: number;
}

const MESSAGES: Partial<Record<RefusalCode, string>> = {
  INJECTION: 'asks to set rules aside. Rules and approvals cannot be changed by a sentence.',
  HYPOTHETICAL: 'supposes something; nothing is done for it.',
  HOW_TO: 'asks for an explanation. See: devos --help, devos actions',
  PAST: 'speaks about what was done or said, so nothing is done for it.',
  ADVICE: 'asks for advice. Say what should be done, or ask for the facts to decide on.',
  NEGATED: 'says not to do something, so nothing is done.',
  EXCEPTION: 'leaves something out of a set. That is not supported yet: name what is meant.',
  CONDITIONAL: 'ties the change to a condition or a doubt. DevOS does not weigh it: ask again when it holds.',
  SCHEDULED: 'puts the change off to a time. DevOS does not schedule it: ask again at that time.',
};

/** Words are joined by one space, quoted text is `"`, a comma or full stop stands alone. `^` is the beginning of the sentence. */
function guard(code: RefusalCode, when: When, source: string, inText = false): Guard {
  return { code, when, inText, pattern: new RegExp(`(?<=^| )(?:${source})(?= |$)`, 'gu') };
}

const NOT = "(?:do|does|did|must|should|shall|will|would|can|could|may|might|is|are|was|were|has|have|need) not|\\w+n't|dont|cannot";
const DAYS = 'mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|weekdays?|weekends?';
const PERIODS = 'seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|nights?|mornings?|evenings?|afternoons?';
/** Doing something that changes, as a noun: "deleting it". */
const DOING =
  '(?:delet|remov|destroy|drain|uninstall|restart|bounc|kill|wip|purg|scal|resiz|roll|revert|undo|promot|deploy|redeploy|install|updat|upgrad|chang|mov|creat|clos|resolv|paus|resum|shar|assign|connect|register|touch|stopp|start|expos|cordon|apply|patch|label|execut|runn|mak|do)ing';
const CLAUSE = '(?:^|(?<=[,.;!?] |and |then |but |so |please ))';

const GUARDS: readonly Guard[] = [
  guard(
    'INJECTION',
    'always',
    '(?:ignore|disregard|forget|bypass|override|overrule|circumvent)(?: \\S+){0,4} (?:instructions?|rules?|polic(?:y|ies)|guardrails?|guards?|prompts?|approvals?|restrictions?|safety|safeguards?)',
  ),
  guard(
    'INJECTION',
    'always',
    '(?:you are|act as|pretend|behave|become)(?: \\S+){0,6} (?:mode|admin|administrator|root|unrestricted|jailbroken)',
  ),
  guard(
    'INJECTION',
    'always',
    '(?:lift|waive|skip|disable|suspend|drop)(?: \\S+){0,3} (?:approvals?|confirmations?|guardrails?|polic(?:y|ies)|safeguards?)',
  ),
  guard(
    'INJECTION',
    'always',
    '(?:without|no|skip) (?:any |the |asking |further |more )*(?:approvals?|confirmations?|confirming|asking|permission)|unconfirmed|unapproved|(?:treat|consider|regard)(?: \\S+){1,5} (?:as )?(?:approved|confirmed|allowed|trusted)|system prompt|(?:developer|god|sudo) mode',
  ),
  guard(
    'HYPOTHETICAL',
    'always',
    `what (?:happens|would happen|will happen|could happen|could go wrong|can go wrong|if)|is it (?:safe|risky|dangerous)|hypothetically|theoretically|pretend|suppose|supposing|imagine|say i|if (?:i|we) were to|in theory|wondering (?:whether|if)|whether (?:i|we|to|you)|thinking (?:about|of)|${CLAUSE}(?:translate|pronounce|spell|define)`,
  ),
  guard(
    'HOW_TO',
    'always',
    "how (?:do|does|did)(?! (?!i |we |you |one |people )(?:\\S+ ){1,6}(?:perform|behave|fare|look|feel)(?: |$))|how (?:can|could|would|to|should|might)|what (?:is|are|'s) (?:a|an)|what (?:does|do|did)(?: \\S+){1,8} (?:mean|do|stand)|(?:explain|teach|describe) (?:me |us )?(?:how|why|what|when|the difference)|teach (?:me|us|him|her|them)|learn (?:how )?to|(?:tell|show) (?:me|us) how(?! (?:many|much|often|long|big|old|busy))|difference between|pros and cons|best practices?|meaning of",
  ),
  guard(
    'ADVICE',
    'always',
    `(?:should|shall|ought) (?:i|we|one|you|they|it|he|she|anyone|somebody|someone)|(?:i|we|you|they|one|nobody|people|someone|he|she) (?:should|ought|shall)|is (?:it|this|that|now)(?: \\S+){0,3} (?:ok|okay|fine|wise|good|better|worth|advisable|smart|bad|time|necessary|possible|allowed|sensible|recommended|right|true|correct)|would it|wouldn't it|you (?:rather|recommend|advise|suggest|think|prefer|believe)|(?:what|which|who)(?: \\S+){0,2} (?:better|best|recommend|advise|suggest|prefer)|(?:would|could|will|does|can|may|might|did) ${DOING}|any (?:advice|recommendations?|suggestions?|thoughts?|opinions?|ideas?)|(?:worth|consider|considering|recommend|suggest|advise) \\w+ing|(?:good|bad|great|brilliant|terrible|nice) idea|rather (?:you|than|not)`,
  ),
  guard(
    'NEGATED',
    'always',
    `(?:^|(?<=[,.;!?] |but |please ))(?:not|never)|${CLAUSE}(?:${NOT}|refrain|avoid|cease|nope|neither|nobody|no one|nothing)|(?:i|we) (?:do not|don't|dont|never) (?:want|need|like|wish)|under no circumstances|by no means|hands off|on no account|rather you (?:did not|didn't|don't)|(?:not|no longer) (?:to be|yet|going to|supposed|allowed|meant|wanted|needed|necessary)|(?:let's|let us|let 's) not|no (?:need|reason|point|way)|(?:stop|quit|cease|abstain|avoid)(?: \\S+)? \\w{3,}ing|(?:cancel|abort|prevent|forbids?|prohibits?|veto|against|hold off(?: on)?|instead of|rather than|without|no more|no) (?:the |any |all |that |from |you |us |on )*${DOING}|${CLAUSE}(?:stop|cancel|abort|call off|hold off|forget|skip|scrap) (?:the|that|this|my|our|it|with|on|about|everything)|keep (?:your|ur) `,
  ),
  guard(
    'NEGATED',
    'changes',
    `${NOT}|not|never|no|none|nothing|nobody|without|against|instead of|rather than|leave(?! (?:a |an |the |this |another |one )?(?:comment|remark|note|reply|message|feedback|review))|keep|hold on|hold off|hold it|hold that|nope|neither|nor|remain|stays?|nicht|nein|kein|pas|nie`,
  ),
  guard(
    'EXCEPTION',
    'changes',
    'except(?: for)?|excepting|excluding|exclude|other than|apart from|aside from|besides|save for|but (?:not|for)|(?:everything|all|all of them) but|barring',
  ),
  guard(
    'CONDITIONAL',
    'changes',
    'unless|if|until|till|once(?! (?:more|again|by hand|by|now|only|manually|please|a|per|from|in|on|for|with|and|outside|,|\\.)(?: |$)|$)|as long as|so long as|only when|only if|whenever|provided|providing|in case|in the event|assuming|given that|the (?:moment|minute|second)(?= (?:\\S+ ){0,3}(?:is|are|it|we|you|they|he|she|has|have|goes|comes|gets|finishes|completes|passes|fails|drops|rises))|although|even though|as soon as|next time|from now on|every time|each time|either|depending|depends|flip a coin|or else|otherwise|ask me|check with|contingent',
    true,
  ),
  // What a person says when they are not sure, not allowed, or not serious.
  guard(
    'CONDITIONAL',
    'changes',
    "(?:i|we) (?:doubt|vote|joke)|(?:i am|i'm|we are|we're|im) (?:un|not )?sure|unsure|(?:needs?|wants?|awaits?|requires?)(?: \\S+){0,3} (?:ok|okay|approval|permission|go|sign-?off|consent|agreement|review)|(?:has|have|need|needs) to (?:agree|approve|decide|confirm|sign)|(?:discuss|debate|decide on) (?:it|this|that)|(?:a|the|code|change|release|deployment|merge) freeze|freeze (?:is|was|period|window|until)|frozen|(?:a|the) (?:wrong|joke|drill|quote|typo|mistake)|(?:a|an) (?:wrong )?example|too (?:many|few|much|little)|forbids?|forbidden|half[- ]done|kidding|jk|joking|haha+|working on (?:it|this|that)|not allowed",
  ),
  guard('CONDITIONAL', 'changes', 'when|after|before|while|should(?: \\S+){1,4} (?:fail|crash|break|happen|drop|rise|exceed)|subject to'),
  guard(
    'SCHEDULED',
    'changes',
    `tomorrow|tonight|next (?:week|month|year|time|day|sprint|${DAYS})|(?:at|by|around|from|after|before|until) (?:\\d{1,2}(?::\\d{2})? ?(?:am|pm|utc|gmt|cet|cest|est|pst|o'clock|h|hrs)|\\d{1,2}:\\d{2}|\\d{1,2}h\\d{0,2}|noon|midnight|midday|night|dawn|dusk|lunch|lunchtime|eob|eod|close of business)|(?:every|each) (?:other |few |single |\\S+ )?(?:${PERIODS}|${DAYS}|sprint)|(?:on|this|by|until|next|every|coming) (?:${DAYS})|(?:${DAYS}) (?:morning|evening|night|afternoon)|in (?!(?:the )?(?:last|past|previous) )(?:\\S+ ){1,3}(?:${PERIODS})|this (?:evening|afternoon|morning|weekend)|overnight|end of (?:the )?(?:day|week|month|business)`,
    true,
  ),
  guard(
    'SCHEDULED',
    'changes',
    'later|yesterday|daily|hourly|nightly|weekly|monthly|periodically|regularly|scheduled?|some (?:day|time)|\\d{1,2}(?::\\d{2})? ?(?:am|pm)',
  ),
  guard(
    'ADVICE',
    'changes',
    '(?:can|may|could|might|must|am) i|(?:do|does|did) (?:i|we|you|they|it|he|she|anyone) (?:really |even |still |also )?(?:need|have|want|wish)',
  ),
  guard(
    'PAST',
    'changes',
    '^(?:(?:and|so|but) )?(?:did|has|had|was|were|who|whose|why|when|where|have (?:i|we|you|they|the|my|our|any|all|there|people|someone))',
  ),
  guard(
    'PAST',
    'changes',
    '(?:i|we|they|he|she|someone|somebody|everybody|you|it) (?:have |has |had |just |already |recently |accidentally |also |finally |did |was |were )*(?:(?!need|feed|speed|embed|seed)\\w{2,}ed|did|was|were|had|went|took|made|got|ran|saw|told|said|keep|keeps)|already|last (?:night|week|month|year|time)|ago|apparently|reportedly|(?:says|said|states|stated|claims|claimed|demands|demanding|reports|reported|told|asked|asks|wants|telling|keeps|noticed|wrote|reads|decided)|(?:is|are|am) (?:going|about|planning) to|pasted|quoted|copied|found this|according to|(?:worked|went) (?:so )?(?:well|great|badly|fine)',
  ),
];

/** Every guard that the tokens set off, in the order of the table; `skip` marks politeness, which says nothing. */
export function findGuards(tokens: readonly Token[], skip: readonly boolean[]): GuardHit[] {
  const starts: { offset: number; index: number }[] = [];
  let words = '';
  for (const [index, token] of tokens.entries()) {
    if (skip[index] === true) continue;
    if (words !== '') words += ' ';
    starts.push({ offset: words.length, index });
    words += token.kind === 'quoted' ? '"' : token.word;
  }
  const hits: GuardHit[] = [];
  for (const { code, when, inText, pattern } of GUARDS) {
    for (const found of words.matchAll(pattern)) {
      const covered = starts.filter(({ offset }) => offset >= found.index && offset < found.index + found[0].length);
      hits.push({ code, when, inText, text: found[0].trim(), from: covered[0]?.index ?? 0, to: (covered.at(-1)?.index ?? 0) + 1 });
    }
  }
  return hits;
}

export function guardMessage({ code, text }: GuardHit): string {
  return `"${text}" ${MESSAGES[code] ?? 'stops the sentence.'}`;
}
