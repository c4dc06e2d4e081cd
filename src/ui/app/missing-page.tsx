import { useLocation } from '@tanstack/react-router'
import { EmptyState } from '../kit/empty-state.tsx'
import { RouteLink } from '../kit/route-link.tsx'
import { overviewPath } from '../overview/paths.ts'

export function MissingPage() {
  const { pathname } = useLocation()
  return (
    <EmptyState title="No page here">
      Slipway has no page at <code>{pathname}</code>. Go to the <RouteLink to={overviewPath()}>overview</RouteLink>, or
      press Ctrl K (⌘ K on a Mac) to find a page, model, run or deployment by name.
    </EmptyState>
  )
}
