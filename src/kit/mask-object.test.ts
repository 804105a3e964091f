import { describe, expect, it } from 'vitest';
import { isSecretValue } from './mask-object.ts';

describe('a value in a request', () => {
  it.each([
    ['password', 'hunter2'],
    ['auth.adminPassword', 'hunter2'],
    ['DB_PASSWORD', 'hunter2'],
    ['apiKey', 'k-1'],
    ['github.token', 'ghp'],
  ])('is a credential: %s=%s', (name, value) => {
    expect(isSecretValue(name, value)).toBe(true);
  });

  it.each([
    ['auth.existingSecret', 'web'],
    ['imagePullSecrets[0]', 'registry'],
    ['tls.secretName', 'web-tls'],
    ['token.enabled', 'true'],
    ['TOKEN_TTL', '3600'],
    ['maxTokens', '4096'],
    ['replicas', '4'],
    ['password', ''],
  ])('is none: %s=%s', (name, value) => {
    expect(isSecretValue(name, value)).toBe(false);
  });
});
