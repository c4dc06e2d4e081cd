import { useQuery } from '@tanstack/react-query'
import type { Deployment } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { formatPercent } from '../kit/format.ts'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { TrafficBar } from '../kit/traffic-bar.tsx'
import { UrlTabs } from '../kit/url-tabs.tsx'
import { modelPath, modelVersionPath } from '../registry/paths.ts'
import { AbTests } from './ab-tests.tsx'
import { Bandits } from './bandits.tsx'
import { DeploymentControls } from './deployment-controls.tsx'
import { HowToCall } from './how-to-call.tsx'
import { deploymentsPath } from './paths.ts'
import { Playground } from './playground/playground.tsx'
import { PredictionsTable } from './predictions-table.tsx'
import { servingQueries } from './queries.ts'
import { Replays } from './replays.tsx'
import { Rollouts } from './rollouts.tsx'
import { Shadows } from './shadows.tsx'
import { TrafficCharts } from './traffic-charts.tsx'
import { sharesOf } from './variant-shares.ts'

export function Page() {
  const query = useQuery(servingQueries.deployment(useParam('deployment')))
  return (
    <Loaded query={query} what="this deployment" skeleton={<PageSkeleton />}>
      {(deployment) => <DeploymentView deployment={deployment} />}
    </Loaded>
  )
}

function DeploymentView({ deployment }: { readonly deployment: Deployment }) {
  return (
    <PageFrame
      title={deployment.name}
      crumbs={[{ label: 'Deployments', to: deploymentsPath() }]}
      badges={<StatusBadge status={deployment.state} />}
      actions={<DeploymentControls deployment={deployment} />}
      lead={
        <>
          Serves <RouteLink to={modelPath(deployment.model)}>{deployment.model}</RouteLink>
          {deployment.variants.map((variant, index) => (
            <span key={variant.name}>
              {index === 0 ? ', ' : ' and '}
              <RouteLink to={modelVersionPath(deployment.model, variant.version)}>version {variant.version}</RouteLink>{' '}
              with {formatPercent(variant.weight / 100)}
              {variant.isUnloaded ? ' (released from memory until somebody asks)' : ''}
            </span>
          ))}
          {deployment.problem === undefined ? '' : `. ${deployment.problem}`}
          {'. Changed '}
          <RelativeTime at={deployment.updatedAt} /> by {deployment.changedBy.id}
        </>
      }
    >
      {deployment.variants.length === 0 ? (
        <EmptyState title="It waits for its first version" isCompact>
          {deployment.model} has no version that can be served. When one passes its gate, it goes live here.
        </EmptyState>
      ) : (
        <Panel title="Traffic">
          <TrafficBar shares={sharesOf(deployment)} />
        </Panel>
      )}
      <UrlTabs
        label="About this deployment"
        tabs={[
          { id: 'traffic', label: 'Requests and latency', content: () => <TrafficCharts deployment={deployment} /> },
          { id: 'rollouts', label: 'Rollouts', content: () => <Rollouts deployment={deployment.name} /> },
          { id: 'shadows', label: 'Shadows', content: () => <Shadows deployment={deployment.name} /> },
          {
            id: 'tests',
            label: 'A/B tests',
            content: () => (
              <>
                <Bandits deployment={deployment.name} />
                <AbTests deployment={deployment.name} />
              </>
            ),
          },
          { id: 'replays', label: 'Replays', content: () => <Replays deployment={deployment.name} /> },
          { id: 'predictions', label: 'Predictions', content: () => <PredictionsTable deployment={deployment} /> },
          { id: 'try', label: 'Try it', content: () => <Playground deployment={deployment} /> },
          { id: 'call', label: 'How to call it', content: () => <HowToCall deployment={deployment} /> },
        ]}
      />
    </PageFrame>
  )
}
