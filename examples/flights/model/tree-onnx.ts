/**
 * Boosted trees as an ONNX file: the features, one input each, are joined to a matrix, summed over the trees by
 * TreeEnsembleRegressor and turned into a probability by Sigmoid. Field numbers are those of onnx.proto, attribute names
 * those of the ai.onnx.ml operator: https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleRegressor.html
 */
import type { BoostedTrees, Tree } from './boosted-trees.ts'
import { bytesField, type Field, floatsField, integerField, integersField, message } from './protobuf.ts'

const float32 = 1
const irVersion = 8
const opset = 15
const treeOpset = 3

/** An ONNX model: float32 inputs [n, 1] named like the features, output `probability` [n, 1]. */
export function toOnnx(model: BoostedTrees): Uint8Array {
  const nodes = [
    node('Concat', model.names, ['features'], [integerAttribute('axis', 1)]),
    node('TreeEnsembleRegressor', ['features'], ['log_odds'], treeAttributes(model), 'ai.onnx.ml'),
    node('Sigmoid', ['log_odds'], ['probability'], []),
  ]
  const graph = message(
    ...nodes.map((bytes) => bytesField(1, bytes)),
    bytesField(2, 'boosted trees'),
    ...model.names.map((name) => bytesField(11, tensor(name))),
    bytesField(12, tensor('probability')),
  )
  return message(
    integerField(1, irVersion),
    bytesField(2, 'slipway example flights'),
    bytesField(7, graph),
    bytesField(8, message(bytesField(1, ''), integerField(2, opset))),
    bytesField(8, message(bytesField(1, 'ai.onnx.ml'), integerField(2, treeOpset))),
  )
}

interface Columns {
  readonly treeIds: number[]
  readonly nodeIds: number[]
  readonly features: number[]
  readonly values: number[]
  readonly modes: string[]
  readonly trueIds: number[]
  readonly falseIds: number[]
  readonly leafTrees: number[]
  readonly leafNodes: number[]
  readonly leafValues: number[]
}

/** The operator takes all trees as parallel columns: a row per node, and a row per leaf for its value. */
function treeAttributes(model: BoostedTrees): Uint8Array[] {
  const columns: Columns = {
    treeIds: [],
    nodeIds: [],
    features: [],
    values: [],
    modes: [],
    trueIds: [],
    falseIds: [],
    leafTrees: [],
    leafNodes: [],
    leafValues: [],
  }
  for (const [id, tree] of model.trees.entries()) addNodes(columns, id, tree)
  return [
    integersAttribute('nodes_treeids', columns.treeIds),
    integersAttribute('nodes_nodeids', columns.nodeIds),
    integersAttribute('nodes_featureids', columns.features),
    floatsAttribute('nodes_values', columns.values),
    stringsAttribute('nodes_modes', columns.modes),
    integersAttribute('nodes_truenodeids', columns.trueIds),
    integersAttribute('nodes_falsenodeids', columns.falseIds),
    integersAttribute('target_treeids', columns.leafTrees),
    integersAttribute('target_nodeids', columns.leafNodes),
    integersAttribute(
      'target_ids',
      columns.leafTrees.map(() => 0),
    ),
    floatsAttribute('target_weights', columns.leafValues),
    floatsAttribute('base_values', [model.base]),
    integerAttribute('n_targets', 1),
  ]
}

/** Nodes in numbering order from the root; what lies under a node that is not split is left out. */
function addNodes(columns: Columns, treeId: number, tree: Tree): void {
  const inner = tree.feature.length
  // Passing everything left down to the first node that decides something.
  const resolve = (at: number): number => (at < inner && tree.feature[at] === -1 ? resolve(2 * at + 1) : at)
  const queue = [resolve(0)]
  for (let id = 0; id < queue.length; id++) {
    const at = queue[id] ?? 0
    columns.treeIds.push(treeId)
    columns.nodeIds.push(id)
    const isLeaf = at >= inner
    columns.modes.push(isLeaf ? 'LEAF' : 'BRANCH_LEQ')
    columns.features.push(isLeaf ? 0 : (tree.feature[at] ?? 0))
    columns.values.push(isLeaf ? 0 : (tree.threshold[at] ?? 0))
    columns.trueIds.push(isLeaf ? 0 : queue.length)
    columns.falseIds.push(isLeaf ? 0 : queue.length + 1)
    if (isLeaf) {
      columns.leafTrees.push(treeId)
      columns.leafNodes.push(id)
      columns.leafValues.push(tree.leaf[at - inner] ?? 0)
    } else queue.push(resolve(2 * at + 1), resolve(2 * at + 2))
  }
}

function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly Uint8Array[],
  domain = '',
): Uint8Array {
  return message(
    ...inputs.map((name) => bytesField(1, name)),
    ...outputs.map((name) => bytesField(2, name)),
    bytesField(3, operator),
    bytesField(4, operator),
    ...attributes.map((attribute) => bytesField(5, attribute)),
    bytesField(7, domain),
  )
}

/** ValueInfoProto of a float32 tensor of any number of rows and one column. */
function tensor(name: string): Uint8Array {
  const rows = message(bytesField(2, 'n'))
  const columns = message(integerField(1, 1))
  const shape = message(bytesField(1, rows), bytesField(1, columns))
  const type = message(bytesField(1, message(integerField(1, float32), bytesField(2, shape))))
  return message(bytesField(1, name), bytesField(2, type))
}

// AttributeProto: name 1, i 3, floats 7, ints 8, strings 9, type 20.
const attribute = (name: string, type: number, ...values: readonly Field[]): Uint8Array =>
  message(bytesField(1, name), ...values, integerField(20, type))
const integerAttribute = (name: string, value: number) => attribute(name, 2, integerField(3, value))
const floatsAttribute = (name: string, values: readonly number[]) => attribute(name, 6, floatsField(7, values))
const integersAttribute = (name: string, values: readonly number[]) => attribute(name, 7, integersField(8, values))
const stringsAttribute = (name: string, values: readonly string[]) =>
  attribute(name, 8, ...values.map((value) => bytesField(9, value)))
