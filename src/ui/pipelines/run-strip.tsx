import { Tooltip } from '@mantine/core'
import type { PipelineRun } from '../ground/wire.ts'
import { formatDuration } from '../kit/format.ts'
import { RouteLink } from '../kit/route-link.tsx'
import { toneOf } from '../kit/status-badge.tsx'
import { pipelineRunPath } from './paths.ts'
import classes from './run-strip.module.css'

const shown = 14

/** The newest runs as marks, oldest left: high for slow, colored by outcome. */
export function RunStrip({ runs }: { readonly runs: readonly PipelineRun[] }) {
  const recent = runs.slice(0, shown).reverse()
  const durationOf = (run: PipelineRun) => (run.endedAt ?? run.createdAt) - run.createdAt
  const longest = Math.max(1, ...recent.map(durationOf))
  return (
    <span className={classes.strip}>
      {recent.map((run) => (
        <Tooltip key={run.id} label={`${run.state}, ${formatDuration(durationOf(run))}`}>
          <RouteLink
            to={pipelineRunPath(run.id)}
            look="bare"
            className={classes.mark}
            label={`Run ${run.state}`}
            style={{ height: 6 + (durationOf(run) / longest) * 14 }}
          >
            <span data-tone={toneOf(run.state)} />
          </RouteLink>
        </Tooltip>
      ))}
    </span>
  )
}
