/** What a run tells its watchers: short, clean and without credentials, whatever the other system wrote. */
import { cleanLine, cleanText, redact, type RunEventType } from '#kit';
import type { Store } from '#store';

const longestLine = 500;
/** Output of a read inside a longer plan, which a person reads as it comes. */
const longestOutput = 16_000;

export type Say = (run: string, type: RunEventType, text: string, step?: string) => Promise<void>;

export function createSay(store: Pick<Store, 'events'>): Say {
  return async (run, type, text, step) => {
    await store.events.append({ run, type, text: toShow(type, text), ...(step === undefined ? {} : { step }) });
  };
}

function toShow(type: RunEventType, text: string): string {
  return type === 'step-output' ? shorten(cleanText(redact(text)), longestOutput) : shorten(cleanLine(redact(text)), longestLine);
}

function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text;
}
