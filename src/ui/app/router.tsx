import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { FunctionComponent } from 'react'
import { PageSkeleton } from '../kit/loading.tsx'
import { Failure } from './failure.tsx'
import { MissingPage } from './missing-page.tsx'
import { parseSearch, stringifySearch } from './search-params.ts'
import { Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: MissingPage })

/** Each page is a chunk of its own, fetched when its link is first hovered or opened. */
function page(path: string, load: () => Promise<{ readonly Page: FunctionComponent }>) {
  return createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, 'Page') })
}

const pages = [
  page('/', () => import('../overview/overview-page.tsx')),
  page('/datasets', () => import('../datasets/datasets-page.tsx')),
  page('/datasets/$dataset', () => import('../datasets/dataset-page.tsx')),
  page('/datasets/$dataset/$version', () => import('../datasets/version-page.tsx')),
  page('/experiments', () => import('../tracking/experiments-page.tsx')),
  page('/experiments/$experiment', () => import('../tracking/experiment-page.tsx')),
  page('/experiments/$experiment/traces', () => import('../traces/traces-page.tsx')),
  page('/traces/$trace', () => import('../traces/trace-page.tsx')),
  page('/runs', () => import('../tracking/runs-page.tsx')),
  page('/runs/compare', () => import('../tracking/compare/compare-page.tsx')),
  page('/runs/$run', () => import('../tracking/run-page.tsx')),
  page('/models', () => import('../registry/models-page.tsx')),
  page('/models/$model', () => import('../registry/model-page.tsx')),
  page('/models/$model/$version', () => import('../registry/version-page.tsx')),
  page('/pipelines', () => import('../pipelines/pipelines-page.tsx')),
  page('/pipelines/$pipeline', () => import('../pipelines/pipeline-page.tsx')),
  page('/pipeline-runs/$run', () => import('../pipelines/run-page.tsx')),
  page('/deployments', () => import('../serving/deployments-page.tsx')),
  page('/deployments/$deployment', () => import('../serving/deployment-page.tsx')),
  page('/predictions/$prediction', () => import('../serving/prediction-page.tsx')),
  page('/monitors', () => import('../monitoring/monitors-page.tsx')),
  page('/monitors/$monitor', () => import('../monitoring/monitor-page.tsx')),
  page('/lineage', () => import('../lineage/lineage-page.tsx')),
  page('/webhooks', () => import('../webhooks/webhooks-page.tsx')),
  page('/webhooks/$webhook', () => import('../webhooks/webhook-page.tsx')),
  page('/activity', () => import('../activity/activity-page.tsx')),
  page('/id/$id', () => import('./id-page.tsx')),
]

export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren(pages),
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: Failure,
  })
}
