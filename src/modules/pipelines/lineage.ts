import { type LineageDeclaration, type NodeKind, tellsLineage } from '../../kernel/lineage.ts'
import { runFinished, runStarted, stepFinished } from './events.ts'

const sourceNode: NodeKind = { kind: 'source', title: 'code' }
const pipelineRunNode: NodeKind = { kind: 'pipelineRun', title: 'pipeline run' }
const stepRunNode: NodeKind = { kind: 'stepRun', title: 'step' }

export const pipelineLineage: LineageDeclaration<unknown> = {
  kinds: [sourceNode, pipelineRunNode, stepRunNode],
  events: [
    tellsLineage(runStarted, (graph, { pipelineRunId, pipeline, trigger }) =>
      graph
        .node(pipelineRunNode, pipelineRunId, pipeline, { trigger: trigger.kind })
        .edge(trigger.id, 'started', pipelineRunId),
    ),
    tellsLineage(runFinished, (graph, { pipelineRunId, pipeline, trigger, state }) =>
      graph.node(pipelineRunNode, pipelineRunId, pipeline, { trigger: trigger.kind, state }),
    ),
    tellsLineage(stepFinished, (graph, step) => {
      const { stepRunId, sourceDigest, commit, cachedFrom } = step
      graph.node(stepRunNode, stepRunId, step.step, { pipeline: step.pipeline, state: step.state, cachedFrom })
      graph.edge(step.pipelineRunId, 'started', stepRunId).edge(cachedFrom, 'reused', stepRunId)
      for (const input of [...step.inputs, ...step.upstreamStepRunIds]) graph.edge(input, 'read', stepRunId)
      for (const output of step.outputs) graph.edge(stepRunId, cachedFrom === undefined ? 'made' : 'reused', output)
      if (step.runId !== undefined) graph.edge(stepRunId, 'logged', step.runId)
      if (sourceDigest === undefined) return
      // Known by its content, kept apart from files.
      const id = `source:${sourceDigest}`
      const label = commit === undefined ? `code ${sourceDigest.slice(0, 12)}` : `commit ${commit.slice(0, 12)}`
      graph.node(sourceNode, id, label, { digest: sourceDigest, commit }).edge(id, 'ran', stepRunId)
    }),
  ],
}
