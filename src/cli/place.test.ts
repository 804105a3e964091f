import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeStamp, findConversation, isOutdated, recordBuild, root } from './place.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'devos-build-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('codeStamp', () => {
  it('changes with an upgrade and with a commit, and is the same otherwise', () => {
    mkdirSync(join(folder, '.git/logs'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, '.git/logs/HEAD'), '');
    const first = codeStamp(folder);
    const again = codeStamp(folder);
    utimesSync(join(folder, '.git/logs/HEAD'), 1000, 1000);
    const committed = codeStamp(folder);
    utimesSync(join(folder, 'package.json'), 1000, 1000);

    expect(again).toBe(first);
    expect(new Set([first, committed, codeStamp(folder)]).size).toBe(3);
  });

  it('is of the folder that holds package.json', () => {
    expect(codeStamp(root).startsWith('-')).toBe(false);
  });
});

describe('isOutdated', () => {
  it('is false where nothing is recorded and where the record is ours, true for any other', () => {
    expect(isOutdated(folder)).toBe(false);
    recordBuild(folder);
    expect(isOutdated(folder)).toBe(false);
    writeFileSync(join(folder, 'daemon.build'), 'other');
    expect(isOutdated(folder)).toBe(true);
  });
});

describe('findConversation', () => {
  it('is the one that is named; else that of the terminal, where there is one', () => {
    expect(findConversation({ DEVOS_CONVERSATION: 'deploy-42' })).toBe('env:deploy-42');
    expect(findConversation({ DEVOS_CONVERSATION: '' }) ?? 'tty:').toMatch(/^tty:/);
  });
});
