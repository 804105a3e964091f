import { describe, expect, it } from 'vitest';
import { numberOf, tokenize } from './tokens.ts';

const kinds = (text: string) => tokenize(text).map(({ kind, text: written }) => `${kind}:${written}`);

describe('tokenize', () => {
  it('keeps names, keys, images, paths and selectors whole', () => {
    expect(kinds('web-app DEV-123 nginx:1.27.1 ./k8s/a.yml app=web,tier!=db deploy/web')).toEqual([
      'word:web-app',
      'word:DEV-123',
      'word:nginx:1.27.1',
      'word:./k8s/a.yml',
      'word:app=web,tier!=db',
      'word:deploy/web',
    ]);
  });

  it.each([
    ['scale "web app" now', 'web app'],
    ["scale 'web app' now", 'web app'],
    ['scale “web app” now', 'web app'],
    ['scale `web app` now', 'web app'],
  ])('takes quoted text as one token: %s', (text, quoted) => {
    expect(tokenize(text)[1]).toMatchObject({ kind: 'quoted', text: quoted });
  });

  it('does not take an apostrophe for a quote', () => {
    expect(kinds("don't show the users' pods and cart's logs")).toEqual([
      "word:don't",
      'word:show',
      'word:the',
      'word:users',
      "punct:'",
      'word:pods',
      'word:and',
      'word:cart',
      "punct:'s",
      'word:logs',
    ]);
  });

  it('takes sentence marks off and leaves those inside', () => {
    expect(kinds('restart api.internal.')).toEqual(['word:restart', 'word:api.internal', 'punct:.']);
    expect(kinds('ok... restart cart!')).toEqual(['word:ok', 'punct:...', 'word:restart', 'word:cart', 'punct:!']);
  });

  it.each(['web-app;reboot', '$(reboot)', 'a|b', 'x&&y', '{name}', '//', '#', '>', '<a>', 'a*'])('marks %s as code', (text) => {
    expect(tokenize(text).some(({ kind }) => kind === 'odd')).toBe(true);
  });

  it('reads numbers with signs, decimals and groups', () => {
    expect(tokenize('-3 2.5 5,000,000 7').map((token) => (token.kind === 'number' ? numberOf(token) : token.kind))).toEqual([
      -3, 2.5, 5_000_000, 7,
    ]);
  });

  it('compares by plain letters, and says that it had to change them', () => {
    expect(tokenize('ｗｅｂ web‑app don’t')).toMatchObject([
      { word: 'web', altered: true },
      { word: 'web-app', altered: true },
      { word: "don't", altered: false },
    ]);
  });

  it('gives offsets of the sentence', () => {
    const text = ' show “the pods”,  now';

    for (const token of tokenize(text)) expect(text.slice(token.start, token.end)).toContain(token.text);
  });
});
