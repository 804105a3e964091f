import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText } from './clean.ts';

const hostile =
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007\u202eevil\u202c\u200b\u2066\ufeff\u{e0041}\u0000\u0008\u007f\u009b\u00ad\u3164ok';

describe('cleanLine and cleanText', () => {
  it('strip terminal sequences, control, bidi and invisible characters', () => {
    expect(cleanLine(hostile)).toBe('red evilok');
    expect(cleanText(hostile)).toBe('red evilok');
  });

  it('leave ordinary text of any script alone (control for the above)', () => {
    for (const text of ['web-app 3 → 5', 'Grüße, мир, 世界, שלום, 👍', 'e\u0301 ü']) {
      expect(cleanLine(text)).toBe(text);
      expect(cleanText(text)).toBe(text);
    }
  });

  it('differ in line breaks and tabs only', () => {
    expect(cleanLine('a\r\nb\u2028c\td')).toBe('a b c d');
    expect(cleanText('a\r\nb\u2028c\td\r')).toBe('a\nb\nc\td\n');
  });

  it('mend half characters', () => {
    expect(cleanLine('a\ud800b')).toBe('a\ufffdb');
  });
});
