export { plannedRunbooks } from './planned.ts';
