/** What is asked of the daemon, and how it is asked anew. Types only. */
import type { DoRequest } from '#kit/api';

export type Asked = Pick<DoRequest, 'sentence' | 'call' | 'typed' | 'answers'>;

/** With an answer, or with an edited sentence. Gives the exit code. */
export type Again = (asked: Asked) => Promise<number>;
