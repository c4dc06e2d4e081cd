import { Tabs } from '@mantine/core'
import type { ReactNode } from 'react'
import { useUrlState } from './url-state.ts'

export interface UrlTab {
  readonly id: string
  readonly label: string
  /** Small count after the label. */
  readonly count?: number | undefined
  readonly content: () => ReactNode
}

/** Tabs whose choice is in the address; only the chosen one is rendered. */
export function UrlTabs({
  tabs,
  label,
  urlKey = 'tab',
}: {
  readonly tabs: readonly UrlTab[]
  readonly label: string
  readonly urlKey?: string
}) {
  const [chosen, setChosen] = useUrlState(urlKey, tabs[0]?.id ?? '')
  const current = tabs.find(({ id }) => id === chosen) ?? tabs[0]
  return (
    <Tabs value={current?.id ?? null} onChange={(value) => setChosen(value ?? '')} keepMounted={false}>
      <Tabs.List aria-label={label}>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.id} value={tab.id}>
            {tab.label}
            {tab.count === undefined ? null : (
              <span style={{ marginLeft: 6, color: 'var(--sl-ink-3)' }}>{tab.count}</span>
            )}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {current === undefined ? null : (
        <Tabs.Panel value={current.id} pt="md">
          {current.content()}
        </Tabs.Panel>
      )}
    </Tabs>
  )
}
