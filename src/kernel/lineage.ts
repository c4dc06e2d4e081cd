import { z } from 'zod'
import type { Event, EventDefinition } from './event.ts'
import type { Json } from './json.ts'

/**
 * Lineage is one graph over all modules. Each module says, beside its events, which nodes and edges they add and which
 * kinds of nodes are its own; whoever keeps the graph knows no event and no kind.
 */

/** What a node stands for. The module that owns such things declares the value; others that tell of them import it. */
export interface NodeKind {
  /** As nodes carry it: `datasetVersion`. */
  readonly kind: string
  /** As people read it: `dataset version`. */
  readonly title: string
  /** What the tree of text says on the way back to it, where a relation means something of its own from here. */
  readonly wordsBack?: Partial<Readonly<Record<Relation, string>>>
}

export const LineageNode = z.object({
  id: z.string().describe('Id of the thing itself; `sha256:<digest>` for a file.'),
  kind: z.string().describe('What it is: `file`, `datasetVersion`, `run`, `modelVersion`, `deployment`, …'),
  label: z.string().describe('What a person calls it: flights@3, flight-delay/2, train.'),
  at: z.number().describe('When it came to be, epoch ms.'),
  facts: z.record(z.string(), z.json()).describe('A few details to show beside it.'),
})
export type LineageNode = z.output<typeof LineageNode>

/**
 * How one thing led to another. Data relations carry bytes or values; cause relations tell why something was started,
 * and are shown but not followed further.
 */
export const relations = {
  holds: 'data', // file -> dataset version
  derived: 'data', // dataset version -> dataset version
  read: 'data', // dataset version, model version, step run -> step run or run
  ran: 'data', // source -> step run
  made: 'data', // step run or run -> dataset version or model version
  reused: 'data', // step run -> what it took from the cache
  logged: 'data', // step run -> run
  answered: 'data', // model version -> prediction
  served: 'data', // model version -> deployment
  composed: 'data', // model version -> model version that is made of it
  judged: 'data', // model version -> verdict
  started: 'cause', // pipeline run -> step run; decision -> pipeline run
  raised: 'cause', // deployment -> alert
  led: 'cause', // alert, model version -> decision
} as const
export type Relation = keyof typeof relations

export const LineageEdge = z.object({
  from: z.string().describe('The earlier: what was used.'),
  to: z.string().describe('The later: what came of it.'),
  relation: z.enum(Object.keys(relations) as [Relation, ...Relation[]]),
})
export type LineageEdge = z.output<typeof LineageEdge>

/** What one event adds to the graph. */
export interface GraphChange {
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly LineageEdge[]
}

/** Collects nodes and edges around one moment: `new ChangeBuilder(at).node(…).edge(…)`. */
export class ChangeBuilder implements GraphChange {
  readonly nodes: LineageNode[] = []
  readonly edges: LineageEdge[] = []
  readonly #at: number

  constructor(at: number) {
    this.#at = at
  }

  /** Facts that are undefined are left out. */
  node({ kind }: NodeKind, id: string, label: string, facts: Readonly<Record<string, Json | undefined>> = {}): this {
    const known = Object.entries(facts).filter((entry): entry is [string, Json] => entry[1] !== undefined)
    this.nodes.push({ id, kind, label, at: this.#at, facts: Object.fromEntries(known) as LineageNode['facts'] })
    return this
  }

  /** No edge when the earlier end is not known. */
  edge(from: string | undefined, relation: Relation, to: string): this {
    if (from !== undefined && from !== to) this.edges.push({ from, to, relation })
    return this
  }
}

/** What an event adds to the graph. It is told at least once, so the same event must add the same. */
export interface EventLineage {
  readonly type: string
  readonly changeOf: (event: Event) => GraphChange
}

/** `tellsLineage(versionCreated, (graph, version) => graph.node(…).edge(…))` with the payload typed. */
export function tellsLineage<Payload>(
  { type }: EventDefinition<Payload>,
  tell: (graph: ChangeBuilder, payload: Payload) => unknown,
): EventLineage {
  return {
    type,
    changeOf: ({ at, payload }) => {
      const graph = new ChangeBuilder(at)
      tell(graph, payload as Payload)
      return graph
    },
  }
}

/**
 * Things of which there are too many to be nodes, such as predictions. Each hangs on one node of the graph and is looked
 * up when somebody asks for it.
 */
export interface LeafKind<Door> {
  readonly kind: NodeKind
  /** What their ids begin with: `prd_`. */
  readonly idPrefix: string
  /** Undefined when there is none of this id. */
  find(door: Door, id: string): Promise<Leaf | undefined>
  /** Ids of those that hang on a node, newest first; undefined when none can hang on a node of its kind. */
  list(door: Door, node: LineageNode, limit: number): Promise<LeafIds | undefined>
}

export interface Leaf extends Pick<LineageNode, 'label' | 'at' | 'facts'> {
  readonly parent: { readonly id: string; readonly relation: Relation }
  /** Of what comes of the parent: what is part of the leaf's story although not on the way of its data. */
  isBeside(node: LineageNode): boolean
  /** The thing itself, shown with its trace under the name of its kind. */
  readonly details: Readonly<Record<string, unknown>>
}

export interface LeafIds {
  readonly ids: readonly string[]
  readonly nextCursor?: string | undefined
}

export interface LineageDeclaration<Door> {
  /** Kinds of nodes that this module owns. */
  readonly kinds: readonly NodeKind[]
  readonly events: readonly EventLineage[]
  /** Id of the node that a reference such as flights@3 stands for; undefined when it is none of this module's. */
  resolve?(door: Door, ref: string): Promise<string | undefined>
  readonly leaves?: LeafKind<Door>
}
