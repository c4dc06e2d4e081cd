import { IconArrowFork, IconGitBranch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client } from '../ground/client.ts'
import type { Run } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { formatDuration } from '../kit/format.ts'
import { KeyValues } from '../kit/key-values.tsx'
import { LinkButton } from '../kit/link-button.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { useNow } from '../kit/now.ts'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { UrlTabs } from '../kit/url-tabs.tsx'
import { lineageOf } from '../lineage/paths.ts'
import { TracesTable } from '../traces/index.ts'
import { RunArtifacts } from './artifacts/run-artifacts.tsx'
import { isSystem } from './charts/metric-groups.ts'
import { RunMedia } from './media/run-media.tsx'
import { experimentPath, experimentsPath, runPath } from './paths.ts'
import { trackingQueries } from './queries.ts'
import { RunLinks } from './run-links.tsx'
import { RunMetrics } from './run-metrics.tsx'
import { RunParams } from './run-params.tsx'

export function Page() {
  const query = useQuery(trackingQueries.run(useParam('run')))
  return (
    <Loaded query={query} what="this run" skeleton={<PageSkeleton />}>
      {(run) => <RunView run={run} />}
    </Loaded>
  )
}

function RunView({ run }: { readonly run: Run }) {
  const experiment = useQuery(trackingQueries.experiment(run.experimentId))
  const navigate = useNavigate()
  const system = run.metrics.filter(isSystem).length
  return (
    <PageFrame
      title={run.name}
      crumbs={[
        { label: 'Experiments', to: experimentsPath() },
        {
          label: experiment.data?.name ?? 'experiment',
          to: experimentPath(experiment.data?.name ?? run.experimentId),
        },
      ]}
      badges={
        <>
          <StatusBadge status={run.status} />
          <EntityId id={run.id} to={null} />
        </>
      }
      actions={
        <>
          <ActButton
            label="Fork"
            icon={<IconArrowFork size={14} />}
            question="A new run begins where this one is: with its parameters, metrics, inputs and files."
            act={() => client.runs.fork({ runId: run.id })}
            done="The fork is there."
            onDone={(fork) => void navigate({ href: runPath(fork.id) })}
          />
          <LinkButton to={lineageOf(run.id)} icon={<IconGitBranch size={14} />}>
            Lineage
          </LinkButton>
        </>
      }
    >
      <Panel>
        <Facts run={run} />
      </Panel>
      <UrlTabs
        label="About this run"
        tabs={[
          {
            id: 'metrics',
            label: 'Metrics',
            count: run.metrics.length - system,
            content: () => <RunMetrics run={run} />,
          },
          ...(system === 0
            ? []
            : [{ id: 'system', label: 'System', count: system, content: () => <RunMetrics run={run} isOfSystem /> }]),
          { id: 'params', label: 'Params and tags', content: () => <RunParams run={run} /> },
          { id: 'artifacts', label: 'Artifacts', content: () => <RunArtifacts runId={run.id} /> },
          { id: 'media', label: 'Media', content: () => <RunMedia runs={[run]} /> },
          { id: 'traces', label: 'Traces', content: () => <TracesTable run={run.id} /> },
          { id: 'links', label: 'Inputs and outputs', content: () => <RunLinks runId={run.id} /> },
        ]}
      />
    </PageFrame>
  )
}

function Facts({ run }: { readonly run: Run }) {
  const now = useNow()
  const { source } = run
  return (
    <KeyValues
      isWide
      items={[
        { label: 'Started', value: <RelativeTime at={run.startedAt} /> },
        { label: 'Duration', value: formatDuration((run.endedAt ?? now) - run.startedAt) },
        { label: 'By', value: run.createdBy },
        { label: 'Source', value: source.name },
        {
          label: 'Commit',
          value:
            source.commit === undefined
              ? undefined
              : `${source.commit.slice(0, 12)}${source.dirty ? ' with changes' : ''}`,
        },
        {
          label: 'Pipeline step',
          value:
            run.stepRunId === undefined ? undefined : <EntityId id={run.stepRunId} to={lineageOf(run.stepRunId)} />,
        },
        {
          label: 'Parent run',
          value:
            run.parentRunId === undefined ? undefined : <EntityId id={run.parentRunId} to={runPath(run.parentRunId)} />,
        },
      ]}
    />
  )
}
