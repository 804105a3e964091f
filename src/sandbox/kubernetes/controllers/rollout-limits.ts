/** How far a rolling update may go at a time. */
import { type JsonObject, number, record, text } from '../json.ts';
import { share } from './shared.ts';

export interface Limits {
  wanted: number;
  /** More pods than wanted, at most. */
  surge: number;
  /** Fewer available pods than wanted, at most. */
  unavailable: number;
}

export function limits(deployment: JsonObject): Limits {
  const wanted = number(deployment, 1, 'spec', 'replicas');
  const rolling = record(deployment, 'spec', 'strategy', 'rollingUpdate');
  if (text(deployment, 'spec', 'strategy', 'type') === 'Recreate') return { wanted, surge: 0, unavailable: wanted };
  const surge = share(rolling['maxSurge'], wanted, 'up');
  const unavailable = share(rolling['maxUnavailable'], wanted, 'down');
  return { wanted, surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}
