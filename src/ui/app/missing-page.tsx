import { useLocation } from '@tanstack/react-router'
import { EmptyState } from '../kit/empty-state.tsx'
import { paths } from '../kit/paths.ts'
import { RouteLink } from '../kit/route-link.tsx'

export function MissingPage() {
  const { pathname } = useLocation()
  return (
    <EmptyState title="No page here">
      Slipway has no page at <code>{pathname}</code>. Go to the <RouteLink to={paths.overview()}>overview</RouteLink>,
      or press Ctrl K (⌘ K on a Mac) to find a page, model, run or deployment by name.
    </EmptyState>
  )
}
