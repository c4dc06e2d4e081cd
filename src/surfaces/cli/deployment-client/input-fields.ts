import type { DeploymentPackage } from '../../../sdk/index.ts'

export type Spec = DeploymentPackage['variants'][number]['signature']['inputs'][number]

/** What the client is written from: the signature of a deployment, with the names of a matrix's columns when they are known. */
export interface ClientSource {
  readonly deployment: string
  readonly inputs: readonly Spec[]
  readonly outputs: readonly Spec[]
  readonly featureNames: readonly string[]
}

/** How a model is called: with rows whose columns have names, with rows of tensors, or with whole tensors. */
export type Calling = 'columns' | 'rows' | 'whole'

export function callingOf({ inputs, outputs, featureNames }: ClientSource): Calling {
  const [matrix, second] = inputs
  const isByRow = [...inputs, ...outputs].every(({ shape }) => shape[0] === -1)
  if (!isByRow) return 'whole'
  const isNamed = second === undefined && matrix?.shape.length === 2 && featureNames.length === matrix.shape[1]
  return isNamed ? 'columns' : 'rows'
}

/** The type of one row's value, or of a whole tensor. */
export function typeOf({ datatype, shape }: Spec, calling: Calling): string {
  const scalar = scalarType(datatype)
  const inner = calling === 'whole' ? shape : shape.slice(1)
  // A column of one is a number, as in a table.
  const depth = calling !== 'whole' && inner.length === 1 && inner[0] === 1 ? 0 : inner.length
  return `${scalar}${'[]'.repeat(depth)}`
}

export function scalarType(datatype: string): string {
  if (datatype === 'BYTES') return 'string'
  return datatype === 'BOOL' ? 'boolean' : 'number'
}

/** `string | boolean` of the datatypes that occur. */
export function anyScalar(specs: readonly Spec[]): string {
  return [...new Set(specs.map(({ datatype }) => scalarType(datatype)))].sort().join(' | ')
}

export function shapeText({ datatype, shape }: Spec): string {
  return `${datatype} [${shape.map((size) => (size === -1 ? 'any' : size)).join(', ')}]`
}
