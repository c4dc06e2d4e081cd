import { CopyIcon } from './copy-icon.tsx'
import classes from './entity-id.module.css'
import { shortId } from './format.ts'
import { idPath } from './path.ts'
import { RouteLink } from './route-link.tsx'

export interface EntityIdProps {
  readonly id: string
  /** Where it leads; the default is the page of the thing the id names. `null` for no link. */
  readonly to?: string | null
  /** Without the copy button, for table cells. */
  readonly isPlain?: boolean
}

/** An id or digest: shortened, whole on hover, copied by a button. */
export function EntityId({ id, to = hasPage(id) ? idPath(id) : null, isPlain = false }: EntityIdProps) {
  const text = (
    <code className={classes.id} title={id}>
      {shortId(id)}
    </code>
  )
  return (
    <span className={classes.root}>
      {to === null ? text : <RouteLink to={to}>{text}</RouteLink>}
      {isPlain ? null : <CopyIcon value={id} label="Copy the id" />}
    </span>
  )
}

function hasPage(id: string): boolean {
  return /^[a-z]{3}_[0-9a-z]{26}$/.test(id)
}
