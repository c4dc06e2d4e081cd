import { nearest } from '../../../kernel/nearest.ts'
import type { Feed, Source } from '../../inference/index.ts'
import { showShape, type TensorSpec } from '../../inference/index.ts'
import { type GraphDefinition, type GraphNode, showSource } from './definition.ts'

/** What a node takes and gives. */
export interface NodeSpecs {
  readonly inputs: readonly TensorSpec[]
  /** Empty when only a run can tell. */
  readonly outputs: readonly TensorSpec[]
}

export interface CheckedGraph {
  readonly problems: readonly string[]
  /** What a request brings: the inputs of the nodes that it feeds. */
  readonly inputs: readonly TensorSpec[]
  /** Empty when only a run can tell. */
  readonly outputs: readonly TensorSpec[]
}

/**
 * Whether every edge leads from a value that is there to an input that takes it, and every input has one. `specs`: by name
 * of the node; one that is missing there has its own problem already, and is left out. All problems, not the first one.
 */
export function checkGraph(definition: GraphDefinition, specs: ReadonlyMap<string, NodeSpecs>): CheckedGraph {
  const problems = [
    ...definition.nodes.flatMap((node) => checkNames(node, specs.get(node.name))),
    ...findCircles(definition),
    ...findUnused(definition),
  ]
  const request = new Map<string, Demand>()
  const nodeNames = definition.nodes.map(({ name }) => name)
  for (const node of definition.nodes) {
    for (const feed of node.inputs) {
      const at = `nodes.${node.name}.inputs.${feed.name}`
      const taken = specs.get(node.name)?.inputs.find(({ name }) => name === feed.name)
      if (feed.from.node === undefined) {
        if (taken !== undefined) problems.push(...demand(request, feed.from.value, { at, spec: taken }))
        continue
      }
      const given = findValue(feed.from, { at, specs, nodeNames })
      if ('problem' in given) problems.push(given.problem)
      else if (taken !== undefined && given.spec !== undefined && !fitsInto(given.spec, taken))
        problems.push(`${at}: takes ${show(taken)}, but ${showSource(feed.from)} gives ${show(given.spec)}`)
    }
  }
  const outputs = definition.outputs.map((feed) => {
    const at = `outputs.${feed.name}`
    if (feed.from.node === undefined) {
      problems.push(`${at}: ${showSource(feed.from)} is the request's own value; an output comes from a node`)
      return undefined
    }
    const given = findValue(feed.from, { at, specs, nodeNames })
    if ('problem' in given) problems.push(given.problem)
    return 'problem' in given || given.spec === undefined
      ? undefined
      : { name: feed.name, datatype: given.spec.datatype, shape: given.spec.shape }
  })
  return {
    problems,
    inputs: [...request].map(([name, { spec }]) => ({ ...spec, name })),
    outputs: outputs.every((spec) => spec !== undefined) ? outputs : [],
  }
}

/** An input of a node that a value of the request feeds. */
interface Demand {
  readonly at: string
  readonly spec: TensorSpec
}

/** A value of the request may feed several nodes: it is then what all of them take. */
function demand(request: Map<string, Demand>, name: string, next: Demand): string[] {
  const first = request.get(name)
  if (first === undefined) {
    request.set(name, next)
    return []
  }
  if (!fitsInto(first.spec, next.spec) || first.spec.shape.length !== next.spec.shape.length)
    return [
      `${next.at}: takes inputs.${name} as ${show(next.spec)}, but ${first.at} takes it as ${show(first.spec)}; give them two names`,
    ]
  const { spec } = first
  const shape = spec.shape.map((size, index) => (size === -1 ? (next.spec.shape[index] ?? -1) : size))
  const both = (key: 'isColumn' | 'isOptional') => (spec[key] && next.spec[key] ? { [key]: true } : {})
  const { datatype } = spec
  request.set(name, { at: first.at, spec: { name, datatype, shape, ...both('isColumn'), ...both('isOptional') } })
  return []
}

