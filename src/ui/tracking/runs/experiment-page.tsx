import { IconRadar2, IconTimeline } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { EntityId } from '../../kit/entity-id.tsx'
import { LinkButton } from '../../kit/link-button.tsx'
import { Page as PageFrame } from '../../kit/page.tsx'
import { useParam } from '../../kit/param.ts'
import { tracesPath } from '../../traces/paths.ts'
import { experimentsPath, watchesPath } from '../paths.ts'
import { trackingQueries } from '../queries.ts'
import { RunsTable } from './runs-table.tsx'
import { ViewsMenu } from './views-menu.tsx'

export function Page() {
  const experiment = useParam('experiment')
  const query = useQuery(trackingQueries.experiment(experiment))
  return (
    <PageFrame
      title={query.data?.name ?? experiment}
      crumbs={[{ label: 'Experiments', to: experimentsPath() }]}
      badges={query.data === undefined ? null : <EntityId id={query.data.id} to={null} />}
      actions={
        <>
          {query.data === undefined ? null : <ViewsMenu experiment={query.data} />}
          <LinkButton to={watchesPath(experiment)} icon={<IconRadar2 size={14} />}>
            Watches
          </LinkButton>
          <LinkButton to={tracesPath(experiment)} icon={<IconTimeline size={14} />}>
            Traces
          </LinkButton>
        </>
      }
      isFilled
    >
      {/* The name is enough to ask for the runs: they come at once, and not after the experiment. */}
      <RunsTable key={experiment} experiment={experiment} />
    </PageFrame>
  )
}
