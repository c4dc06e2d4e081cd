import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { menu } from './page-registry.ts'

/** After `g` the next key must come within this time, or it means itself again. */
const sequenceMs = 1200

export const shortcutGroups: readonly {
  readonly title: string
  readonly keys: readonly (readonly [string, string])[]
}[] = [
  {
    title: 'Anywhere',
    keys: [
      ['Ctrl K  or  ⌘ K', 'Find a page, model, run, deployment'],
      ['/', 'Put the cursor in the filter of the table'],
      ['?', 'This sheet'],
      ['Esc', 'Close what is open'],
    ],
  },
  {
    title: 'In a table',
    keys: [
      ['j  or  ↓', 'Next row'],
      ['k  or  ↑', 'Row before'],
      ['Enter', 'Open the row'],
      ['Home / End', 'First row, last row'],
    ],
  },
  {
    title: 'In a graph',
    keys: [
      ['Arrows', 'Neighbor in that direction'],
      ['Enter', 'Open'],
      ['+ / − / 0', 'Zoom in, out, fit'],
    ],
  },
  { title: 'Go to', keys: menu.map((entry) => [`g ${entry.key}`, entry.label] as const) },
]

/** The keys that work on every page: `g` and a letter, `/` for the filter, `?` for the sheet. */
export function useShortcuts(onSheet: () => void): void {
  const navigate = useNavigate()
  useEffect(() => {
    let armedUntil = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const isArmed = event.timeStamp < armedUntil
      armedUntil = 0
      const entry = isArmed ? menu.find(({ key }) => key === event.key) : undefined
      if (entry !== undefined) void navigate({ to: entry.to })
      else if (event.key === 'g') armedUntil = event.timeStamp + sequenceMs
      else if (event.key === '?') onSheet()
      else if (event.key === '/') focusFilter()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [navigate, onSheet])
}

function focusFilter(): void {
  document.querySelector<HTMLInputElement>('input[data-table-filter]')?.focus()
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
