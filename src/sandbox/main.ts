/** The sandbox as a process: `node src/sandbox/main.ts --dir DIR`. One JSON line when it is ready; ends on SIGTERM. */
import { enableCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { toAppError } from '#kit/errors';

async function main(): Promise<void> {
  // Many small files: compiled once, they start in half the time.
  enableCompileCache();
  const { startSandbox } = await import('./start-sandbox.ts');
  const { values } = parseArgs({
    options: { dir: { type: 'string' }, 'kubernetes-port': { type: 'string' }, 'until-stdin-closes': { type: 'boolean' } },
  });
  const port = values['kubernetes-port'];
  const sandbox = await startSandbox({
    ...(values.dir === undefined ? {} : { dir: values.dir }),
    ...(port === undefined ? {} : { ports: { kubernetes: Number(port) } }),
  });
  const { kubernetes, rancher, jira, charts, control, kubeconfigs } = sandbox;
  const ready = {
    ready: true,
    kubeconfig: kubeconfigs.admin ?? '',
    kubeconfigs,
    kubernetes: kubernetes.url,
    control: control.url,
    rancher: { url: rancher.url, token: rancher.tokens.admin, ca: rancher.ca },
    jira: { url: jira.url, email: jira.email, token: jira.token },
    charts: charts.url,
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  const stop = () => void sandbox.close().finally(() => process.exit(0));
  process.once('SIGTERM', stop).once('SIGINT', stop);
  if (values['until-stdin-closes'] === true) process.stdin.resume().once('end', stop);
}

main().catch((error: unknown) => {
  const { code, message, hint } = toAppError(error);
  process.stderr.write(`error ${code}: ${message}\nhint: ${hint}\n`);
  process.exitCode = 1;
});
