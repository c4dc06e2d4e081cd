import type { CompletionRow } from './completion-table.ts'

export function fishScript(rows: readonly CompletionRow[]): string {
  const paths = rows.filter((row) => row.path !== '').map((row) => quote(row.path))
  return `# fish completion of slipway; made by "slipway completion fish"
function __slipway_at
  set -l path ""
  for word in (commandline -opc)[2..-1]
    set -l longer (string trim -- "$path $word")
    if contains -- "$longer" ${paths.join(' ')}
      set path $longer
    end
  end
  test "$path" = "$argv[1]"
end
complete -c slipway -f
${rows.map(rowLines).join('')}`
}

function rowLines(row: CompletionRow): string {
  const at = `-n ${quote(`__slipway_at ${quote(row.path)}`)}`
  const words = row.words.map(({ text, doc }) => `complete -c slipway ${at} -a ${quote(text)} -d ${quote(doc)}\n`)
  const choices = row.argumentChoices.map((text) => `complete -c slipway ${at} -a ${quote(text)}\n`)
  const flags = row.flags.map(({ text, doc }) => {
    const values = row.values.find((each) => each.flag === text)?.choices
    const taking = values === undefined ? '' : ` -x -a ${quote(values.join(' '))}`
    return `complete -c slipway ${at} -l ${text.slice(2)}${taking} -d ${quote(doc)}\n`
  })
  return [...words, ...choices, ...flags].join('')
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
