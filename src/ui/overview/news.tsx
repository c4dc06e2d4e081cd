import { useQuery } from '@tanstack/react-query'
import { activityQueries, DecisionList, eventTo, gatherEvents } from '../activity/index.ts'
import { activityPath } from '../activity/paths.ts'
import { useRecentEvents } from '../ground/recent-events.ts'
import { eventSentence } from '../ground/wire.ts'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { AlertList, monitoringQueries } from '../monitoring/index.ts'
import classes from './news.module.css'

/** What was decided, what is wrong, what happened last. */
export function News() {
  const decisions = useQuery(activityQueries.decisions(8))
  const alerts = useQuery(monitoringQueries.alerts('open'))
  return (
    <div className={classes.columns}>
      <Panel title="Decisions" actions={<RouteLink to={activityPath()}>All</RouteLink>}>
        <Loaded query={decisions} what="the decisions">
          {({ items }) => <DecisionList decisions={items} empty="Automation has decided nothing yet." />}
        </Loaded>
      </Panel>
      <div className={classes.stack}>
        <Panel title="Open alerts" note={alerts.data === undefined ? undefined : String(alerts.data.items.length)}>
          <Loaded query={alerts} what="the alerts">
            {({ items }) => <AlertList alerts={items} empty="All is calm: no monitor has an open alert." />}
          </Loaded>
        </Panel>
        <Panel title="Just now" actions={<RouteLink to={`${activityPath()}?tab=events`}>All</RouteLink>}>
          <LatestEvents />
        </Panel>
      </div>
    </div>
  )
}

function LatestEvents() {
  const events = gatherEvents(useRecentEvents()).slice(0, 9)
  if (events.length === 0) return 'Nothing has happened yet.'
  return (
    <ul className={classes.events}>
      {events.map((event) => (
        <li key={event.seq}>
          <RouteLink to={eventTo(event)} look="quiet" className={classes.text}>
            {eventSentence(event)}
          </RouteLink>
          <span className={classes.when}>
            <RelativeTime at={event.at} />
          </span>
        </li>
      ))}
    </ul>
  )
}
