import { Group, SegmentedControl, Select, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useState } from 'react'
import { EmptyState } from '../kit/empty-state.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { Around, Back, Forward } from './views.tsx'

const directions = [
  { value: 'around', label: 'Around it' },
  { value: 'back', label: 'Where it comes from' },
  { value: 'forward', label: 'What it touched' },
]

/** The one graph under everything: any id, its way back and its way forward. */
export function Page() {
  const [id, setId] = useUrlState('id')
  const [direction, setDirection] = useUrlState('direction', 'around')
  const [depth, setDepth] = useUrlState('depth', '3')
  return (
    <PageFrame
      title="Lineage"
      lead="From any prediction back to the raw bytes, and from any data forward to every model and prediction it touched."
    >
      <Group gap="sm">
        <IdInput id={id} onId={setId} />
        <SegmentedControl aria-label="Direction" data={directions} value={direction} onChange={setDirection} />
        {direction === 'around' ? (
          <Select
            aria-label="How far"
            data={['1', '2', '3', '5', '8'].map((value) => ({ value, label: `${value} steps far` }))}
            value={depth}
            onChange={(value) => setDepth(value ?? '3')}
            allowDeselect={false}
            w={140}
          />
        ) : null}
      </Group>
      {id === '' ? (
        <EmptyState
          title="Where does it come from?"
          commands={['slipway trace <prediction-id>', 'slipway impact flights@1']}
        >
          Enter an id, a version such as <code>flights@3</code> or <code>flight-delay@champion</code>, or the digest of
          a file. Every page of a thing has a Lineage button that leads here, too.
        </EmptyState>
      ) : direction === 'back' ? (
        <Back id={id} />
      ) : direction === 'forward' ? (
        <Forward id={id} />
      ) : (
        <Around id={id} depth={Number(depth)} />
      )}
    </PageFrame>
  )
}

function IdInput({ id, onId }: { readonly id: string; readonly onId: (id: string) => void }) {
  const [text, setText] = useState(id)
  useEffect(() => setText(id), [id])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onId(text.trim())
  }
  return (
    <TextInput
      data-table-filter
      aria-label="Id or reference"
      placeholder="prd_…, flights@3, flight-delay@champion, sha256:…"
      leftSection={<IconSearch size={14} />}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={() => onId(text.trim())}
      w={400}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  )
}
