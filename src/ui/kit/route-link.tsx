import { Link } from '@tanstack/react-router'
import type { CSSProperties, MouseEvent, ReactNode } from 'react'
import classes from './route-link.module.css'

export interface RouteLinkProps {
  /** An address from `paths`, with or without a query. */
  readonly to: string
  readonly children: ReactNode
  /** `text` looks like a link; `quiet` shows it on hover only; `bare` has no look of its own. */
  readonly look?: 'text' | 'quiet' | 'bare'
  readonly className?: string | undefined
  readonly style?: CSSProperties
  /** Name for screen readers when the children are not text. */
  readonly label?: string
  readonly title?: string
  readonly onClick?: (event: MouseEvent) => void
}

/** A link inside the application: a real `<a href>`, so it opens in a new tab as links do. */
export function RouteLink({ to, look = 'text', className, label, children, ...rest }: RouteLinkProps) {
  const [path, query] = to.split('?')
  return (
    <Link
      to={path ?? '/'}
      search={Object.fromEntries(new URLSearchParams(query))}
      className={[look === 'bare' ? undefined : classes[look], className].filter(Boolean).join(' ')}
      aria-label={label}
      {...rest}
    >
      {children}
    </Link>
  )
}
