import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '../kit/empty-state.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { UrlTabs } from '../kit/url-tabs.tsx'
import { DecisionList } from './decision-list.tsx'
import { EventTable } from './event-table.tsx'
import { PolicyList } from './policy-list.tsx'
import { activityQueries } from './queries.ts'

export function Page() {
  return (
    <PageFrame title="Activity">
      <UrlTabs
        label="Activity"
        tabs={[
          { id: 'decisions', label: 'Decisions', content: () => <Decisions /> },
          { id: 'policies', label: 'Policies', content: () => <PolicyList /> },
          { id: 'events', label: 'Events', content: () => <EventTable /> },
        ]}
      />
    </PageFrame>
  )
}

function Decisions() {
  const query = useQuery(activityQueries.decisions())
  return (
    <Loaded query={query} what="the decisions">
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState title="Automation has decided nothing yet" commands={['slipway policies list']} isCompact>
            A policy retrains when a monitor raises an alert and delivers what its gate lets pass. Each decision is
            written here with the evidence it was made on.
          </EmptyState>
        ) : (
          <Panel>
            <DecisionList decisions={items} empty="" />
          </Panel>
        )
      }
    </Loaded>
  )
}
