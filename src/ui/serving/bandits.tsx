import { useQuery } from '@tanstack/react-query'
import { client } from '../ground/client.ts'
import type { Bandit } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { LineChart } from '../kit/charts/line-chart.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { formatCountOf, formatDuration, formatNumber } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { StatRow, StatTile } from '../kit/stat-tile.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import classes from './comparison.module.css'
import { servingQueries } from './queries.ts'

/** Bandits of a deployment, newest first: how the weights followed the rewards. Nothing when there is none. */
export function Bandits({ deployment }: { readonly deployment: string }) {
  const query = useQuery(servingQueries.bandits(deployment))
  return (
    <Loaded query={query} what="the bandits">
      {({ items }) => items.map((bandit) => <BanditCard key={bandit.id} bandit={bandit} />)}
    </Loaded>
  )
}

function BanditCard({ bandit }: { readonly bandit: Bandit }) {
  const { id, state, variants, history, kind, floor, intervalMs } = bandit
  const latest = history.at(-1)
  const stop = <ActButton label="Stop" act={() => client.bandits.stop({ id })} done="The weights stay as they are." />
  return (
    <Panel
      thing={id}
      className={classes.card ?? ''}
      title={`Bandit over ${variants.map(({ name, version }) => `${name} (version ${version})`).join(', ')}`}
      note={
        <>
          <StatusBadge status={state} /> <EntityId id={id} to={null} />
        </>
      }
      actions={state === 'running' ? stop : undefined}
    >
      <StatRow>
        {(latest?.arms ?? []).map(({ variant, weight, count, mean }) => (
          <StatTile
            key={variant}
            label={variant}
            value={`${formatNumber(weight)}%`}
            note={
              mean === undefined ? 'no reward yet' : `mean ${formatNumber(mean)} on ${formatCountOf(count, 'keys')}`
            }
          />
        ))}
      </StatRow>
      <LineChart
        label="Weight of each variant over time"
        xKind="time"
        height={220}
        hasZero
        format={(value) => `${formatNumber(value)}%`}
        series={variants.map(({ name, weight }) => ({
          label: name,
          points: [
            [bandit.startedAt, weight] as const,
            ...history.map(({ at, arms }) => [at, arms.find(({ variant }) => variant === name)?.weight ?? 0] as const),
          ],
        }))}
      />
      <p className={classes.foot}>
        Thompson sampling on {kind === 'bernoulli' ? 'yes-and-no' : 'numeric'} rewards, anew every{' '}
        {formatDuration(intervalMs)}; each variant keeps {floor}%.
      </p>
    </Panel>
  )
}
