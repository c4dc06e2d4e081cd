import { Table } from '@mantine/core'
import { formatNumber } from './format.ts'

export interface CompareRow {
  readonly label: string
  readonly left: string | undefined
  readonly right: string | undefined
  /** Right minus left, for numbers. */
  readonly change?: number | undefined
}

export interface CompareTableProps {
  readonly left: string
  readonly right: string
  readonly rows: readonly CompareRow[]
  readonly empty: string
}

/** Two sides by key; rows that differ stand out. */
export function CompareTable({ left, right, rows, empty }: CompareTableProps) {
  if (rows.length === 0) return <span style={{ color: 'var(--sl-ink-3)' }}>{empty}</span>
  const hasChange = rows.some(({ change }) => change !== undefined)
  return (
    <Table verticalSpacing={4} fz={13}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th ta="right">{left}</Table.Th>
          <Table.Th ta="right">{right}</Table.Th>
          {hasChange ? <Table.Th ta="right">Change</Table.Th> : null}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr
            key={row.label}
            fw={row.left === row.right ? undefined : 500}
            c={row.left === row.right ? 'dimmed' : undefined}
          >
            <Table.Td>{row.label}</Table.Td>
            <Table.Td ta="right">{row.left ?? '–'}</Table.Td>
            <Table.Td ta="right">{row.right ?? '–'}</Table.Td>
            {hasChange ? <Table.Td ta="right">{changeText(row.change)}</Table.Td> : null}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function changeText(change: number | undefined): string {
  if (change === undefined) return ''
  return change === 0 ? '0' : `${change > 0 ? '+' : '−'}${formatNumber(Math.abs(change))}`
}
