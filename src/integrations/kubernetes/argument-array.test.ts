import { AppError } from '#kit';
import { describe, expect, it } from 'vitest';
import { parseArguments, showArguments } from './argument-array.ts';

describe('a command', () => {
  it.each([
    ['ls', ['ls']],
    ['  ls \t /data  ', ['ls', '/data']],
    ["echo 'a  b' c", ['echo', 'a  b', 'c']],
    ['echo "a \\"b\\" \\\\ \\n"', ['echo', 'a "b" \\ \\n']],
    ['echo a\\ b \\| \\$HOME', ['echo', 'a b', '|', '$HOME']],
    [`grep ''`, ['grep', '']],
    [`--label='a b'c`, ['--label=a bc']],
    [`sh -c 'cat /x | wc -l > /tmp/n; echo $HOME'`, ['sh', '-c', 'cat /x | wc -l > /tmp/n; echo $HOME']],
    [`sh -c "echo $(date) && exit 3"`, ['sh', '-c', 'echo $(date) && exit 3']],
    ['redis-cli keys *', ['redis-cli', 'keys', '*']],
    ['echo 5$ {a} #x ~ é', ['echo', '5$', '{a}', '#x', '~', 'é']],
  ])('%j is the arguments that it says', (command, argv) => {
    expect(parseArguments(command)).toEqual(argv);
  });

  it.each([
    ['cat /x | wc -l', /a pipe \(\|\), which only a shell/],
    ['ls; rm -rf /', /a second command \(;\)/],
    ['sleep 9 & ls', /a second command \(&\)/],
    ['true && false', /a second command/],
    ['ls > /tmp/x', /a redirection \(>\)/],
    ['cat < /tmp/x', /a redirection \(<\)/],
    ['echo $(date)', /inside the command \(\$\)/],
    ['echo `date`', /inside the command \(`\)/],
    ['echo $HOME', /a variable/],
    ['echo ${HOME}', /a variable/],
    ['(ls)', /a subshell/],
    [`echo "a`, /has a " that is not closed/],
    [`echo it's`, /has a ' that is not closed/],
    ['echo \\', /ends with a backslash/],
    ['', /names no program/],
    [`'' x`, /names no program/],
    ['ls\nrm', /line breaks/],
    ['ls \u202e/x', /cannot be seen/],
    ['ls \u0000', /cannot be seen/],
  ])('%j is refused', (command, message) => {
    const refusal = (() => {
      try {
        return parseArguments(command);
      } catch (error) {
        return error;
      }
    })();

    expect(AppError.isInstance(refusal) && refusal.code).toBe('INPUT_INVALID');
    expect(refusal).toMatchObject({ message: expect.stringMatching(message) });
  });

  it('that needs a shell says how one is run on purpose', () => {
    expect(() => parseArguments('a | b')).toThrow(expect.objectContaining({ hint: expect.stringContaining("sh -c '…'") }));
  });

  it('is shown so that nobody mistakes where a word ends', () => {
    expect(showArguments(['ls', '-la', 'a b', '', 'x"y', '/data:1,2'])).toBe('ls -la "a b" "" "x\\"y" /data:1,2');
  });
});
