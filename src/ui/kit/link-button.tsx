import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { RouteLink } from './route-link.tsx'

export interface LinkButtonProps {
  /** An address from `paths`, with or without a query. */
  readonly to: string
  readonly icon?: ReactNode
  readonly children: ReactNode
}

/** A link that looks like a button, for what leads to another page. */
export function LinkButton({ to, icon, children }: LinkButtonProps) {
  return (
    <Button
      variant="default"
      leftSection={icon}
      renderRoot={({ children: content, ...props }) => (
        <RouteLink to={to} look="bare" {...props}>
          {content}
        </RouteLink>
      )}
    >
      {children}
    </Button>
  )
}
