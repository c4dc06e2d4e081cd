import { type Datatype, invalidInput } from '../../../platform/inference/index.ts'

type Cell = string | number | boolean | null

/**
 * Rows of a CSV text with a header line (RFC 4180: quotes double themselves, fields may hold line breaks), as data frames
 * write it: lines without anything are passed over, and a field means what the datatype of its column makes of it, so that
 * `00501` stays a text where the model takes texts. Empty fields are missing.
 */
export function rowsFromCsv(
  text: string,
  datatypeOf: (column: string) => Datatype | undefined,
): Record<string, Cell>[] {
  const [header, ...records] = parse(text.replace(/^\uFEFF/, '')).filter(
    (fields) => fields.length > 1 || fields[0] !== '',
  )
  if (header === undefined || records.length === 0)
    throw invalidInput('the CSV needs a header line and at least one row')
  return records.map((fields, index) => {
    if (fields.length !== header.length)
      throw invalidInput(`row ${index} of the CSV has ${fields.length} fields, the header has ${header.length}`)
    return Object.fromEntries(header.map((name, at) => [name, toCell(fields[at] ?? '', datatypeOf(name))]))
  })
}

/** What fits no datatype stays text, and is then refused with its column. */
function toCell(field: string, datatype: Datatype | undefined): Cell {
  if (field === '') return null
  if (datatype === 'BYTES' || datatype === undefined) return field
  const word = field.trim()
  if (/^(?:nan|na|n\/a|null|none)$/i.test(word)) return null
  if (datatype === 'BOOL' && /^(?:true|false)$/i.test(word)) return word.toLowerCase() === 'true'
  // Text keeps all digits of 64 bits.
  if (datatype.endsWith('INT64') && /^-?\d+$/.test(word)) return word
  const number = Number(word)
  return word === '' || Number.isNaN(number) ? field : number
}

function parse(text: string): string[][] {
  const records: string[][] = []
  let fields: string[] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/y
  while (field.lastIndex < text.length) {
    const start = field.lastIndex
    const found = field.exec(text)
    if (found === null) throw invalidInput(`the CSV is not well formed at character ${start}`)
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '')
    if (found[3] === ',') continue
    records.push(fields)
    fields = []
  }
  if (fields.length > 0) records.push([...fields, ''])
  return records
}
