import type { CompletionRow, Suggestion } from './completion-table.ts'

export function zshScript(rows: readonly CompletionRow[]): string {
  return `#compdef slipway
# zsh completion of slipway; made by "slipway completion zsh"
_slipway() {
  local node="" word previous="\${words[CURRENT-1]}"
  local -a suggestions flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${node:+$node }$word" in
${rows
  .filter((row) => row.path !== '')
  .map((row) => `      '${row.path}') node='${row.path}' ;;\n`)
  .join('')}    esac
  done
  case "$node $previous" in
${rows
  .flatMap((row) =>
    row.values.map(
      ({ flag, choices }) => `    '${row.path} ${flag}') compadd -- ${choices.map(quote).join(' ')}; return ;;\n`,
    ),
  )
  .join('')}  esac
  case "$node" in
${rows.map(nodeCase).join('')}  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe -o "flag" flags
  elif (( \${#suggestions} )); then
    _describe 'command' suggestions
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == _slipway ]]; then _slipway "$@"; else compdef _slipway slipway; fi
`
}

function nodeCase(row: CompletionRow): string {
  const words = [...row.words, ...row.argumentChoices.map((text) => ({ text, doc: '' }))]
  return `    '${row.path}') suggestions=(${words.map(described).join(' ')}); flags=(${row.flags.map(described).join(' ')}) ;;\n`
}

/** \`name:what it is\`, with the colons of the text escaped. */
function described({ text, doc }: Suggestion): string {
  return quote(`${text.replaceAll(':', '\\:')}:${doc.replaceAll(':', '\\:')}`)
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
