/** Lines of a text that comes in pieces, without their ends. The last one may lack its end; one without any end is cut into parts. */
const longest = 1024 * 1024;

export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) yield line.endsWith('\r') ? line.slice(0, -1) : line;
    if (rest.length > longest) {
      yield rest;
      rest = '';
    }
  }
  if (rest !== '') yield rest;
}
