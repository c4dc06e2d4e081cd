import { SimpleGrid } from '@mantine/core'
import type { StepRun } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatBytes, formatCountOf, formatDuration } from '../kit/format.ts'
import { KeyValues } from '../kit/key-values.tsx'
import { Panel } from '../kit/panel.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { lineageOf } from '../lineage/paths.ts'
import { runPath } from '../tracking/paths.ts'
import { StepLog } from './step-log.tsx'

/** One step of a run: what it read and made, why it ran or did not have to, its attempts and its log. */
export function StepPanel({ pipelineRunId, step }: { readonly pipelineRunId: string; readonly step: StepRun }) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <Panel title={step.name} note={<StatusBadge status={step.state} />}>
          <KeyValues
            items={[
              {
                label: 'Tracking run',
                value: step.runId === undefined ? undefined : <EntityId id={step.runId} to={runPath(step.runId)} />,
              },
              {
                label: 'Cache',
                value:
                  step.cache === undefined
                    ? undefined
                    : `${step.cache.isHit ? 'reused' : 'had to run'}: ${step.cache.reason}`,
              },
              { label: 'Problem', value: step.error },
              { label: 'Step run', value: <EntityId id={step.id} to={lineageOf(step.id)} /> },
              ...step.attempts.map((attempt) => ({ label: `Attempt ${attempt.attempt}`, value: attemptText(attempt) })),
            ]}
          />
        </Panel>
        <Panel title="Read and made">
          <KeyValues
            items={[
              ...step.inputs.map((input) => ({
                label: `reads ${input.name}`,
                value: input.isMissing ? (
                  `${input.ref} (did not exist)`
                ) : (
                  <Thing label={input.label ?? input.ref} id={input.versionId} />
                ),
              })),
              ...step.outputs.map((output) => ({
                label: `makes ${output.name}`,
                value: (
                  <Thing label={output.label ?? formatCountOf(output.files.length, 'files')} id={output.versionId} />
                ),
              })),
            ]}
          />
        </Panel>
      </SimpleGrid>
      <Panel title="Log" isFlush>
        <StepLog
          pipelineRunId={pipelineRunId}
          step={step.name}
          attempt={step.attempt}
          isLive={step.state === 'running'}
        />
      </Panel>
    </>
  )
}

function Thing({ label, id }: { readonly label: string; readonly id: string | undefined }) {
  return (
    <>
      {label} {id === undefined ? null : <EntityId id={id} isPlain />}
    </>
  )
}

function attemptText(attempt: StepRun['attempts'][number]): string {
  return [
    attempt.state,
    attempt.endedAt === undefined ? undefined : `after ${formatDuration(attempt.endedAt - attempt.startedAt)}`,
    attempt.exitCode === undefined ? undefined : `exit code ${attempt.exitCode}`,
    attempt.signal,
    attempt.peakMemoryBytes === undefined ? undefined : `at most ${formatBytes(attempt.peakMemoryBytes)} of memory`,
    attempt.error,
  ]
    .filter(Boolean)
    .join(', ')
}
