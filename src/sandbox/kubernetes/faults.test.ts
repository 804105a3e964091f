import { describe, expect, it } from 'vitest';
import { createFaults } from './faults.ts';

describe('faults', () => {
  it('come as often as asked, once unless said', () => {
    const faults = createFaults();
    faults.add({ kind: 'unavailable', path: '/pods' });
    faults.add({ kind: 'limited', times: 2 });

    const taken = ['/nodes', '/pods', '/pods', '/pods'].map((path) => faults.take('GET', path).fault?.kind);

    expect(taken).toEqual(['limited', 'unavailable', 'limited', undefined]);
  });

  it('that are slow go on, beside others, until they are cleared', () => {
    const faults = createFaults();
    faults.add({ kind: 'slow', delayMs: 40, path: '/pods' });
    faults.add({ kind: 'conflict' });

    expect([faults.take('PATCH', '/pods'), faults.take('GET', '/pods'), faults.take('GET', '/nodes')]).toMatchObject([
      { delayMs: 40, fault: { kind: 'conflict' } },
      { delayMs: 40, fault: undefined },
      { delayMs: 0, fault: undefined },
    ]);
    faults.clear();
    expect(faults.take('GET', '/pods').delayMs).toBe(0);
  });

  it('that are flaky hit every so many matching requests, and as often as asked', () => {
    const faults = createFaults();
    faults.add({ kind: 'flaky', every: 3, as: 'cut', method: 'GET', times: 2 });

    const taken = Array.from({ length: 10 }, (_, index) => faults.take(index === 0 ? 'POST' : 'GET', '/').fault?.kind ?? '-').join(' ');

    expect(taken).toBe('- - - cut - - cut - - -');
  });
});
