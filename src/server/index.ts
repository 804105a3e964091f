export { offlinePlanner, type OfflinePlanner } from './offline.ts';
