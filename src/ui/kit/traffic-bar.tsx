import { Tooltip } from '@mantine/core'
import { formatPercent } from './format.ts'
import classes from './traffic-bar.module.css'

export interface TrafficShare {
  readonly name: string
  /** Percent of the requests, 0 to 100. */
  readonly weight: number
  /** After the name: the model version. */
  readonly detail?: string
}

/** How the requests of a deployment are shared: one bar, one segment per variant, named below. */
export function TrafficBar({
  shares,
  isBare = false,
}: {
  readonly shares: readonly TrafficShare[]
  readonly isBare?: boolean
}) {
  const description = shares.map(({ name, weight }) => `${name} ${weight} percent`).join(', ')
  return (
    <div className={classes.root}>
      <div className={classes.bar} role="img" aria-label={`Traffic: ${description}`}>
        {shares
          .filter(({ weight }) => weight > 0)
          .map(({ name, weight, detail }) => (
            <Tooltip key={name} label={`${name}${detail === undefined ? '' : ` · ${detail}`} · ${weight}%`}>
              <span style={{ width: `${weight}%`, background: colorOf(shares, name) }} />
            </Tooltip>
          ))}
      </div>
      {isBare ? null : (
        <ul className={classes.legend}>
          {shares.map(({ name, weight, detail }) => (
            <li key={name}>
              <span className={classes.swatch} style={{ background: colorOf(shares, name) }} aria-hidden />
              {name}
              {detail === undefined ? null : <span className={classes.detail}>{detail}</span>}
              <span className={classes.weight}>{formatPercent(weight / 100)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** The same color for a variant wherever it is drawn: by its place. */
function colorOf(shares: readonly TrafficShare[], name: string): string {
  return `var(--sl-series-${(shares.findIndex((share) => share.name === name) % 8) + 1})`
}
