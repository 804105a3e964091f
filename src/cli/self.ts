/** How this program was called, for the commands that messages suggest: `devos`, `./devos`, or inside a demo `./devos demo do`. Light. */
export function self(env: Record<string, string | undefined> = process.env): string {
  return env['DEVOS_SELF'] || 'devos';
}
