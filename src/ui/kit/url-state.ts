import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'

type SearchRecord = Readonly<Record<string, unknown>>

/**
 * State that lives in the address: a tab, a filter, a sort, a selection. The fallback is left out of the address.
 * Changing it replaces the history entry, so that "back" leaves the page and does not undo each keystroke.
 */
export function useUrlState(key: string, fallback = ''): readonly [string, (value: string) => void] {
  const search: SearchRecord = useSearch({ strict: false })
  const navigate = useNavigate()
  const raw = search[key]
  const set = useCallback(
    (value: string) => {
      const next = value === fallback ? undefined : value
      void navigate({
        to: '.',
        search: (previous: SearchRecord) => ({ ...previous, [key]: next }),
        replace: true,
        resetScroll: false,
      })
    },
    [navigate, key, fallback],
  )
  return [typeof raw === 'string' ? raw : fallback, set]
}

// A name may have a comma in it.
const escaped = (value: string) => value.replaceAll('%', '%25').replaceAll(',', '%2C')
const plain = (value: string) => value.replaceAll('%2C', ',').replaceAll('%25', '%')

/** A list in the address, joined by commas. */
export function useUrlList(key: string): readonly [readonly string[], (values: readonly string[]) => void] {
  const [text, setText] = useUrlState(key)
  const set = useCallback((values: readonly string[]) => setText(values.map(escaped).join(',')), [setText])
  const list = useMemo(() => (text === '' ? [] : text.split(',').map(plain)), [text])
  return [list, set]
}
