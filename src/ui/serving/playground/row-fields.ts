import type { Deployment } from '../../ground/wire.ts'

type Tensor = NonNullable<Deployment['signature']>['inputs'][number]

/** One value of a row that a person fills in. */
export interface RowField {
  readonly label: string
  readonly tensor: string
  readonly datatype: string
}

/** A tensor of the Open Inference Protocol, for one row. */
export interface RowTensor {
  readonly name: string
  readonly datatype: string
  readonly shape: readonly number[]
  readonly data: readonly (number | string | boolean | null)[]
}

/** More values a row than these nobody types. */
export const mostFields = 200

/**
 * The values of one row of a model: a matrix takes one per column. `recorded`: the inputs of a prediction, by the names that the
 * model has for its features; where there are as many as columns these are the names. Undefined when a row has too many
 * values, as an image has.
 */
export function rowFields(
  inputs: readonly Tensor[],
  recorded: Readonly<Record<string, unknown>> | undefined,
): RowField[] | undefined {
  const names = Object.keys(recorded ?? {})
  const total = inputs.reduce((sum, input) => sum + valuesPerRow(input), 0)
  if (total > mostFields) return undefined
  return inputs.flatMap(({ name, datatype, shape }) => {
    const count = valuesPerRow({ shape })
    if (count === 1) return [{ label: name, tensor: name, datatype }]
    const isNamed = inputs.length === 1 && names.length === count
    return Array.from({ length: count }, (_, index) => ({
      label: (isNamed ? names[index] : undefined) ?? `${name}.${index}`,
      tensor: name,
      datatype,
    }))
  })
}

function valuesPerRow({ shape }: Pick<Tensor, 'shape'>): number {
  return shape.slice(1).reduce((product, size) => product * Math.max(1, size), 1)
}

export type ReadRow = { readonly tensors: readonly RowTensor[] } | { readonly problems: ReadonlyMap<string, string> }

/** What was typed, as the tensors of a request; or, by label, what is wrong with it. */
export function readRow(
  inputs: readonly Tensor[],
  fields: readonly RowField[],
  typed: Readonly<Record<string, string>>,
): ReadRow {
  const problems = new Map<string, string>()
  const tensors = inputs.flatMap((input) => {
    const { name, datatype, shape } = input
    const own = fields.filter(({ tensor }) => tensor === name)
    const isLeftOut = input.isOptional === true && own.every(({ label }) => (typed[label] ?? '').trim() === '')
    if (isLeftOut) return []
    const data = own.map(({ label }) => {
      const read = readValue(datatype, typed[label] ?? '', input.isColumn === true)
      if ('problem' in read) problems.set(label, read.problem)
      return 'problem' in read ? null : read.value
    })
    return [{ name, datatype, shape: shape.map((size) => Math.max(1, size)), data }]
  })
  return problems.size > 0 ? { problems } : { tensors }
}

type ReadValue = { readonly value: RowTensor['data'][number] } | { readonly problem: string }

function readValue(datatype: string, text: string, mayBeMissing: boolean): ReadValue {
  const word = text.trim()
  if (datatype === 'BYTES') return { value: text === '' && mayBeMissing ? null : text }
  if (word === '') return { problem: 'needs a value' }
  if (datatype === 'BOOL') {
    if (word === 'true' || word === 'false') return { value: word === 'true' }
    return { problem: 'true or false' }
  }
  const number = Number(word)
  if (Number.isNaN(number)) return { problem: `"${word}" is not a number` }
  if (/^U?INT/.test(datatype) && !Number.isSafeInteger(number)) return { problem: 'a whole number up to 2^53' }
  return { value: number }
}
