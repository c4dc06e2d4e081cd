import classes from './alias-badge.module.css'

/** `@champion`, in the mark's orange when it is the one that serves. */
export function AliasBadge({ alias }: { readonly alias: string }) {
  return (
    <span className={classes.root} data-champion={alias === 'champion' || undefined}>
      @{alias}
    </span>
  )
}
