/** Atlassian documents: v3 takes and gives these instead of text. */
import { cleanText } from '#kit';

/** Paragraphs at empty lines, hard breaks at the others. */
export function toDocument(text: string): object {
  const paragraphs = text.split(/\n{2,}/).filter((paragraph) => paragraph.trim() !== '');
  return { type: 'doc', version: 1, content: paragraphs.map((paragraph) => ({ type: 'paragraph', content: inline(paragraph) })) };
}

function inline(paragraph: string): object[] {
  const lines = paragraph.split('\n').filter((line) => line !== '');
  return lines.flatMap((text, index) => (index === 0 ? [{ type: 'text', text }] : [{ type: 'hardBreak' }, { type: 'text', text }]));
}

const blocks = new Set(['paragraph', 'heading', 'codeBlock', 'listItem', 'blockquote', 'tableRow', 'rule', 'panel', 'mediaSingle']);
const deepest = 50;

/** The text of a document, cleaned; `''` for anything else. Old answers hold plain text. */
export function documentText(value: unknown): string {
  if (typeof value === 'string') return cleanText(value).trim();
  return cleanText(nodeText(value, 0))
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function nodeText(value: unknown, depth: number): string {
  if (depth > deepest || typeof value !== 'object' || value === null || !('type' in value)) return '';
  if (value.type === 'text') return 'text' in value && typeof value.text === 'string' ? value.text : '';
  if (value.type === 'hardBreak') return '\n';
  if ('attrs' in value && (value.type === 'mention' || value.type === 'emoji' || value.type === 'inlineCard'))
    return attributeText(value.attrs);
  const content = 'content' in value && Array.isArray(value.content) ? value.content : [];
  const inner = content.map((child) => nodeText(child, depth + 1)).join('');
  if (value.type === 'listItem') return `- ${inner.trim()}\n`;
  return typeof value.type === 'string' && blocks.has(value.type) ? `${inner}\n` : inner;
}

function attributeText(attributes: unknown): string {
  if (typeof attributes !== 'object' || attributes === null) return '';
  for (const name of ['text', 'url', 'shortName'] as const) {
    const found = (attributes as Record<string, unknown>)[name]; // checked to be an object
    if (typeof found === 'string') return found;
  }
  return '';
}
