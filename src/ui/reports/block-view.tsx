import { useQuery } from '@tanstack/react-query'
import type { Run } from '../ground/wire.ts'
import { BarChart } from '../kit/charts/bar-chart.tsx'
import { ParallelChart } from '../kit/charts/parallel-chart.tsx'
import { ScatterChart } from '../kit/charts/scatter-chart.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { DataTable } from '../kit/table/data-table.tsx'
import { MarkdownView } from '../kit/text/markdown-view.tsx'
import {
  axesOf,
  CurveOverlay,
  fieldColumn,
  fieldsOf,
  fieldValue,
  linesOf,
  nameColumn,
  statusColumn,
} from '../tracking/index.ts'
import { runPath } from '../tracking/paths.ts'
import type { Block, RunsBlock } from './blocks.ts'
import { reportQueries } from './queries.ts'

/** One block of a report, drawn with the runs as they are now. */
export function BlockView({ block, id }: { readonly block: Block; readonly id: string }) {
  if (block.kind === 'text') return <MarkdownView text={block.text} />
  return <RunsBlockView block={block} id={id} />
}

function RunsBlockView({ block, id }: { readonly block: RunsBlock; readonly id: string }) {
  const query = useQuery(reportQueries.runs(block))
  return (
    <Panel
      title={titleOf(block)}
      note={[block.experiment, block.filter, block.orderBy].filter(Boolean).join(' · ')}
      isFlush={block.kind === 'table'}
    >
      <Loaded query={query} what="the runs">
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No run matches now" isCompact />
          ) : (
            <Drawn block={block} runs={items} id={id} />
          )
        }
      </Loaded>
    </Panel>
  )
}

const nameOf = (field: string) => field.slice(field.indexOf('.') + 1)

function titleOf(block: RunsBlock): string {
  if (block.kind === 'table') return 'Runs'
  if (block.kind === 'scatter') return `${nameOf(block.y)} by ${nameOf(block.x)}`
  return block.kind === 'parallel' ? 'Runs by parameters and metrics' : block.metric || 'No metric is chosen'
}

interface DrawnProps {
  readonly block: RunsBlock
  readonly runs: readonly Run[]
  /** Tells the tables of one page apart in its address. */
  readonly id: string
}

const plainLook = { xKind: 'step', smoothing: 0, isLogX: false, isLogY: false } as const

function Drawn({ block, runs, id }: DrawnProps) {
  const label = titleOf(block)
  if (block.kind === 'table') {
    return (
      <DataTable
        name="runs"
        rows={runs}
        columns={[nameColumn, statusColumn, ...block.columns.map(fieldColumn)]}
        rowKey={(row) => row.id}
        rowTo={(row) => runPath(row.id)}
        urlPrefix={`block${id}.`}
        hasToolbar={false}
        height={420}
      />
    )
  }
  if (block.kind === 'curves') return <CurveOverlay runs={runs} metric={block.metric} look={plainLook} />
  if (block.kind === 'bars') {
    const bars = runs.map((run) => ({ name: run.name, value: fieldValue(run, `metrics.${block.metric}`) }))
    return (
      <BarChart
        label={`${label} of each run`}
        categories={bars.map(({ name }) => name)}
        series={[{ label, values: bars.map(({ value }) => (typeof value === 'number' ? value : 0)) }]}
        height={300}
      />
    )
  }
  if (block.kind === 'scatter') return <Scatter block={block} runs={runs} label={label} />
  const fields = fieldsOf(runs).filter((field) => block.axes.length === 0 || block.axes.includes(field.id))
  const shown = block.axes.length === 0 ? fields.slice(0, 8) : fields
  return <ParallelChart label={label} axes={axesOf(runs, shown)} lines={linesOf(runs, shown)} />
}

interface ScatterProps {
  readonly block: Extract<RunsBlock, { kind: 'scatter' }>
  readonly runs: readonly Run[]
  readonly label: string
}

function Scatter({ block, runs, label }: ScatterProps) {
  const points = runs.flatMap((run, color) => {
    const [x, y] = [fieldValue(run, block.x), fieldValue(run, block.y)]
    return typeof x === 'number' && typeof y === 'number' ? [{ label: run.name, color, x, y }] : []
  })
  if (points.length === 0) return <EmptyState title="No run has both" isCompact />
  return <ScatterChart label={label} xLabel={nameOf(block.x)} yLabel={nameOf(block.y)} points={points} />
}
