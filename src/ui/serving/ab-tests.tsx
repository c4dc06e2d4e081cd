import { useQuery } from '@tanstack/react-query'
import { client } from '../ground/client.ts'
import type { AbTest } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { LineChart } from '../kit/charts/line-chart.tsx'
import { EmptyState } from '../kit/empty-state.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { formatCount, formatCountOf, formatNumber, formatPercent } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { StatRow, StatTile } from '../kit/stat-tile.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import classes from './comparison.module.css'
import { servingQueries } from './queries.ts'

type AbComparison = NonNullable<AbTest['result']>['comparisons'][number]

/** A/B tests of a deployment, newest first, each with its interval as it was over time. */
export function AbTests({ deployment }: { readonly deployment: string }) {
  const query = useQuery(servingQueries.abTests(deployment))
  const variants = `'[{"name":"a","ref":"1","weight":50},{"name":"b","ref":"2","weight":50}]'`
  return (
    <Loaded query={query} what="the A/B tests">
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState
            title="No A/B test yet"
            commands={[`slipway ab-tests start ${deployment} --variants ${variants}`]}
            isCompact
          >
            An A/B test splits the requests between versions and compares their labels or rewards. Its interval holds at
            all times at once: watch it as often as you like, and stop when it is clear.
          </EmptyState>
        ) : (
          items.map((test) => <AbTestCard key={test.id} test={test} />)
        )
      }
    </Loaded>
  )
}

function AbTestCard({ test }: { readonly test: AbTest }) {
  const { id, state, variants, decision, result, alpha, metric, minSamples } = test
  const stop = (
    <ActButton label="Stop" act={() => client.abTests.stop({ id })} done="The test has ended; the split stays." />
  )
  const said = decision?.reason ?? (result?.waitingFor === undefined ? undefined : `Waits for ${result.waitingFor}`)
  return (
    <Panel
      thing={id}
      className={classes.card ?? ''}
      title={variants.map(({ name, version }) => `${name} (version ${version})`).join(' against ')}
      note={
        <>
          <StatusBadge status={state} tone={state === 'decided' ? 'ok' : undefined} /> <EntityId id={id} to={null} />
        </>
      }
      actions={state === 'running' ? stop : undefined}
    >
      {said === undefined ? null : <p className={classes.said}>{said}</p>}
      {result?.comparisons.map((comparison) => (
        <Comparison key={comparison.variant} comparison={comparison} test={test} />
      ))}
      {result === undefined ? <p className={classes.said}>No reward has come yet.</p> : null}
      <p className={classes.foot}>
        {metric.kind === 'accuracy'
          ? 'Judged by accuracy on labels'
          : `Judged by rewards from ${metric.low} to ${metric.high}`}
        , {formatPercent(1 - alpha)} confidence at all times, at least {formatCount(minSamples)} keys.{' '}
        {result === undefined ? '' : sharesText(result.sampleRatio)}
      </p>
    </Panel>
  )
}

function Comparison({ comparison, test }: { readonly comparison: AbComparison; readonly test: AbTest }) {
  const { control, minSamples } = test
  const { variant, count, controlCount, mean, controlMean, estimate, low, high, outcome } = comparison
  // The first intervals are as wide as can be, and would flatten all that follow.
  const path = comparison.path.filter((point) => point.count >= minSamples / 4)
  const line = (read: (point: (typeof path)[number]) => number) =>
    path.map((point) => [point.count, read(point)] as const)
  const show = (value: number | undefined) => (value === undefined ? '–' : formatNumber(value))
  return (
    <>
      <StatRow>
        <StatTile label={variant} value={show(mean)} note={`on ${formatCountOf(count, 'keys')}`} />
        <StatTile
          label={`${control}, the control`}
          value={show(controlMean)}
          note={`on ${formatCountOf(controlCount, 'keys')}`}
        />
        <StatTile
          label="Difference"
          value={show(estimate)}
          note={`between ${show(low)} and ${show(high)}`}
          {...(outcome === 'better' ? { tone: 'ok' as const } : outcome === 'worse' ? { tone: 'bad' as const } : {})}
        />
        <StatTile label="Verdict" value={outcome} note={`${variant} against ${control}`} />
      </StatRow>
      <LineChart
        label={`Difference of ${variant} to ${control} with its interval, by keys`}
        xKind="step"
        height={240}
        marks={[{ y: 0, label: 'no difference' }]}
        series={[
          { label: 'difference', points: line((point) => point.estimate), color: 0 },
          { label: 'at least', points: line((point) => point.low), color: 2 },
          { label: 'at most', points: line((point) => point.high), color: 2 },
        ]}
      />
    </>
  )
}

function sharesText({ counts, isOdd }: NonNullable<AbTest['result']>['sampleRatio']): string {
  const shares = counts.map(
    ({ variant, count, share }) => `${variant} ${formatCount(count)} of ${formatPercent(share)}`,
  )
  return isOdd ? `The shares are odd: ${shares.join(', ')}.` : `The shares are as intended: ${shares.join(', ')}.`
}
