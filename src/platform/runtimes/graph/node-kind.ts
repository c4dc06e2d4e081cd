import type { z } from 'zod'
import type { GraphRuntime, GraphRuntimeNode, ModelSource } from '../../inference/index.ts'
import type { OpenSession, SessionEnv } from '../session.ts'
import type { RunNode } from './run.ts'

/** A kind of graph node: what stands behind its name in graph.yaml, and how nodes of it are opened. */
export interface NodeKind<Runs> {
  /** The reference that names what a node runs. */
  readonly reference: z.ZodType<string>
  /** Called once for each graph that has nodes of this kind, before any node is opened; what they share is made here. */
  begin(graph: GraphToOpen<Runs>): Promise<OpenedKind<Runs>>
}

export interface GraphToOpen<Runs> {
  readonly source: ModelSource
  readonly runtime: GraphRuntime
  /** What the nodes of the kind run. */
  readonly nodes: readonly Runs[]
  readonly env: GraphEnv
}

export interface GraphEnv extends SessionEnv {
  readonly open: OpenSession
}

export interface OpenedKind<Runs> {
  /** Throws with the reason; no other node is opened then. */
  open(node: Omit<GraphRuntimeNode, 'runs'> & { readonly runs: Runs }, env: GraphEnv): Promise<NodePart>
  /** Runs that may be under way at once in processes that the nodes share. */
  readonly lanes: number
  stop(): Promise<void>
}

/** A node that is open. */
export interface NodePart extends RunNode {
  readonly isBatchable: boolean
  /** As in ModelSession. */
  readonly mayMixRows?: boolean | undefined
  readonly release: () => Promise<void>
  readonly trouble?: (() => string | undefined) | undefined
  /** Runs under way at once in processes of its own; 0 when it runs in this one, or in those that its kind shares. */
  readonly ownLanes: number
}
