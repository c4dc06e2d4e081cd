import { IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { client } from '../ground/client.ts'
import type { PipelineRunDetail } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { formatDuration } from '../kit/format.ts'
import { GraphView } from '../kit/graph/graph-view.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { idPath } from '../kit/path.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { Timeline } from '../kit/timeline.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { runGraph } from './definition-graph.ts'
import { pipelinePath, pipelineRunPath, pipelinesPath } from './paths.ts'
import { pipelineQueries } from './queries.ts'
import { StepPanel } from './step-panel.tsx'

export function Page() {
  const query = useQuery(pipelineQueries.run(useParam('run')))
  return (
    <Loaded query={query} what="this pipeline run" skeleton={<PageSkeleton />}>
      {(run) => <RunView run={run} />}
    </Loaded>
  )
}

function RunView({ run }: { readonly run: PipelineRunDetail }) {
  const graph = useMemo(() => runGraph(run.steps), [run.steps])
  const [chosen, setChosen] = useUrlState('step', interestingStep(run))
  const step = run.steps.find(({ name }) => name === chosen)
  return (
    <PageFrame
      title={run.pipeline}
      crumbs={[
        { label: 'Pipelines', to: pipelinesPath() },
        { label: run.pipeline, to: pipelinePath(run.pipeline) },
      ]}
      badges={
        <>
          <StatusBadge status={run.state} />
          <EntityId id={run.id} to={null} />
        </>
      }
      lead={<Story run={run} />}
      actions={<Actions run={run} />}
    >
      <Panel title="Steps" isFlush>
        <GraphView
          graph={graph}
          label={`Steps of this run of ${run.pipeline}`}
          height={230}
          chosen={chosen}
          onChoose={setChosen}
        />
      </Panel>
      <Panel title="Time" isFlush>
        <Timeline
          label="Steps over time"
          chosen={chosen}
          onChoose={setChosen}
          bars={run.steps.map(({ name, state, startedAt, endedAt }) => ({
            id: name,
            label: name,
            status: state,
            startedAt,
            endedAt,
          }))}
        />
      </Panel>
      {step === undefined ? null : <StepPanel key={step.id} pipelineRunId={run.id} step={step} />}
    </PageFrame>
  )
}

/** The step a reader came for: the one that failed, else the one that runs, else the last. */
function interestingStep({ steps }: PipelineRunDetail): string {
  const found =
    steps.find(({ state }) => state === 'failed') ?? steps.find(({ state }) => state === 'running') ?? steps.at(-1)
  return found?.name ?? ''
}

function Story({ run }: { readonly run: PipelineRunDetail }) {
  const { trigger } = run
  return (
    <>
      Started <RelativeTime at={run.createdAt} /> by{' '}
      {trigger.id === undefined ? trigger.kind : <RouteLink to={idPath(trigger.id)}>{trigger.kind}</RouteLink>}
      {run.endedAt === undefined ? '' : `, took ${formatDuration(run.endedAt - run.createdAt)}`}
      {run.error === undefined ? '' : `. ${run.error}`}
    </>
  )
}

function Actions({ run }: { readonly run: PipelineRunDetail }) {
  const navigate = useNavigate()
  if (run.state === 'running') {
    return (
      <ActButton
        label="Cancel"
        icon={<IconPlayerStop size={14} />}
        isDangerous
        question="What runs is ended with all its processes; what waits never starts. A canceled run can be retried later."
        act={() => client.pipelines.runs.cancel({ id: run.id })}
        done="The run is being canceled."
      />
    )
  }
  if (run.state !== 'failed' && run.state !== 'canceled') return null
  return (
    <ActButton
      label="Retry from where it failed"
      icon={<IconRefresh size={14} />}
      act={() => client.pipelines.runs.retry({ id: run.id })}
      done="A new run has started."
      onDone={(next) => void navigate({ to: pipelineRunPath(next.id) })}
    />
  )
}
