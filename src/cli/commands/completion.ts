/** `devos completion`: a few lines for the shell that ask us at each Tab, so that names are live and nothing is written down twice. */
import { exitCodes } from '#kit/errors';
import { type Arguments, type Command, takeOnly, unknownWord } from '../command.ts';
import type { Context } from '../context.ts';

const scripts: Record<string, string> = {
  bash: `# put into ~/.bashrc:  eval "$(devos completion bash)"
_devos() {
  local IFS=$'\\n'
  COMPREPLY=($(devos __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _devos devos
`,
  zsh: `# put into ~/.zshrc, after compinit:  eval "$(devos completion zsh)"
_devos() {
  local -a found
  found=("\${(@f)$(devos __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  [[ -n "\${found[1]}" ]] && compadd -a found
}
compdef _devos devos
`,
  fish: `# save as ~/.config/fish/completions/devos.fish:  devos completion fish > ~/.config/fish/completions/devos.fish
function __devos_complete
    set -l words (commandline -opc) (commandline -ct)
    devos __complete -- $words[2..-1] 2>/dev/null
end
complete -c devos -f -a '(__devos_complete)'
`,
  pwsh: `# put into $PROFILE:  devos completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName devos -ScriptBlock {
  param($word, $ast, $cursor)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($word -eq '') { $words += '' }
  devos __complete -- @words 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`,
};

export const completionCommand: Command = {
  usage: Object.keys(scripts).map((shell) => `completion ${shell}`),
  flags: {},
  words: Object.keys(scripts),
  startsDaemon: false,
  run,
};

async function run({ io }: Context, { words }: Arguments): Promise<number> {
  const shell = takeOnly('completion', `a shell: ${Object.keys(scripts).join(', ')}`, words);
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) throw unknownWord('completion', shell, Object.keys(scripts));
  io.out(script);
  return exitCodes.done;
}
