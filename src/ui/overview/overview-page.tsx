import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '../kit/empty-state.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { servingQueries } from '../serving/index.ts'
import { Loop } from './loop.tsx'
import { News } from './news.tsx'

/** How every deployment stands, as the loop it is part of, and what was decided lately. */
export function Page() {
  const deployments = useQuery(servingQueries.deployments())
  return (
    <PageFrame title="Overview">
      <Loaded query={deployments} what="the deployments" skeleton={<PageSkeleton />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="The slipway is empty" commands={['slipway apply examples/flights']}>
              Nothing is deployed yet. Apply a project, and its whole loop appears here: data, training, the model that
              serves, its traffic, what drifts, and every decision between them.
            </EmptyState>
          ) : (
            items.map((deployment) => <Loop key={deployment.id} deployment={deployment} />)
          )
        }
      </Loaded>
      <News />
    </PageFrame>
  )
}
