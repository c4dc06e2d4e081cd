import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { queryClient } from '../ground/query-client.ts'
import { parseSearch, stringifySearch } from '../ground/search-params.ts'
import { PageSkeleton } from '../kit/loading.tsx'
import { idPath } from '../kit/path.ts'
import type { RegisteredPage } from '../kit/registered-page.ts'
import { Failure } from './failure.tsx'
import { MissingPage } from './missing-page.tsx'
import { registeredPages } from './page-registry.ts'
import { Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: MissingPage })

function routeOf({ path, load, ask }: RegisteredPage) {
  return createRoute({
    getParentRoute: () => root,
    path: path.pattern,
    component: lazyRouteComponent(load, 'Page'),
    // What fails here is asked again, and told, by the page itself.
    loader: ({ params, location }) => {
      if (ask === undefined) return
      const answered = ask(queryClient, params, location.search).catch(() => {})
      return Promise.race([answered, waited(mostWaitedMs)])
    },
  })
}

/** A page comes with its data when the server is quick; later than this it comes without, and says that it waits. */
const mostWaitedMs = 250
const waited = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

/** Not a page of anything: goes on to the page of what the id names. */
const ids = routeOf({ path: idPath, load: () => import('./id-page.tsx') })

export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([...registeredPages.map(routeOf), ids]),
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: Failure,
  })
}
