import { Spotlight } from '@mantine/spotlight'
import '@mantine/spotlight/styles.css'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { fuzzyScore } from '../kit/fuzzy.ts'
import { idPath } from '../kit/path.ts'
import type { Findable } from '../kit/registered-page.ts'
import { findThings, namedPages } from './page-registry.ts'
import { keepSelection, paletteStore } from './palette-store.ts'

const shownAtMost = 40

/** Mod+K: every page and every named thing, best match first; an id pasted here goes to what it names. */
export function Palette() {
  const [query, setQuery] = useState('')
  const [isOpen, setIsOpen] = useState(false)
  const navigate = useNavigate()
  const all = useFindables(isOpen)
  const found = find(all, query)
  useEffect(keepSelection)
  return (
    <Spotlight.Root
      store={paletteStore}
      query={query}
      onQueryChange={setQuery}
      shortcut="mod + K"
      clearQueryOnClose
      scrollable
      maxHeight={420}
      radius="md"
      onSpotlightOpen={() => setIsOpen(true)}
      onSpotlightClose={() => setIsOpen(false)}
    >
      <Spotlight.Search
        ref={takeFocus}
        placeholder="Page, dataset, model, run, deployment, or an id"
        // Whoever presses Enter as soon as a row is seen is before the effect.
        onKeyDown={keepSelection}
        aria-label="Find a page, dataset, model, run, deployment or id"
        leftSection={<IconSearch size={16} />}
      />
      <Spotlight.ActionsList>
        {found.map((item) => (
          <Spotlight.Action
            key={item.to + item.label}
            label={item.label}
            description={item.kind}
            onClick={() => goTo(item.to, navigate)}
          />
        ))}
        {found.length === 0 ? <Spotlight.Empty>Nothing is called “{query}”.</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

/** Pages always; names from the server, asked for when the palette opens. */
function useFindables(isOpen: boolean): readonly Findable[] {
  const { data } = useQuery({ queryKey: ['palette'], queryFn: findThings, enabled: isOpen, staleTime: 10_000 })
  return useMemo(() => [...namedPages, ...(data ?? [])], [data])
}

/** At once, and not when the dialog has appeared: what is typed until then would be taken for shortcuts. */
function takeFocus(input: HTMLInputElement | null): void {
  input?.focus()
}

function goTo(to: string, navigate: ReturnType<typeof useNavigate>): void {
  const [path, query] = to.split('?')
  void navigate({ to: path ?? '/', search: Object.fromEntries(new URLSearchParams(query)) })
}

function find(all: readonly Findable[], query: string): readonly Findable[] {
  const text = query.trim()
  const byId: Findable[] = /^[a-z]{3}_[0-9a-z]{26}$/.test(text)
    ? [{ label: text, kind: 'Go to this id', to: idPath(text) }]
    : []
  const scored = all
    .map((item) => ({ item, score: fuzzyScore(`${item.label} ${item.kind}`, text) }))
    .filter(({ score }) => score > 0)
  if (text !== '') scored.sort((a, b) => b.score - a.score)
  return [...byId, ...scored.slice(0, shownAtMost).map(({ item }) => item)]
}
