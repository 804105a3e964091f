import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkPrivateFolder, ensurePrivateFolder, socketPath, stateDir } from './state.ts';

const made: string[] = [];

function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'devos-state-'));
  made.push(path);
  return path;
}

afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

describe('stateDir', () => {
  it('takes DEVOS_STATE_DIR first, made absolute', () => {
    expect(stateDir({ DEVOS_STATE_DIR: '/a/b/', XDG_STATE_HOME: '/x', HOME: '/h' }, '/cwd')).toBe('/a/b');
    expect(stateDir({ DEVOS_STATE_DIR: 'here' }, '/cwd')).toBe('/cwd/here');
  });

  it('follows XDG, and ignores a relative XDG_STATE_HOME as the standard says', () => {
    expect(stateDir({ XDG_STATE_HOME: '/x', HOME: '/h' })).toBe('/x/devos');
    expect(stateDir({ XDG_STATE_HOME: 'x', HOME: '/h' })).toBe('/h/.local/state/devos');
  });

  it('says what to do where there is no home folder', () => {
    expect(() => stateDir({})).toThrowError(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        hint: expect.stringContaining('DEVOS_STATE_DIR'),
      }),
    );
  });
});

describe('socketPath', () => {
  it('lies in the state folder where the kernel takes the path', () => {
    expect(socketPath('/home/alice/.local/state/devos', {})).toBe('/home/alice/.local/state/devos/devos.sock');
  });

  it('moves to a short private path of its own for each long state folder', () => {
    const long = `/home/${'a'.repeat(120)}`;

    const inRuntime = socketPath(long, { XDG_RUNTIME_DIR: '/run/user/1000' });
    const inTmp = socketPath(long, {});

    expect(inRuntime).toMatch(/^\/run\/user\/1000\/devos-\d+\/[0-9a-f]{16}\.sock$/);
    expect(inTmp).toMatch(/^\/tmp\/devos-\d+\/[0-9a-f]{16}\.sock$/);
    expect(socketPath(`${long}b`, {})).not.toBe(inTmp);
  });
});

describe('ensurePrivateFolder', () => {
  it('makes a folder that only we can enter', () => {
    const path = join(temporaryFolder(), 'deep', 'folder');

    ensurePrivateFolder(path);

    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('fails, and does not try for ever, where nothing can be made', () => {
    expect(() => ensurePrivateFolder('/proc/devos-test/state')).toThrowError(/ENOENT/);
  });

  it('refuses a folder that others can write to, and a link in its place', () => {
    const open = temporaryFolder();
    chmodSync(open, 0o777);
    const link = join(dirname(open), `${open.slice(-6)}-link`);
    symlinkSync(temporaryFolder(), link);
    made.push(link);

    expect(() => ensurePrivateFolder(open)).toThrowError(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(() => checkPrivateFolder(link)).toThrowError(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
