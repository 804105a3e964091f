export { createSystem } from './system.ts';
