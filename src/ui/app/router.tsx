import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { FunctionComponent } from 'react'
import { queryClient } from '../ground/query-client.ts'
import { parseSearch, stringifySearch } from '../ground/search-params.ts'
import { PageSkeleton } from '../kit/loading.tsx'
import { prefetchRuns } from '../tracking/runs/prefetch.ts'
import { Failure } from './failure.tsx'
import { MissingPage } from './missing-page.tsx'
import { Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: MissingPage })

/** Each page is a chunk of its own, fetched when its link is first hovered or opened. */
function page(path: string, load: () => Promise<{ readonly Page: FunctionComponent }>, ask?: Ask) {
  return createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load, 'Page'),
    // What fails here is asked again, and told, by the page itself.
    loader: ({ params, location }) => {
      if (ask === undefined) return
      return Promise.race([ask(params, location.search).catch(() => {}), waited(mostWaitedMs)])
    },
  })
}

/** A page comes with its data when the server is quick; later than this it comes without, and says that it waits. */
const mostWaitedMs = 250
const waited = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

/** Asks for a page's first data while its code is on its way. */
type Ask = (params: Readonly<Record<string, string>>, search: Readonly<Record<string, unknown>>) => Promise<void>

const askForRuns: Ask = ({ experiment }, search) => prefetchRuns(queryClient, experiment, search)

const pages = [
  page('/', () => import('../overview/overview-page.tsx')),
  page('/datasets', () => import('../datasets/datasets-page.tsx')),
  page('/datasets/$dataset', () => import('../datasets/dataset-page.tsx')),
  page('/datasets/$dataset/$version', () => import('../datasets/version-page.tsx')),
  page('/experiments', () => import('../tracking/experiments-page.tsx')),
  page('/experiments/$experiment', () => import('../tracking/runs/experiment-page.tsx'), askForRuns),
  page('/experiments/$experiment/traces', () => import('../traces/traces-page.tsx')),
  page('/traces/$trace', () => import('../traces/trace-page.tsx')),
  page('/runs', () => import('../tracking/runs/runs-page.tsx'), askForRuns),
  page('/runs/compare', () => import('../tracking/compare/compare-page.tsx')),
  page('/runs/$run', () => import('../tracking/run-page.tsx')),
  page('/evaluations', () => import('../evaluations/evaluations-page.tsx')),
  page('/evaluations/$set', () => import('../evaluations/evaluation-page.tsx')),
  page('/models', () => import('../registry/models-page.tsx')),
  page('/models/$model', () => import('../registry/model-page.tsx')),
  page('/models/$model/$version', () => import('../registry/version-page.tsx')),
  page('/pipelines', () => import('../pipelines/pipelines-page.tsx')),
  page('/pipelines/$pipeline', () => import('../pipelines/pipeline-page.tsx')),
  page('/pipeline-runs/$run', () => import('../pipelines/run-page.tsx')),
  page('/deployments', () => import('../serving/deployments-page.tsx')),
  page('/deployments/$deployment', () => import('../serving/deployment-page.tsx')),
  page('/batches', () => import('../serving/batches-page.tsx')),
  page('/environments', () => import('../serving/environments-page.tsx')),
  page('/fleet', () => import('../serving/fleet-page.tsx')),
  page('/predictions/$prediction', () => import('../serving/prediction-page.tsx')),
  page('/monitors', () => import('../monitoring/monitors-page.tsx')),
  page('/monitors/$monitor', () => import('../monitoring/monitor-page.tsx')),
  page('/lineage', () => import('../lineage/lineage-page.tsx')),
  page('/webhooks', () => import('../webhooks/webhooks-page.tsx')),
  page('/webhooks/$webhook', () => import('../webhooks/webhook-page.tsx')),
  page('/reports', () => import('../reports/reports-page.tsx')),
  page('/reports/$report', () => import('../reports/report-page.tsx')),
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
