import { Select } from '@mantine/core'
import { useMemo } from 'react'
import type { Run } from '../../ground/wire.ts'
import { EmptyState } from '../../kit/empty-state.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useUrlState } from '../../kit/url-state.ts'
import { associate, type Pair } from './association.ts'
import classes from './compare.module.css'
import { type Field, fieldValue } from './fields.ts'

/** Which parameters go with a metric among these runs, the strongest first. */
export function CompareImportance({
  runs,
  fields,
}: {
  readonly runs: readonly Run[]
  readonly fields: readonly Field[]
}) {
  const metrics = fields.filter(({ kind }) => kind === 'metric')
  const [metric, setMetric] = useUrlState('target', metrics[0]?.id ?? '')
  const rows = useMemo(() => rowsOf(runs, fields, metric), [runs, fields, metric])
  if (metrics.length === 0) return <EmptyState title="These runs logged no metric" isCompact />
  return (
    <Panel>
      <Select
        label="Metric"
        data={metrics.map(({ id, label }) => ({ value: id, label }))}
        value={metric}
        onChange={(value) => setMetric(value ?? '')}
        searchable
        w={260}
        mb="md"
      />
      {rows.length === 0 ? (
        <EmptyState title="Too little to go by" isCompact>
          At least three runs must have the metric, and a parameter that differs between them.
        </EmptyState>
      ) : (
        <div className={classes.bars}>
          {rows.map(({ field, found }) => (
            <Bar key={field.id} label={field.label} {...found} />
          ))}
        </div>
      )}
      <p className={classes.note}>
        How closely the ranks of parameter and metric go together among these {runs.length} runs: Spearman’s correlation
        for numbers, the correlation ratio for words. It shows no cause, and little with few runs.
      </p>
    </Panel>
  )
}

interface BarProps {
  readonly label: string
  readonly strength: number
  readonly sign: number
  readonly count: number
}

function Bar({ label, strength, sign, count }: BarProps) {
  const way = sign === 0 ? '' : sign > 0 ? ', higher with it' : ', lower with it'
  return (
    <>
      <span>{label}</span>
      <span className={classes.track}>
        <span
          className={classes.fill}
          data-sign={sign}
          style={{ display: 'block', width: `${Math.round(strength * 100)}%` }}
        />
      </span>
      <span className={classes.note}>
        {strength.toFixed(2)}
        {way} ({count} runs)
      </span>
    </>
  )
}

function rowsOf(runs: readonly Run[], fields: readonly Field[], metric: string) {
  return fields
    .filter((field) => field.kind === 'param' && field.distinct > 1)
    .flatMap((field) => {
      const pairs = runs.flatMap((run): Pair[] => {
        const [of, value] = [fieldValue(run, field.id), fieldValue(run, metric)]
        return of === undefined || typeof value !== 'number' ? [] : [[of, value]]
      })
      const found = associate(pairs)
      return found === undefined ? [] : [{ field, found }]
    })
    .sort((a, b) => b.found.strength - a.found.strength)
}
