import { type Event, type EventDefinition, type Subscription, subscribe } from '../../kernel/event.ts'
import { decisionMade } from '../automation/index.ts'
import { versionCreated as datasetVersionCreated } from '../datasets/index.ts'
import { alertRaised } from '../monitoring/index.ts'
import {
  runFinished as pipelineRunFinished,
  runStarted as pipelineRunStarted,
  stepFinished,
} from '../pipelines/index.ts'
import { versionCreated as modelVersionCreated } from '../registry/index.ts'
import { datasetMade, deploymentChanged, modelConverted } from '../serving/index.ts'
import { inputRecorded, runCreated } from '../tracking/index.ts'
import { gateDecided } from '../validation/index.ts'
import { ChangeBuilder, fileId, type GraphChange, sourceId } from './graph-change.ts'
import type { Lineage } from './service.ts'

// A version of 20 000 images must not become 20 000 nodes: beyond this the version itself stands for its files.
const filesPerVersion = 100

/** One subscription per kind of event: each turns the event into nodes and edges, which are stored idempotently. */
export function subscriptions(lineage: Lineage): Subscription[] {
  const record = <Payload>(
    definition: EventDefinition<Payload>,
    describe: (change: ChangeBuilder, payload: Payload, event: Event<Payload>) => GraphChange,
  ) =>
    subscribe(`lineage.${definition.type}`, definition, (event) =>
      lineage.record(describe(new ChangeBuilder(event.at), event.payload, event)),
    )
  return [...dataSubscriptions(record), ...workSubscriptions(record), ...decisionSubscriptions(record)]
}

type Record_ = <Payload>(
  definition: EventDefinition<Payload>,
  describe: (change: ChangeBuilder, payload: Payload, event: Event<Payload>) => GraphChange,
) => Subscription

function dataSubscriptions(record: Record_): Subscription[] {
  return [
    record(datasetVersionCreated, (change, version) => {
      const { versionId, dataset, digest, fileCount } = version
      change.node('datasetVersion', versionId, `${dataset}@${version.version}`, { digest, fileCount })
      for (const parent of version.parents) change.edge(parent, 'derived', versionId)
      change.edge(version.stepRunId, 'made', versionId)
      if (fileCount <= filesPerVersion) {
        for (const file of version.files) {
          change
            .node('file', fileId(file.digest), file.path, { digest: file.digest })
            .edge(fileId(file.digest), 'holds', versionId)
        }
      }
      return change
    }),
    record(modelVersionCreated, (change, version) => {
      const { modelVersionId, model, digest } = version
      for (const componentId of version.componentIds ?? []) change.edge(componentId, 'composed', modelVersionId)
      return change
        .node('modelVersion', modelVersionId, `${model}/${version.version}`, { digest })
        .edge(version.runId, 'made', modelVersionId)
        .edge(version.stepRunId, 'made', modelVersionId)
    }),
  ]
}

function workSubscriptions(record: Record_): Subscription[] {
  return [
    record(runCreated, (change, run) =>
      change
        .node('run', run.runId, run.runId, { experimentId: run.experimentId })
        .edge(run.stepRunId, 'logged', run.runId),
    ),
    record(inputRecorded, (change, input) => change.edge(input.datasetVersionId, 'read', input.runId)),
    record(pipelineRunStarted, (change, run) =>
      change
        .node('pipelineRun', run.pipelineRunId, run.pipeline, { trigger: run.trigger.kind })
        .edge(run.trigger.id, 'started', run.pipelineRunId),
    ),
    record(pipelineRunFinished, (change, run) =>
      change.node('pipelineRun', run.pipelineRunId, run.pipeline, { trigger: run.trigger.kind, state: run.state }),
    ),
    record(stepFinished, (change, step) => {
      const { stepRunId, sourceDigest, commit, cachedFrom } = step
      change.node('stepRun', stepRunId, step.step, { pipeline: step.pipeline, state: step.state, cachedFrom })
      change.edge(step.pipelineRunId, 'started', stepRunId).edge(cachedFrom, 'reused', stepRunId)
      for (const input of [...step.inputs, ...step.upstreamStepRunIds]) change.edge(input, 'read', stepRunId)
      for (const output of step.outputs) change.edge(stepRunId, cachedFrom === undefined ? 'made' : 'reused', output)
      if (step.runId !== undefined) change.edge(stepRunId, 'logged', step.runId)
      if (sourceDigest !== undefined) {
        const label = commit === undefined ? `code ${sourceDigest.slice(0, 12)}` : `commit ${commit.slice(0, 12)}`
        change
          .node('source', sourceId(sourceDigest), label, { digest: sourceDigest, commit })
          .edge(sourceId(sourceDigest), 'ran', stepRunId)
      }
      return change
    }),
  ]
}

function decisionSubscriptions(record: Record_): Subscription[] {
  return [
    record(gateDecided, (change, verdict) =>
      change
        .node('verdict', verdict.verdictId, `${verdict.gate}: ${verdict.passed ? 'passed' : 'refused'}`, {
          summary: verdict.summary,
        })
        .edge(verdict.modelVersionId, 'judged', verdict.verdictId),
    ),
    record(datasetMade, (change, { datasetVersionId, deploymentId, modelVersionIds }) => {
      change.edge(deploymentId, 'made', datasetVersionId)
      for (const modelVersionId of modelVersionIds) change.edge(modelVersionId, 'made', datasetVersionId)
      return change
    }),
    record(modelConverted, (change, { conversionId, modelVersionId, datasetVersionId, state, summary }) =>
      change
        .node('verdict', conversionId, `ONNX: ${state}`, { summary })
        .edge(modelVersionId, 'judged', conversionId)
        .edge(datasetVersionId, 'read', conversionId),
    ),
    record(deploymentChanged, (change, deployment) => {
      change.node('deployment', deployment.deploymentId, deployment.deployment, { model: deployment.model })
      for (const variant of deployment.variants) change.edge(variant.modelVersionId, 'served', deployment.deploymentId)
      return change
    }),
    record(alertRaised, (change, alert) =>
      change
        .node('alert', alert.alertId, alert.monitor, { summary: alert.summary })
        .edge(alert.modelVersionId ?? alert.runId, 'raised', alert.alertId),
    ),
    record(decisionMade, (change, decision) => {
      const { decisionId, alertId, pipelineRunId, kind } = decision
      change.node('decision', decisionId, `${decision.policy}: ${decision.state}`, { summary: decision.summary })
      change.edge(alertId, 'led', decisionId)
      // A retraining decision starts the pipeline run; a delivery decision only judges what a run made.
      if (kind === 'retrain' && pipelineRunId !== undefined) change.edge(decisionId, 'started', pipelineRunId)
      if (kind === 'deliver') change.edge(decision.modelVersionId, 'led', decisionId)
      return change
    }),
  ]
}
