import { type RefCallback, useCallback } from 'react'
import { useUrlState } from './url-state.ts'

/** The id of the thing that the address points out, as `pointingAt` writes it; empty when there is none. */
export function usePointedAt(): string {
  return useUrlState('thing')[0]
}

/** For the element of the thing that the address points out: brings it into view, once it is there. */
export function useIntoView(isPointedAt: boolean): RefCallback<HTMLElement> {
  return useCallback(
    (element) => {
      if (isPointedAt) element?.scrollIntoView({ block: 'center' })
    },
    [isPointedAt],
  )
}
