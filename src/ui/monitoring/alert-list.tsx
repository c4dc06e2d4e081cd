import type { Alert } from '../ground/wire.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { StoryList } from '../kit/story-list.tsx'
import { runPath } from '../tracking/paths.ts'
import { monitorPath } from './paths.ts'

/** Alerts with what was found and how they ended. */
export function AlertList({ alerts, empty }: { readonly alerts: readonly Alert[]; readonly empty: string }) {
  return (
    <StoryList
      empty={empty}
      items={alerts.map((alert) => ({
        id: alert.id,
        tone: alert.state === 'open' ? 'bad' : 'idle',
        title: (
          <>
            <RouteLink to={alert.runId === undefined ? monitorPath(alert.monitor) : runPath(alert.runId)}>
              {alert.monitor}
            </RouteLink>
            <StatusBadge status={alert.state} tone={alert.state === 'open' ? 'bad' : 'idle'} />
          </>
        ),
        text: alert.closedBecause === undefined ? alert.summary : `${alert.summary}. Closed: ${alert.closedBecause}`,
        note: (
          <>
            Raised <RelativeTime at={alert.raisedAt} />
            {alert.closedAt === undefined ? null : (
              <>
                , closed <RelativeTime at={alert.closedAt} />
              </>
            )}
          </>
        ),
      }))}
    />
  )
}
