import { useQuery } from '@tanstack/react-query'
import type { Impact, LineageGraph } from '../ground/wire.ts'
import { formatCountOf } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { DataTable } from '../kit/table/data-table.tsx'
import { DrawnGraph } from './drawn-graph.tsx'
import { nodeColumns } from './node-columns.tsx'
import { lineageOf } from './paths.ts'
import { PredictionList } from './prediction-list.tsx'
import { lineageQueries } from './queries.ts'

export function Around({ id, depth }: { readonly id: string; readonly depth: number }) {
  const query = useQuery(lineageQueries.graph(id, depth))
  return (
    <Loaded query={query} what={id}>
      {(graph) => <GraphAndList graph={graph} label={`What stands around ${id}`} />}
    </Loaded>
  )
}

export function Back({ id }: { readonly id: string }) {
  const query = useQuery(lineageQueries.trace(id))
  return (
    <Loaded query={query} what={id}>
      {(graph) => <GraphAndList graph={graph} label={`Where ${id} comes from`} />}
    </Loaded>
  )
}

export function Forward({ id }: { readonly id: string }) {
  const query = useQuery(lineageQueries.impact(id))
  return (
    <Loaded query={query} what={id}>
      {(impact: Impact) => (
        <>
          <GraphAndList graph={impact} label={`What ${id} touched`} />
          <PredictionList impact={impact} />
        </>
      )}
    </Loaded>
  )
}

function GraphAndList({ graph, label }: { readonly graph: LineageGraph; readonly label: string }) {
  const counts = `${formatCountOf(graph.nodes.length, 'things')}, ${formatCountOf(graph.edges.length, 'links')}`
  return (
    <>
      <DrawnGraph
        graph={graph}
        title={label}
        note={graph.isCut ? `${counts}; more lies beyond` : counts}
        height={460}
      />
      <Panel isFlush>
        <DataTable
          name="things"
          rows={graph.nodes}
          columns={nodeColumns}
          rowKey={(row) => row.id}
          rowTo={(row) => lineageOf(row.id)}
          defaultSort="at"
          height={360}
          isMain
        />
      </Panel>
    </>
  )
}
