import { Table } from '@mantine/core'
import type { RolloutEvidence } from '../ground/wire.ts'
import { formatCount, formatDuration, formatNumber, formatPercent } from '../kit/format.ts'
import { StatusBadge } from '../kit/status-badge.tsx'
import classes from './rollout-card.module.css'

type Side = RolloutEvidence['candidate']

/** The numbers a decision was made on: both versions over the same time, and each check with its reason. */
export function Evidence({ evidence, metric }: { readonly evidence: RolloutEvidence; readonly metric: string }) {
  const sides: readonly (readonly [string, Side])[] = [
    ['Candidate', evidence.candidate],
    ['Champion', evidence.champion],
  ]
  return (
    <div className={classes.evidence}>
      <Table verticalSpacing={3} fz={13} withRowBorders={false} w="auto" miw={620}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Same traffic</Table.Th>
            <Table.Th ta="right">Predictions</Table.Th>
            <Table.Th ta="right">Labels</Table.Th>
            {metric === 'none' ? null : <Table.Th ta="right">{metric}</Table.Th>}
            <Table.Th ta="right">Errors</Table.Th>
            <Table.Th ta="right">p99</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sides.map(([name, side]) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              <Table.Td ta="right">{formatCount(side.predictionCount)}</Table.Td>
              <Table.Td ta="right">{formatCount(side.labelCount)}</Table.Td>
              {metric === 'none' ? null : <Table.Td ta="right">{metricOf(side, metric)}</Table.Td>}
              <Table.Td ta="right">
                {side.requestCount === 0 ? '–' : formatPercent(side.errorCount / side.requestCount, 2)}
              </Table.Td>
              <Table.Td ta="right">{side.p99Us === undefined ? '–' : formatDuration(side.p99Us / 1000)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <ul className={classes.checks}>
        {evidence.checks.map((check) => (
          <li key={check.name}>
            <CheckBadge check={check} /> {check.why}
          </li>
        ))}
      </ul>
    </div>
  )
}

function metricOf(side: Side, metric: string): string {
  const value = metric === 'accuracy' ? side.accuracy : metric === 'logLoss' ? side.logLoss : side.auc
  return value === undefined ? '–' : formatNumber(value)
}

/** A check without a value has nothing to judge yet: it holds the step, but nothing is wrong. */
function CheckBadge({ check }: { readonly check: RolloutEvidence['checks'][number] }) {
  if (check.passed) return <StatusBadge status="passed" />
  return check.value === undefined ? <StatusBadge status="no data yet" tone="idle" /> : <StatusBadge status="failed" />
}
