import { Table } from '@mantine/core'
import type { Difference } from '../ground/wire.ts'
import { formatNumber } from '../kit/format.ts'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import classes from './comparison.module.css'
import { predictionPath } from './paths.ts'

/** The rows on which a candidate fails, disagrees or is farthest apart, each a link to what the client was told. */
export function DifferenceTable({ differences }: { readonly differences: readonly Difference[] }) {
  if (differences.length === 0) return <p className={classes.said}>No row was compared yet.</p>
  return (
    <div className={classes.wide}>
      <Table verticalSpacing={4} fz={13} miw={760}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Prediction</Table.Th>
            <Table.Th>Verdict</Table.Th>
            <Table.Th ta="right">Apart</Table.Th>
            <Table.Th>Served</Table.Th>
            <Table.Th>Candidate</Table.Th>
            <Table.Th>Label</Table.Th>
            <Table.Th>Inputs</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {differences.map((row) => (
            <Table.Tr key={row.predictionId}>
              <Table.Td>
                <RouteLink to={predictionPath(row.predictionId)}>{shortId(row.predictionId)}</RouteLink>
              </Table.Td>
              <Table.Td>
                <Verdict row={row} />
              </Table.Td>
              <Table.Td ta="right">{row.difference === undefined ? '–' : formatNumber(row.difference)}</Table.Td>
              <Table.Td className={classes.values}>{valuesText(row.outputs)}</Table.Td>
              <Table.Td className={classes.values}>{row.problem ?? valuesText(row.candidateOutputs ?? {})}</Table.Td>
              <Table.Td>{row.label === undefined ? '–' : valueText(row.label)}</Table.Td>
              <Table.Td className={classes.values}>{valuesText(row.inputs)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Verdict({ row }: { readonly row: Difference }) {
  if (row.isAgreed === undefined) return <StatusBadge status="failed" />
  return row.isAgreed ? <StatusBadge status="same" tone="ok" /> : <StatusBadge status="differs" tone="warn" />
}

/** The end of an id is what tells two of the same hour apart. */
function shortId(id: string): string {
  return id.length <= 16 ? id : `…${id.slice(-12)}`
}

function valuesText(values: Difference['inputs']): string {
  return Object.entries(values)
    .slice(0, 8)
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(', ')
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value)
  if (Array.isArray(value)) return `[${value.slice(0, 4).map(valueText).join(', ')}${value.length > 4 ? ', …' : ''}]`
  return typeof value === 'string' ? value : JSON.stringify(value)
}
