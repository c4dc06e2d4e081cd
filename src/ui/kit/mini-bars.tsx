import { Tooltip } from '@mantine/core'
import { formatCount, formatPercent } from './format.ts'
import classes from './mini-bars.module.css'

export interface Bin {
  readonly from: number
  readonly to: number
  readonly count: number
}

export interface MiniBarsProps {
  readonly label: string
  readonly bins: readonly Bin[]
  readonly format: (value: number) => string
}

/** A histogram the height of three lines, with the range under it. */
export function MiniBars({ label, bins, format }: MiniBarsProps) {
  const largest = Math.max(1, ...bins.map(({ count }) => count))
  return (
    <figure className={classes.figure} aria-label={label}>
      <div className={classes.bars}>
        {bins.map(({ from, to, count }) => (
          <Tooltip key={from} label={`${format(from)} … ${format(to)}: ${formatCount(count)}`} openDelay={0}>
            <span className={classes.slot}>
              <span
                className={classes.bar}
                style={{ height: count === 0 ? 0 : `max(2px, ${(count / largest) * 100}%)` }}
              />
            </span>
          </Tooltip>
        ))}
      </div>
      <figcaption className={classes.range}>
        <span>{format(bins[0]?.from ?? 0)}</span>
        <span>{format(bins.at(-1)?.to ?? 0)}</span>
      </figcaption>
    </figure>
  )
}

export interface ShareBarsProps {
  readonly label: string
  readonly total: number
  readonly items: readonly { readonly label: string; readonly count: number }[]
}

/** The most frequent values, each with its share as a bar behind it. */
export function ShareBars({ label, total, items }: ShareBarsProps) {
  return (
    <ul className={classes.shares} aria-label={label}>
      {items.map((item) => (
        <li key={item.label} className={classes.share}>
          <span className={classes.fill} style={{ width: `${(item.count / Math.max(1, total)) * 100}%` }} />
          <span className={classes.value}>{item.label}</span>
          <span className={classes.count}>{formatPercent(item.count / Math.max(1, total))}</span>
        </li>
      ))}
    </ul>
  )
}
