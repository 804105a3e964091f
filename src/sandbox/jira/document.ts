/** Atlassian documents (ADF): what v3 takes and gives instead of text. */

interface Node {
  type: string;
  text?: string;
  content?: Node[];
}

/** One paragraph. */
export function toDocument(text: string): unknown {
  return { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] };
}

/** Whether Jira would take it: a `doc` of version 1 whose nodes have a type, and whose text nodes hold text. */
export function isDocument(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) return false;
  return isNode(value) && value.type === 'doc' && value.content !== undefined;
}

function isNode(value: unknown): value is Node {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return false;
  if (value.type === 'text' && !('text' in value && typeof value.text === 'string' && value.text !== '')) return false;
  return !('content' in value) || (Array.isArray(value.content) && value.content.every(isNode));
}

/** All text in it, for `text ~`. */
export function documentText(value: unknown): string {
  if (!isNode(value)) return '';
  return [value.text ?? '', ...(value.content ?? []).map(documentText)].join(' ');
}
