import { useQuery } from '@tanstack/react-query'
import { datasetPath } from '../datasets/paths.ts'
import { client } from '../ground/client.ts'
import type { ServingBatch } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { formatCount, formatPercent } from '../kit/format.ts'
import { ListPage } from '../kit/list-page.tsx'
import { idPath } from '../kit/path.ts'
import { RouteLink } from '../kit/route-link.tsx'
import { stateColumn, timeColumn } from '../kit/table/columns.tsx'
import type { TableColumn } from '../kit/table/table-column.ts'
import { modelVersionPath } from '../registry/paths.ts'
import { BatchFormButton } from './batch-form.tsx'
import classes from './comparison.module.css'
import { servingQueries } from './queries.ts'

const columns: readonly TableColumn<ServingBatch>[] = [
  {
    id: 'version',
    label: 'Version',
    value: (row) => `${row.model}/${row.version}`,
    cell: (row) => (
      <RouteLink to={modelVersionPath(row.model, row.version)}>
        {row.model}/{row.version}
      </RouteLink>
    ),
    width: 160,
    isPinned: true,
  },
  stateColumn(),
  {
    id: 'input',
    label: 'Rows of',
    value: (row) => row.inputVersionId,
    cell: (row) => <EntityId id={row.inputVersionId} />,
    width: 140,
  },
  {
    id: 'done',
    label: 'Done',
    value: (row) => row.doneCount / Math.max(1, row.rowCount),
    cell: (row) => <Progress batch={row} />,
    width: 190,
    grow: 2,
  },
  { id: 'failed', label: 'Refused', value: (row) => row.failedCount, width: 90, grow: 0, isNumber: true },
  {
    id: 'output',
    label: 'Made',
    value: (row) => row.output,
    cell: (row) =>
      row.outputVersionId === undefined ? (
        <RouteLink to={datasetPath(row.output)}>{row.output}</RouteLink>
      ) : (
        <RouteLink to={idPath(row.outputVersionId)}>a version of {row.output}</RouteLink>
      ),
    width: 170,
  },
  { id: 'problem', label: 'Problem', value: (row) => row.problem, width: 200, isHidden: true },
  timeColumn('started', 'Started', (row) => row.startedAt),
  {
    id: 'act',
    label: 'Action',
    value: () => undefined,
    cell: (row) =>
      row.state === 'running' ? (
        <ActButton
          label="Cancel"
          question="Nothing is made of what it has done."
          act={() => client.batches.cancel({ id: row.id })}
          done="The batch has ended."
        />
      ) : null,
    width: 100,
    grow: 0,
  },
]

function Progress({ batch: { doneCount, rowCount, state, problem } }: { readonly batch: ServingBatch }) {
  const share = doneCount / Math.max(1, rowCount)
  if (problem !== undefined) return <span title={problem}>{problem}</span>
  if (state !== 'running') return <>{formatCount(doneCount)} rows</>
  return (
    <div>
      {formatCount(doneCount)} of {formatCount(rowCount)} rows, {formatPercent(share)}
      <div className={classes.bar}>
        <span style={{ width: `${100 * share}%` }} />
      </div>
    </div>
  )
}

/** Versions run over whole dataset versions; the answers are dataset versions too. */
export function Page() {
  return (
    <ListPage
      title="Batch predictions"
      name="batch runs"
      actions={<BatchFormButton />}
      query={useQuery(servingQueries.batches())}
      columns={columns}
      rowKey={(row) => row.id}
      empty={
        <EmptyState
          title="No batch yet"
          commands={['slipway batches start iris@champion flowers@latest flowers-predicted']}
        >
          A batch predicts every row of a dataset version. The rows with their answers become a dataset version, with
          the model and the input in its lineage; after a restart it goes on where it was.
        </EmptyState>
      }
    />
  )
}
