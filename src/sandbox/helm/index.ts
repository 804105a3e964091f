export { chartNamed } from './company-charts.ts';
export { ownedBy, releaseSecret } from './release-record.ts';
export { type ChartsRequest, type SandboxCharts, startCharts } from './start-charts.ts';
