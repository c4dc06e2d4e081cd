import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { FunctionComponent } from 'react'
import { PageSkeleton } from '../kit/loading.tsx'
import { Failure } from './failure.tsx'
import { MissingPage } from './missing-page.tsx'
import { parseSearch, stringifySearch } from './search-params.ts'
import { Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: MissingPage })

/** Each page is a chunk of its own, fetched when its link is first hovered or opened. */
function page(path: string, load: () => Promise<{ Page: FunctionComponent }>) {
  return createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, 'Page') })
}

const pages = [page('/', () => import('../overview/overview-page.tsx'))]

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
