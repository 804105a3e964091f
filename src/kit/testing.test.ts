import { describe, expect, it } from 'vitest';
import { fakeServer } from './testing.ts';

describe('fakeServer', () => {
  it('answers what is expected and records it', async () => {
    const server = await fakeServer([
      { method: 'POST', path: '/a', query: { x: '1' }, json: { name: 'b' }, reply: ({ query }) => ({ status: 201, json: query }) },
      { method: 'GET', path: '/text', times: 2, reply: { text: 'hello' } },
    ]);

    const made = await fetch(`${server.url}/a?x=1&y=2`, { method: 'POST', body: '{"name":"b"}' });
    const texts = [await fetch(`${server.url}/text`), await fetch(`${server.url}/text`)];

    expect([made.status, await made.json()]).toEqual([201, { x: '1', y: '2' }]);
    expect(await Promise.all(texts.map((answer) => answer.text()))).toEqual(['hello', 'hello']);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /a', 'GET /text', 'GET /text']);
    await server.done();
  });

  it.each([
    ['another path', '/b', '{"name":"b"}'],
    ['another body', '/a', '{"name":"c"}'],
  ])('fails on a request that is not expected: %s', async (_what, path, body) => {
    const server = await fakeServer([{ method: 'POST', path: '/a', json: { name: 'b' }, reply: {} }]);

    const answer = await fetch(`${server.url}${path}`, { method: 'POST', body });

    expect(answer.status).toBe(501);
    await expect(server.done()).rejects.toThrow(`unexpected: POST ${path} ${body}`);
  });

  it('fails on an expected request that comes once too often', async () => {
    const server = await fakeServer([{ method: 'GET', path: '/a', reply: {} }]);

    await fetch(`${server.url}/a`);
    await fetch(`${server.url}/a`);

    await expect(server.done()).rejects.toThrow('unexpected: GET /a');
  });

  it('fails on an expected request that never comes', async () => {
    const server = await fakeServer([{ method: 'GET', path: '/a', times: 2, reply: {} }]);

    await fetch(`${server.url}/a`);

    await expect(server.done()).rejects.toThrow('never came: GET /a, 1 times');
  });

  it('cuts the connection where it is told to', async () => {
    const server = await fakeServer([{ method: 'GET', path: '/a', reply: 'cut' }]);

    await expect(fetch(`${server.url}/a`)).rejects.toThrow('fetch failed');

    await server.done();
  });
});
