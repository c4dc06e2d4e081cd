import { useEffect } from 'react'

export interface RowKeysOptions {
  readonly isEnabled: boolean
  readonly count: number
  readonly active: number
  readonly onMove: (index: number) => void
  readonly onOpen: (index: number) => void
}

/** j and k or the arrows move through the rows of the page's main table, Enter opens; wherever the focus is. */
export function useRowKeys({ isEnabled, count, active, onMove, onOpen }: RowKeysOptions): void {
  useEffect(() => {
    if (!isEnabled || count === 0) return
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return
      const target = targetOf(event.key, active, count)
      if (target !== undefined) onMove(target)
      else if (event.key === 'Enter' && active >= 0 && !isControl(event.target)) onOpen(active)
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [isEnabled, count, active, onMove, onOpen])
}

function targetOf(key: string, active: number, count: number): number | undefined {
  if (key === 'j' || key === 'ArrowDown') return Math.min(active + 1, count - 1)
  if (key === 'k' || key === 'ArrowUp') return Math.max(active - 1, 0)
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return undefined
}

/** Typing, or inside a dialog or menu: the keys belong to it. */
function isBusy(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [role="dialog"], [role="menu"], [role="tablist"]') !== null
  )
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a, button') !== null
}
