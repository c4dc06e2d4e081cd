import { Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Replay, ReplayReport } from '../ground/wire.ts'
import { CompareTable } from '../kit/compare-table.tsx'
import { formatCount, formatDuration, formatNumber, formatPercent } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { StatTile } from '../kit/stat-tile.tsx'
import classes from './comparison.module.css'
import { DifferenceTable } from './difference-table.tsx'
import { DifferenceTiles } from './difference-tiles.tsx'
import { servingQueries } from './queries.ts'

const shownSlices = 8

/** What a replay found: agreement, quality beside what was served, the worst parts, the farthest rows. */
export function ReplayReportView({ replay, report }: { readonly replay: Replay; readonly report: ReplayReport }) {
  const differences = useQuery(servingQueries.replayDifferences(replay.id))
  const { champion } = report
  return (
    <>
      <DifferenceTiles
        summary={report.summary}
        more={
          champion === undefined ? null : (
            <StatTile
              label={`Version ${champion.version}, live`}
              value={formatDuration(champion.p50Us / 1000)}
              note={`median for a row; p99 ${formatDuration(champion.p99Us / 1000)}`}
            />
          )
        }
      />
      <div className={classes.wide}>
        <CompareTable
          left="Served"
          right="Candidate"
          rows={qualityRows(report)}
          empty="No row has a label, so quality cannot be told."
        />
      </div>
      {report.labelCount === 0 ? null : (
        <p className={classes.foot}>Quality on the {formatCount(report.labelCount)} rows with a label.</p>
      )}
      <Slices report={report} />
      <Loaded query={differences} what="the differences">
        {({ items }) => <DifferenceTable differences={items} />}
      </Loaded>
    </>
  )
}

function qualityRows({ served, candidate }: ReplayReport) {
  return (['accuracy', 'logLoss', 'auc'] as const).flatMap((metric) => {
    const [left, right] = [served[metric], candidate[metric]]
    if (left === undefined && right === undefined) return []
    const text = (value: number | undefined) => (value === undefined ? undefined : formatNumber(value))
    const change = left === undefined || right === undefined ? undefined : right - left
    return [{ label: metric, left: text(left), right: text(right), change }]
  })
}

function Slices({ report }: { readonly report: ReplayReport }) {
  if (report.slices.length === 0) return null
  const share = (value: number | undefined) => (value === undefined ? '–' : formatPercent(value))
  return (
    <div className={classes.wide}>
      <Table verticalSpacing={3} fz={13} miw={560}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Worst parts of the traffic</Table.Th>
            <Table.Th ta="right">Rows</Table.Th>
            <Table.Th ta="right">Agreement</Table.Th>
            <Table.Th ta="right">Served right</Table.Th>
            <Table.Th ta="right">Candidate right</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.slices.slice(0, shownSlices).map((slice) => (
            <Table.Tr key={`${slice.feature} ${slice.values}`}>
              <Table.Td>
                {slice.feature} {slice.values}
              </Table.Td>
              <Table.Td ta="right">{formatCount(slice.count)}</Table.Td>
              <Table.Td ta="right">{formatPercent(slice.agreement)}</Table.Td>
              <Table.Td ta="right">{share(slice.servedAccuracy)}</Table.Td>
              <Table.Td ta="right">{share(slice.candidateAccuracy)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
