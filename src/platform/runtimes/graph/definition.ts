import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import type { Feed, Source } from '../../inference/index.ts'
import { type NodeKindName, nodeKindNames, nodeKinds } from './node-kinds.ts'

/**
 * An inference graph as its author writes it, in `graph.yaml`: nodes that are model versions or functions, each with where
 * its inputs come from, and the values that are the answer.
 *
 *     nodes:
 *       prepare: {function: prepare.ts, inputs: {age: inputs.age}}
 *       score: {model: churn/3, inputs: {features: prepare.features}}
 *     outputs:
 *       risk: score.probabilities
 */
export interface GraphDefinition {
  readonly nodes: readonly GraphNode[]
  readonly outputs: readonly Feed[]
}

export interface GraphNode {
  readonly name: string
  /** By its kind: a reference to a model version, a file of the graph's own. */
  readonly runs: { [Kind in NodeKindName]: { readonly [Name in Kind]: string } }[NodeKindName]
  readonly inputs: readonly Feed[]
}

export interface ParsedGraph {
  /** Absent when there are problems. */
  readonly definition?: GraphDefinition
  readonly problems: readonly string[]
}

export const graphFile = 'graph.yaml'
const requestWord = 'inputs'
const maxNodes = 100

const nodeName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a node is named by letters, digits, "_" and "-", beginning with a letter')
  .refine((name) => name !== requestWord, '"inputs" stands for the request and cannot name a node')
const SourceText = z.string().regex(/^[^.]+\../s, 'write inputs.<name> for a value of the request, or <node>.<output>')
const Feeds = z.record(z.string().min(1), SourceText)
const references = Object.fromEntries(nodeKindNames.map((kind) => [kind, nodeKinds[kind].reference.optional()])) as {
  readonly [Kind in NodeKindName]: z.ZodOptional<z.ZodType<string>>
}
const GraphFile = z.strictObject({
  nodes: z.record(
    nodeName,
    z
      .strictObject({ ...references, inputs: Feeds })
      .refine((node) => kindsOf(node).length === 1, `needs ${nodeKindNames.join(' or ')}, one of`),
  ),
  outputs: Feeds,
})

/** Reads graph.yaml and reports everything that is wrong with its form. */
export function parseGraph(text: string): ParsedGraph {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0)
    return {
      problems: document.errors.map(({ code, message, pos }) => {
        const line = `line ${lines.linePos(pos[0]).line}`
        if (code !== 'DUPLICATE_KEY') return `${line}: not valid YAML: ${message}`
        const name = /^[^:\n]*/.exec(text.slice(pos[0]))?.[0].trim() ?? ''
        return `${line}: "${name}" is there twice; a name stands once, and an input is fed by one value`
      }),
    }
  const parsed = GraphFile.safeParse(toValue(document))
  if (!parsed.success) return { problems: parsed.error.issues.flatMap(describe) }
  const nodes = Object.entries(parsed.data.nodes).map(([name, node]) => ({
    name,
    runs: Object.fromEntries(kindsOf(node).map((kind) => [kind, node[kind]])) as GraphNode['runs'],
    inputs: toFeeds(node.inputs),
  }))
  const outputs = toFeeds(parsed.data.outputs)
  const problems = [
    ...(nodes.length === 0 ? ['nodes: a graph has at least one node'] : []),
    ...(nodes.length > maxNodes ? [`nodes: ${nodes.length} are more than a graph may have, ${maxNodes}`] : []),
    ...(outputs.length === 0 ? ['outputs: a graph gives at least one value'] : []),
  ]
  return problems.length > 0 ? { problems } : { definition: { nodes, outputs }, problems }
}

/** As it is written in the file. */
export function showSource({ node, value }: Source): string {
  return `${node ?? requestWord}.${value}`
}

function kindsOf(node: { readonly [Kind in NodeKindName]?: string | undefined }): NodeKindName[] {
  return nodeKindNames.filter((kind) => node[kind] !== undefined)
}

function toValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch {
    return undefined
  }
}

function toFeeds(feeds: Readonly<Record<string, string>>): Feed[] {
  return Object.entries(feeds).map(([name, text]) => {
    const dot = text.indexOf('.')
    const node = text.slice(0, dot)
    const value = text.slice(dot + 1)
    return { name, from: node === requestWord ? { value } : { node, value } }
  })
}

function describe(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.join('.')
  const at = (message: string) => `${path === '' ? 'graph.yaml' : path}: ${message}`
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => at(`"${key}" is not known here`))
  if (issue.code === 'invalid_key') return [at(issue.issues.map((inner) => inner.message).join('; '))]
  return [at(issue.message)]
}
