import type { Graph, GraphEdge, GraphNode } from '../kit/graph/graph.ts'
import { fieldsOf, textOf } from './protobuf.ts'

/** What an ONNX file says of its computation; field numbers are those of onnx.proto3. */
export interface OnnxFacts {
  readonly producer: string
  readonly graph: Graph
  /** How often each operator occurs, the most frequent first. */
  readonly operators: readonly (readonly [name: string, count: number])[]
}

interface Operator {
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

interface Value {
  readonly name: string
  readonly type: string
}

/** Reads the graph of a model: inputs, operators, outputs, and which value goes where. Weights are counted, not drawn. */
export function readOnnx(file: Uint8Array): OnnxFacts {
  let producer = ''
  let graph: Uint8Array | undefined
  for (const { number, bytes } of fieldsOf(file)) {
    if (number === 2) producer = textOf(bytes)
    else if (number === 3) producer = `${producer} ${textOf(bytes)}`
    else if (number === 7) graph = bytes
  }
  if (graph === undefined) throw new Error('This file holds no ONNX graph.')
  const parts = readParts(graph)
  const counts = new Map<string, number>()
  for (const { name } of parts.operators) counts.set(name, (counts.get(name) ?? 0) + 1)
  return {
    producer: producer.trim(),
    graph: toGraph(parts),
    operators: [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)),
  }
}

interface Parts {
  readonly operators: readonly Operator[]
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
}

function readParts(graph: Uint8Array): Parts {
  const operators: Operator[] = []
  const weights = new Set<string>()
  const inputs: Value[] = []
  const outputs: Value[] = []
  for (const { number, bytes } of fieldsOf(graph)) {
    if (number === 1) operators.push(readOperator(bytes))
    else if (number === 5) weights.add(textField(bytes, 8))
    else if (number === 11) inputs.push(readValue(bytes))
    else if (number === 12) outputs.push(readValue(bytes))
  }
  // Older files list weights among the inputs.
  return { operators, inputs: inputs.filter(({ name }) => !weights.has(name)), outputs }
}

function readOperator(bytes: Uint8Array): Operator {
  const inputs: string[] = []
  const outputs: string[] = []
  let name = ''
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) inputs.push(textOf(field.bytes))
    else if (field.number === 2) outputs.push(textOf(field.bytes))
    else if (field.number === 4) name = textOf(field.bytes)
  }
  return { name, inputs, outputs }
}

function textField(message: Uint8Array, wanted: number): string {
  for (const { number, bytes } of fieldsOf(message)) if (number === wanted) return textOf(bytes)
  return ''
}

const elementTypes: Readonly<Record<number, string>> = {
  1: 'float',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'double',
  16: 'bfloat16',
}

/** ValueInfoProto: name and, for a tensor, the type of its elements and its shape. */
function readValue(bytes: Uint8Array): Value {
  let type = ''
  for (const { number, bytes: typeBytes } of fieldsOf(bytes)) {
    if (number !== 2) continue
    for (const kind of fieldsOf(typeBytes)) type = kind.number === 1 ? tensorText(kind.bytes) : 'sequence or map'
  }
  return { name: textField(bytes, 1), type }
}

function tensorText(tensor: Uint8Array): string {
  let element = ''
  const shape: string[] = []
  for (const { number, bytes, value } of fieldsOf(tensor)) {
    if (number === 1) element = elementTypes[value] ?? `type ${value}`
    if (number !== 2) continue
    for (const dimension of fieldsOf(bytes)) shape.push(dimensionText(dimension.bytes))
  }
  return `${element}[${shape.join(', ')}]`
}

function dimensionText(dimension: Uint8Array): string {
  for (const { number, bytes, value } of fieldsOf(dimension)) return number === 1 ? String(value) : textOf(bytes)
  return '?'
}

function toGraph({ operators, inputs, outputs }: Parts): Graph {
  const madeBy = new Map<string, string>(inputs.map(({ name }) => [name, `input ${name}`]))
  for (const [index, { outputs: own }] of operators.entries()) for (const name of own) madeBy.set(name, `${index}`)
  const edge = (value: string, to: string): readonly GraphEdge[] => {
    const from = madeBy.get(value)
    return from === undefined || value === '' ? [] : [{ from, to }]
  }
  const end =
    (kind: 'input' | 'output') =>
    (value: Value): GraphNode => ({
      id: `${kind} ${value.name}`,
      label: value.name,
      kind,
      detail: value.type,
      tone: 'run',
    })
  return {
    nodes: [
      ...inputs.map(end('input')),
      ...operators.map(({ name, inputs: own }, index): GraphNode => {
        const weights = own.filter((value) => value !== '' && !madeBy.has(value)).length
        return {
          id: `${index}`,
          label: name,
          kind: 'operator',
          ...(weights === 0 ? {} : { detail: `${weights} ${weights === 1 ? 'weight' : 'weights'}` }),
        }
      }),
      ...outputs.map(end('output')),
    ],
    edges: [
      ...operators.flatMap(({ inputs: own }, index) => own.flatMap((value) => edge(value, `${index}`))),
      ...outputs.flatMap(({ name }) => edge(name, `output ${name}`)),
    ],
  }
}
