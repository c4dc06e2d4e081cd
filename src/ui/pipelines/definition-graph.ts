import type { PipelineVersion, StepRun } from '../ground/wire.ts'
import { formatDuration } from '../kit/format.ts'
import type { Graph, GraphEdge, GraphNode } from '../kit/graph/graph.ts'
import { toneOf } from '../kit/status-badge.tsx'

type Definition = PipelineVersion['definition']
type Step = Definition['steps'][number]

/** A pipeline as written: its steps, and the data and models that enter and leave it. */
export function definitionGraph(definition: Definition): Graph {
  const steps = definition.steps.map(
    (step): GraphNode => ({ id: step.name, label: step.name, kind: 'step', detail: commandOf(step) }),
  )
  const things = new Map<string, GraphNode>()
  const edges: GraphEdge[] = []
  for (const step of definition.steps) {
    for (const [name, ref] of Object.entries(step.inputs)) addInput(step, name, ref)
    for (const [name, ref] of Object.entries(step.outputs)) addOutput(step, name, ref)
    for (const before of step.after) edges.push({ from: before, to: step.name, label: 'after' })
  }
  return { nodes: [...things.values(), ...steps], edges: unique(edges) }

  function addInput(step: Step, name: string, ref: string): void {
    const plain = ref.replace(/\?$/, '')
    if (plain.startsWith('step/')) edges.push({ from: plain.slice(5).split('.')[0] ?? '', to: step.name, label: name })
    else edges.push({ from: `in ${thing('in', plain)}`, to: step.name, label: name })
  }

  function addOutput(step: Step, name: string, ref: string): void {
    if (ref !== 'files') edges.push({ from: step.name, to: `out ${thing('out', ref)}`, label: name })
  }

  /** Inputs and outputs are drawn apart, or a pipeline that reads the champion it replaces would be a circle. */
  function thing(side: 'in' | 'out', ref: string): string {
    const [kind = 'data', ...rest] = ref.split('/')
    things.set(`${side} ${ref}`, { id: `${side} ${ref}`, kind, label: rest.join('/') })
    return ref
  }
}

/** The steps of a run with their states. */
export function runGraph(steps: readonly StepRun[]): Graph {
  return {
    nodes: steps.map((step) => ({
      id: step.name,
      label: step.name,
      kind: step.cache?.isHit === true ? 'cached' : step.state,
      tone: toneOf(step.state),
      detail: detailOf(step),
    })),
    edges: steps.flatMap((step) => step.dependsOn.map((before) => ({ from: before, to: step.name }))),
  }
}

function detailOf(step: StepRun): string {
  if (step.cache?.isHit === true) return 'result reused'
  if (step.startedAt === undefined) return 'not started'
  const duration = step.endedAt === undefined ? 'running' : formatDuration(step.endedAt - step.startedAt)
  return step.attempt > 1 ? `${duration}, attempt ${step.attempt}` : duration
}

function commandOf({ run }: Step): string {
  return typeof run === 'string' ? run : run.join(' ')
}

function unique(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  return [...new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()]
}
