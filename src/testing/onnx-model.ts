/**
 * Writes small ONNX models for tests: protocol buffers by hand, with the published field numbers of onnx.proto3
 * (ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto, ValueInfoProto). No Python needed.
 */

export type OnnxType = 'float' | 'int64' | 'string' | 'double' | 'bool'

const elementTypes: Readonly<Record<OnnxType, number>> = { float: 1, int64: 7, string: 8, bool: 9, double: 11 }

/** A text dimension is free. */
export interface OnnxValue {
  readonly name: string
  readonly type: OnnxType
  readonly shape: readonly (number | string)[]
}

export interface OnnxNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Whole numbers are INT attributes, `{ float }` FLOAT, arrays INTS. */
  readonly attributes?: Readonly<Record<string, number | { float: number } | readonly number[]>>
}

export interface OnnxConstant {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}

export interface OnnxGraph {
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
  readonly nodes: readonly OnnxNode[]
  readonly constants?: readonly OnnxConstant[]
}

export function onnxModel(graph: OnnxGraph): Uint8Array {
  const graphBytes = message(
    ...graph.nodes.map((node) => field(1, nodeBytes(node))),
    field(2, text('graph')),
    ...(graph.constants ?? []).map((constant) => field(5, constantBytes(constant))),
    ...graph.inputs.map((value) => field(11, valueBytes(value))),
    ...graph.outputs.map((value) => field(12, valueBytes(value))),
  )
  const opset = message(field(1, text('')), integer(2, 17))
  return message(integer(1, 8), field(2, text('slipway-test')), field(7, graphBytes), field(8, opset))
}

/**
 * A binary logistic regression: input `features` [N, k], outputs `label` (0 or 1) and `probabilities` [N, 2], as
 * scikit-learn's converter names them.
 */
export function logisticModel(weights: readonly number[], bias: number): Uint8Array {
  const columns = weights.flatMap((weight) => [-weight / 2, weight / 2])
  return onnxModel({
    inputs: [{ name: 'features', type: 'float', shape: ['N', weights.length] }],
    outputs: [
      { name: 'label', type: 'int64', shape: ['N'] },
      { name: 'probabilities', type: 'float', shape: ['N', 2] },
    ],
    constants: [
      { name: 'weights', shape: [weights.length, 2], values: columns },
      { name: 'bias', shape: [2], values: [-bias / 2, bias / 2] },
    ],
    nodes: [
      { op: 'MatMul', inputs: ['features', 'weights'], outputs: ['product'] },
      { op: 'Add', inputs: ['product', 'bias'], outputs: ['scores'] },
      { op: 'Softmax', inputs: ['scores'], outputs: ['probabilities'], attributes: { axis: 1 } },
      { op: 'ArgMax', inputs: ['scores'], outputs: ['label'], attributes: { axis: 1, keepdims: 0 } },
    ],
  })
}

/**
 * Takes `features` [1, 2] as the size of a matrix, `[n, n]`, and multiplies it 30 times by itself: at once for 1, minutes
 * for 3000. A model that hangs on some inputs.
 */
export function sluggishModel(): Uint8Array {
  const turns = Array.from({ length: 30 }, (_, index) => index)
  return onnxModel({
    inputs: [{ name: 'features', type: 'float', shape: [1, 2] }],
    outputs: [{ name: 'label', type: 'float', shape: [] }],
    nodes: [
      { op: 'Squeeze', inputs: ['features'], outputs: ['pair'] },
      { op: 'Cast', inputs: ['pair'], outputs: ['size'], attributes: { to: 7 } },
      { op: 'ConstantOfShape', inputs: ['size'], outputs: ['m0'] },
      ...turns.map((turn) => ({ op: 'MatMul', inputs: [`m${turn}`, `m${turn}`], outputs: [`m${turn + 1}`] })),
      { op: 'ReduceMax', inputs: [`m${turns.length}`], outputs: ['label'], attributes: { keepdims: 0 } },
    ],
  })
}

function nodeBytes({ op, inputs, outputs, attributes = {} }: OnnxNode): Uint8Array {
  return message(
    ...inputs.map((name) => field(1, text(name))),
    ...outputs.map((name) => field(2, text(name))),
    field(4, text(op)),
    ...Object.entries(attributes).map(([name, value]) => field(5, attributeBytes(name, value))),
  )
}

function attributeBytes(name: string, value: number | { float: number } | readonly number[]): Uint8Array {
  const named = field(1, text(name))
  if (typeof value === 'number') return message(named, integer(3, value), integer(20, 2))
  if ('float' in value) return message(named, float(2, value.float), integer(20, 1))
  return message(named, ...value.map((item) => integer(8, item)), integer(20, 7))
}

function constantBytes(constant: OnnxConstant): Uint8Array {
  const raw = new Uint8Array(new Float32Array(constant.values).buffer)
  return message(
    ...constant.shape.map((size) => integer(1, size)),
    integer(2, 1),
    field(8, text(constant.name)),
    field(9, raw),
  )
}

function valueBytes({ name, type, shape }: OnnxValue): Uint8Array {
  const dimensions = shape.map((size) =>
    field(1, typeof size === 'number' ? message(integer(1, size)) : message(field(2, text(size)))),
  )
  const tensor = message(integer(1, elementTypes[type]), field(2, message(...dimensions)))
  return message(field(1, text(name)), field(2, message(field(1, tensor))))
}

function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields)
}

function field(number: number, body: Uint8Array): Uint8Array {
  return Buffer.concat([varint((number << 3) | 2), varint(body.byteLength), body])
}

function integer(number: number, value: number): Uint8Array {
  return Buffer.concat([varint(number << 3), varint(value)])
}

function float(number: number, value: number): Uint8Array {
  const body = Buffer.alloc(4)
  body.writeFloatLE(value)
  return Buffer.concat([varint((number << 3) | 5), body])
}

function text(value: string): Uint8Array {
  return Buffer.from(value)
}

/** Negative numbers take ten bytes, as protocol buffers write them. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    bytes.push(rest === 0n ? low : low | 0x80)
  } while (rest !== 0n)
  return Uint8Array.from(bytes)
}
