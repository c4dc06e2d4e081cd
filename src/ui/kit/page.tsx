import type { ReactNode } from 'react'
import classes from './page.module.css'
import { RouteLink } from './route-link.tsx'

export interface Crumb {
  readonly label: string
  readonly to: string
}

export interface PageProps {
  readonly title: ReactNode
  /** Where this page hangs, from the section down. */
  readonly crumbs?: readonly Crumb[]
  /** Beside the title: status, version, aliases. */
  readonly badges?: ReactNode
  /** One line under the title. */
  readonly lead?: ReactNode
  /** Buttons at the right. */
  readonly actions?: ReactNode
  /** The content fills the window and scrolls inside itself, as a table does. */
  readonly isFilled?: boolean
  readonly children: ReactNode
}

/** A page: crumbs, title, actions, content. */
export function Page({ title, crumbs = [], badges, lead, actions, isFilled = false, children }: PageProps) {
  return (
    <div className={classes.root} data-filled={isFilled || undefined}>
      <header className={classes.header}>
        <div className={classes.heading}>
          {crumbs.length === 0 ? null : (
            <nav className={classes.crumbs} aria-label="Breadcrumbs">
              {crumbs.map((crumb, index) => (
                <span key={crumb.to}>
                  {index === 0 ? null : (
                    <span className={classes.slash} aria-hidden>
                      /
                    </span>
                  )}
                  <RouteLink to={crumb.to} look="quiet">
                    {crumb.label}
                  </RouteLink>
                </span>
              ))}
            </nav>
          )}
          <div className={classes.titleRow}>
            <h1 className={classes.title}>{title}</h1>
            {badges}
          </div>
          {lead === undefined ? null : <div className={classes.lead}>{lead}</div>}
        </div>
        {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}
