import type { CompletionRow } from './completion-table.ts'

/** Works in bash 3.2 and newer, without the bash-completion package. */
export function bashScript(rows: readonly CompletionRow[]): string {
  return `# bash completion of slipway; made by "slipway completion bash"
_slipway() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
${rows
  .filter((row) => row.path !== '')
  .map((row) => `      '${row.path}') path='${row.path}' ;;\n`)
  .join('')}    esac
  done
  case "$path $previous" in
${rows.flatMap(valueCases).join('')}  esac
  local words="" flags=""
  case "$path" in
${rows.map(nodeCase).join('')}  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -o default -F _slipway slipway
`
}

function valueCases(row: CompletionRow): string[] {
  return row.values.map(
    ({ flag, choices }) =>
      `    '${row.path} ${flag}') COMPREPLY=($(compgen -W '${choices.map(quoteless).join(' ')}' -- "$current")); return ;;\n`,
  )
}

function nodeCase(row: CompletionRow): string {
  const words = [...row.words.map(({ text }) => text), ...row.argumentChoices.map(quoteless)].join(' ')
  return `    '${row.path}') words='${words}'; flags='${row.flags.map(({ text }) => text).join(' ')}' ;;\n`
}

/** Choices come from our own schemas; a quote in one would break the script. */
function quoteless(text: string): string {
  return text.replaceAll("'", '')
}
