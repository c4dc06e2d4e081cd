import type { ReactNode } from 'react'
import { CommandLine } from './command-line.tsx'
import classes from './empty-state.module.css'

export interface EmptyStateProps {
  readonly title: string
  /** What would be here and why it is worth having. */
  readonly children?: ReactNode
  /** The exact commands that make the first one; each gets a copy button. */
  readonly commands?: readonly string[]
  /** The same as lines of a program. */
  readonly code?: readonly string[]
  /** Without the space around it, for a panel inside a page. */
  readonly isCompact?: boolean
}

/** Nothing here yet: says what this is for and the exact command that changes it. */
export function EmptyState({ title, children, commands = [], code = [], isCompact = false }: EmptyStateProps) {
  return (
    <div className={classes.root} data-compact={isCompact || undefined}>
      {isCompact ? null : <Waterline />}
      <h2 className={classes.title}>{title}</h2>
      {children === undefined ? null : <div className={classes.text}>{children}</div>}
      {commands.map((command) => (
        <CommandLine key={command} command={command} />
      ))}
      {code.map((line) => (
        <CommandLine key={line} command={line} isCode />
      ))}
    </div>
  )
}

/** Empty rails that run into the water. */
function Waterline() {
  return (
    <svg width="132" height="52" viewBox="0 0 132 52" aria-hidden="true" className={classes.art}>
      <path d="M6 8 126 38" stroke="var(--sl-line-strong)" strokeWidth="2.5" strokeLinecap="round" />
      <path d="M22 12v30M46 18v24M70 24v18M94 30v12" stroke="var(--sl-line)" strokeWidth="2.5" strokeLinecap="round" />
      <path
        d="M4 45c8-4 12 4 20 0s12 4 20 0 12 4 20 0 12 4 20 0 12 4 20 0 12 4 20 0"
        stroke="var(--sl-series-1)"
        strokeWidth="2"
        fill="none"
        strokeLinecap="round"
      />
    </svg>
  )
}
