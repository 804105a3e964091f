import { describe, expect, it } from 'vitest';
import { createRandom, forgers, makeLog, reseal, toLines } from './__fixtures__/forge.ts';
import { firstPrevious, seal, toUnsealed } from './chain.ts';
import { verifyExport } from './verify.ts';

const forgedPerClass = 200;
const untouched = 400;

describe('verifyExport', () => {
  it('raises no alarm on untouched logs', async () => {
    const random = createRandom(1);
    let alarms = 0;

    for (let index = 0; index < untouched; index += 1) {
      const log = makeLog(Math.floor(random() * 40), random);
      const report = await verifyExport(toLines(log));
      if (!report.ok || report.events !== log.length || report.badRow !== null) alarms += 1;
    }

    console.log(`audit: ${alarms} false alarms on ${untouched} untouched logs`);
    expect(alarms).toBe(0);
  });

  it('finds every forgery and names its first row', async () => {
    const random = createRandom(2);
    const found: Record<string, number> = {};
    const wrong: string[] = [];

    for (const [name, forge] of Object.entries(forgers)) {
      for (let index = 0; index < forgedPerClass; index += 1) {
        const { lines, touched } = forge(makeLog(2 + Math.floor(random() * 38), random), random);
        const report = await verifyExport(lines);
        if (report.ok) wrong.push(`${name} was not found`);
        else if (report.badRow !== touched) wrong.push(`${name} of row ${touched} named ${report.badRow}: ${report.message}`);
        else found[name] = (found[name] ?? 0) + 1;
      }
    }

    const total = Object.values(found).reduce((sum, count) => sum + count, 0);
    console.log(
      `audit: ${total} of ${Object.keys(forgers).length * forgedPerClass} forged logs found with the right row: ${JSON.stringify(found)}`,
    );
    expect(wrong).toEqual([]);
  });

  it('says what it cannot see: an end cut off and a log written anew pass, and the report says so', async () => {
    const log = makeLog(20, createRandom(3));
    const rewritten = makeLog(20, createRandom(4));

    const cut = await verifyExport(toLines(log.slice(0, 12)));
    const anew = await verifyExport(toLines(rewritten));

    expect([cut.ok, cut.events, anew.ok]).toEqual([true, 12, true]);
    expect(cut.message).toContain('Rows cut off at the end');
    expect(cut.message).toContain('checkpoints');
  });

  it('takes an empty log, an empty last line and Windows line ends', async () => {
    const lines = toLines(makeLog(3, createRandom(5)));

    expect(await verifyExport([])).toMatchObject({ ok: true, events: 0 });
    expect(await verifyExport([...lines.map((line) => `${line}\r`), ''])).toMatchObject({ ok: true, events: 3 });
  });

  it('does not hold where the first row follows from something', async () => {
    const [first] = makeLog(1, createRandom(6));
    if (first === undefined) throw new Error('no row');

    const report = await verifyExport(toLines([reseal({ ...first, previous: 'f'.repeat(64) })]));

    expect(report).toMatchObject({ ok: false, badRow: 1, events: 0 });
  });

  it.each(['', '[]', 'null', '{"seq":1}', `{"seq":1e400}`, '['.repeat(20_000), `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`])(
    'names row 1 for a line that is no event: %#',
    async (line) => {
      const report = await verifyExport([line === '' ? 'x' : line]);

      expect(report).toMatchObject({ ok: false, badRow: 1 });
    },
  );
});

describe('seal', () => {
  it('chains from 64 zeros over RFC 8785 canonical JSON', () => {
    const entry = { type: 'plan-made', who: 'ada', plan: 'P-1', body: { b: 1, a: 'é' } };

    const event = seal(toUnsealed(entry, new Date(0)), undefined);

    // sha256 of {"at":"1970-01-01T00:00:00.000Z","body":{"a":"é","b":1},"plan":"P-1","previous":"000…","run":null,"seq":1,"type":"plan-made","who":"ada"}
    expect(event).toMatchObject({
      seq: 1,
      previous: firstPrevious,
      hash: 'd13afeb27768083a4f15dbd5efd08801227a02d318d3892e4ecf480c1fe15aac',
    });
  });

  it('makes text storable, so that it comes back as it was hashed', async () => {
    const entry = { type: 'x', who: 'a\u0000\ud800', body: { ['k\udfff']: 'v\ud800', nul: '\u0000' } };

    const event = seal(toUnsealed(entry, new Date(0)), undefined);

    expect(event).toMatchObject({ who: 'a\ufffd\ufffd', body: { 'k\ufffd': 'v\ufffd', nul: '\u0000' } });
    expect(await verifyExport([JSON.stringify(event)])).toMatchObject({ ok: true });
  });
});
