import { IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { client } from '../ground/client.ts'
import type { PipelineDetail } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { GraphView } from '../kit/graph/graph-view.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { DataTable } from '../kit/table/data-table.tsx'
import { JsonView } from '../kit/text/json-view.tsx'
import { UrlTabs } from '../kit/url-tabs.tsx'
import { definitionGraph } from './definition-graph.ts'
import { pipelineRunPath, pipelinesPath } from './paths.ts'
import { PipelineVersions } from './pipeline-versions.tsx'
import { pipelineQueries } from './queries.ts'
import { runColumns } from './run-columns.tsx'

export function Page() {
  const query = useQuery(pipelineQueries.one(useParam('pipeline')))
  return (
    <Loaded query={query} what="this pipeline" skeleton={<PageSkeleton />}>
      {(pipeline) => <PipelineView pipeline={pipeline} />}
    </Loaded>
  )
}

function PipelineView({ pipeline }: { readonly pipeline: PipelineDetail }) {
  const navigate = useNavigate()
  const { definition, commit } = pipeline.current
  const graph = useMemo(() => definitionGraph(definition), [definition])
  return (
    <PageFrame
      title={pipeline.name}
      crumbs={[{ label: 'Pipelines', to: pipelinesPath() }]}
      badges={`v${pipeline.version}${commit === undefined ? '' : ` at ${commit.slice(0, 10)}`}`}
      lead={pipeline.description}
      actions={
        <ActButton
          label="Run"
          isPrimary
          icon={<IconPlayerPlay size={14} />}
          act={() => client.pipelines.runs.start({ pipeline: pipeline.name })}
          done={`${pipeline.name} is running.`}
          onDone={(run) => void navigate({ to: pipelineRunPath(run.id) })}
        />
      }
    >
      <Panel title="Steps" note={`${definition.steps.length}, as version ${pipeline.version} declares them`} isFlush>
        <GraphView graph={graph} label={`Steps of ${pipeline.name}`} height={300} />
      </Panel>
      <UrlTabs
        label="About this pipeline"
        tabs={[
          { id: 'runs', label: 'Runs', content: () => <Runs pipeline={pipeline.name} /> },
          {
            id: 'definition',
            label: 'Definition',
            content: () => (
              <Panel isFlush>
                <JsonView value={definition} label={`Definition of ${pipeline.name}`} />
              </Panel>
            ),
          },
          {
            id: 'versions',
            label: 'Versions',
            count: pipeline.version,
            content: () => <PipelineVersions pipeline={pipeline.name} />,
          },
        ]}
      />
    </PageFrame>
  )
}

function Runs({ pipeline }: { readonly pipeline: string }) {
  const query = useQuery(pipelineQueries.runs(pipeline))
  return (
    <Loaded query={query} what="the runs">
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title="Never run" commands={[`slipway pipelines runs start ${pipeline}`]} isCompact>
            Start it here with the button above, from a terminal, or let a policy start it when the data drifts.
          </EmptyState>
        ) : (
          <Panel isFlush>
            <DataTable
              name="runs"
              rows={items}
              columns={runColumns}
              rowKey={(row) => row.id}
              rowTo={(row) => pipelineRunPath(row.id)}
              defaultSort="-created"
              height={480}
              isMain
            />
          </Panel>
        )
      }
    </Loaded>
  )
}
