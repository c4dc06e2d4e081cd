import { Switch } from '@mantine/core'
import type { Run } from '../../ground/wire.ts'
import { formatNumber } from '../../kit/format.ts'
import { Panel } from '../../kit/panel.tsx'
import { RouteLink } from '../../kit/route-link.tsx'
import { useUrlState } from '../../kit/url-state.ts'
import { runPath } from '../paths.ts'
import { RunDot } from '../runs/selection.tsx'
import classes from './compare.module.css'
import { type Field, fieldValue } from './fields.ts'

/** Every parameter and metric as a row, every run as a column; what is equal everywhere can be left out. */
export function CompareDifferences({
  runs,
  fields,
}: {
  readonly runs: readonly Run[]
  readonly fields: readonly Field[]
}) {
  const [all, setAll] = useUrlState('all')
  const shown = fields.filter((field) => all !== '' || !isSame(runs, field))
  return (
    <Panel
      isFlush
      title={all === '' ? 'What differs' : 'Everything'}
      note={`${shown.length} of ${fields.length} rows`}
      actions={
        <Switch
          size="xs"
          label="Also what is equal"
          checked={all !== ''}
          onChange={(event) => setAll(event.currentTarget.checked ? '1' : '')}
        />
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
      <section className={classes.scroll} aria-label="Differences, scrolling area" tabIndex={0}>
        <table className={classes.table} aria-label="Differences">
          <thead>
            <tr>
              <th scope="col">Name</th>
              {runs.map((run, index) => (
                <th key={run.id} scope="col" title={run.name}>
                  <RunDot index={index} />{' '}
                  <RouteLink to={runPath(run.id)} look="quiet">
                    {run.name}
                  </RouteLink>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((field) => (
              <Row key={field.id} runs={runs} field={field} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 ? <p style={{ padding: 16 }}>These runs are equal in everything they logged.</p> : null}
      </section>
    </Panel>
  )
}

function isSame(runs: readonly Run[], field: Field): boolean {
  return field.distinct <= 1 && runs.every((run) => fieldValue(run, field.id) !== undefined)
}

function Row({ runs, field }: { readonly runs: readonly Run[]; readonly field: Field }) {
  return (
    <tr className={isSame(runs, field) ? classes.same : undefined}>
      <th scope="row" title={field.label}>
        {field.label}
      </th>
      {runs.map((run) => {
        const value = fieldValue(run, field.id)
        const text = field.kind === 'metric' && typeof value === 'number' ? formatNumber(value) : String(value ?? '–')
        return (
          <td key={run.id} data-number={field.isNumber || undefined} title={String(value ?? '')}>
            {text}
          </td>
        )
      })}
    </tr>
  )
}
