import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

describe('redact', () => {
  it.each([
    ['Authorization: Bearer abcdefgh12345678', 'abcdefgh12345678'],
    ['https://me:hunter22@example.com/x', 'hunter22'],
    ['password=swordfish&x=1', 'swordfish'],
    ['{"apiKey": "k-123456"}', 'k-123456'],
    ['AKIAABCDEFGHIJKLMNOP', 'AKIAABCDEFGHIJKLMNOP'],
    ['mysql --password hunter22 -h db', 'hunter22'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
    ['-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----', 'MIIEvQ'],
    ['client-key-data: LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCk1I', 'QyBQUklWQVRF'],
    ['{"auths":{"r.example":{"auth":"ZGFuYTpodW50ZXIy"}}}', 'ZGFuYTpodW50ZXIy'],
  ])('masks %s', (text, secret) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain('***');
  });

  it('leaves ordinary text alone', () => {
    const text = 'scaled web-app from 3 to 5 in namespace shop; see https://example.com/runs/R-1';

    expect(redact(text)).toBe(text);
  });
});
