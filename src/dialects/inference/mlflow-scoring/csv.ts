import { invalidInput } from '../../../platform/inference/index.ts'

/**
 * Rows of a CSV text with a header line (RFC 4180: quotes double themselves, fields may hold line breaks). Numbers become
 * numbers, empty fields null, the rest stays text.
 */
export function rowsFromCsv(text: string): Record<string, string | number | null>[] {
  const [header, ...records] = parse(text)
  if (header === undefined || records.length === 0)
    throw invalidInput('the CSV needs a header line and at least one row')
  return records.map((fields, index) => {
    if (fields.length !== header.length)
      throw invalidInput(`row ${index} of the CSV has ${fields.length} fields, the header has ${header.length}`)
    return Object.fromEntries(header.map((name, at) => [name, toValue(fields[at] ?? '')]))
  })
}

function toValue(field: string): string | number | null {
  if (field === '') return null
  const number = Number(field)
  return Number.isNaN(number) || field.trim() === '' ? field : number
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
