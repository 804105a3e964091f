/** `connections.helm` of the configuration: all of it is optional. */
import { z } from 'zod';

const url = () => z.url({ protocol: /^https?$/ }).refine(isPrivate, 'must be https, or http on this machine');
const version = () =>
  z
    .string()
    .regex(/^v?\d+(?:\.\d+){1,3}(?:[-+][\w.]+)?$/, 'must be a version such as 1.4.0')
    .describe('Version; the latest unless given')
    .optional();

const ChartSource = z.union([
  z.strictObject({
    repository: url(),
    chart: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/i, 'must be the name of a chart'),
    version: version(),
  }),
  z.strictObject({ oci: z.string().regex(/^oci:\/\/[^\s]+$/, 'must begin with oci://'), version: version() }),
  z.strictObject({ path: z.string().min(1).max(1000) }),
]);
export type ChartSource = z.infer<typeof ChartSource>;

export const HelmConfig = z.strictObject({
  program: z.string().min(1).max(1000).describe('Path of helm; the one in PATH unless given').optional(),
  repositories: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i), url())
    .describe('Repositories by name')
    .default({}),
  charts: z.record(z.string(), ChartSource).describe('Where the chart of each release is').default({}),
  timeout: z
    .string()
    .regex(/^\d{1,4}[smh]$/, 'must be such as 5m')
    .describe('How long a release may take to become ready')
    .default('5m'),
});
export type HelmConfig = z.infer<typeof HelmConfig>;

/** What is installed comes from there: plain http is for this machine only. */
function isPrivate(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
