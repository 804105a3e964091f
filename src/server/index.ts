export { offlinePlanner, type OfflinePlanner } from './offline.ts';
export { removeState } from './remove-state.ts';