function checkNames(node: GraphNode, specs: NodeSpecs | undefined): string[] {
  if (specs === undefined) return []
  const taken = specs.inputs.map(({ name }) => name)
  const unknown = node.inputs
    .filter(({ name }) => !taken.includes(name))
    .map(({ name }) => `nodes.${node.name}.inputs.${name}: the node has no such input; ${hint(name, taken)}`)
  const missing = specs.inputs
    .filter((spec) => !spec.isOptional && !node.inputs.some(({ name }) => name === spec.name))
    .map(
      (spec) =>
        `nodes.${node.name}: its input "${spec.name}" (${show(spec)}) is fed by nothing; add ${spec.name}: inputs.<name> or <node>.<output>`,
    )
  return [...unknown, ...missing]
}

interface Place {
  readonly at: string
  readonly specs: ReadonlyMap<string, NodeSpecs>
  readonly nodeNames: readonly string[]
}

/** The output that an edge begins with; without its spec when only a run can tell. */
function findValue(
  { node = '', value }: Source,
  { at, specs, nodeNames }: Place,
): { readonly problem: string } | { readonly spec?: TensorSpec | undefined } {
  if (!nodeNames.includes(node)) return { problem: `${at}: there is no node "${node}"; ${hint(node, nodeNames)}` }
  const outputs = specs.get(node)?.outputs ?? []
  if (outputs.length === 0) return {}
  const spec = outputs.find(({ name }) => name === value)
  if (spec !== undefined) return { spec }
  const names = outputs.map(({ name }) => name)
  return { problem: `${at}: node "${node}" gives no "${value}"; ${hint(value, names)}` }
}

function hint(word: string, known: readonly string[]): string {
  // Of a short name every other one is near.
  const near = word.length > 2 ? nearest(word, known) : undefined
  return near === undefined ? `known: ${known.join(', ') || 'none'}` : `did you mean ${near}?`
}

/** Nodes that wait for each other, each circle once. */
function findCircles({ nodes }: GraphDefinition): string[] {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const done = new Set<string>()
  const problems: string[] = []
  const visit = (name: string, way: readonly string[]): void => {
    const again = way.indexOf(name)
    if (again !== -1) {
      problems.push(`nodes: ${[...way.slice(again), name].join(' needs ')}: a circle, so that none of them can begin`)
      return
    }
    if (done.has(name)) return
    for (const needed of sourcesOf(byName.get(name)?.inputs ?? [])) visit(needed, [...way, name])
    done.add(name)
  }
  for (const { name } of nodes) visit(name, [])
  return problems
}

/** Nodes that no output needs: they would not be run. */
function findUnused({ nodes, outputs }: GraphDefinition): string[] {
  const needed = new Set<string>()
  const visit = (name: string): void => {
    if (needed.has(name)) return
    needed.add(name)
    for (const source of sourcesOf(nodes.find((node) => node.name === name)?.inputs ?? [])) visit(source)
  }
  for (const name of sourcesOf(outputs)) visit(name)
  return nodes
    .filter(({ name }) => !needed.has(name))
    .map(({ name }) => `nodes.${name}: no output needs it; use what it gives, or remove it`)
}

function sourcesOf(feeds: readonly Feed[]): string[] {
  return feeds.flatMap(({ from }) => from.node ?? [])
}

/** Whether a value may be what an input takes: a free dimension may turn out to be the right one. */
function fitsInto(given: TensorSpec, taken: TensorSpec): boolean {
  if (given.datatype !== taken.datatype) return false
  // ONNX files may leave the shape of an output out, which reads as none.
  if (given.shape.length === 0) return true
  const shape =
    taken.isColumn && given.shape.length === 2 && given.shape[1] === 1 ? given.shape.slice(0, 1) : given.shape
  if (shape.length !== taken.shape.length) return false
  return shape.every((size, index) => size === -1 || taken.shape[index] === -1 || taken.shape[index] === size)
}

function show({ datatype, shape }: TensorSpec): string {
  return `${datatype} ${showShape(shape)}`
}
