import { Combobox, TextInput, useCombobox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { RunKeys } from '../../ground/wire.ts'
import { describe } from '../../kit/error-state.tsx'
import { trackingQueries } from '../queries.ts'
import { complete, fieldIds, valueOptions } from './filter-completion.ts'
import { loggedColumns } from './logged-columns.ts'

export interface FilterBoxProps {
  readonly experiment: string | undefined
  readonly keys: RunKeys
  readonly filter: string
  readonly onFilter: (filter: string) => void
  readonly error: unknown
}

/** The filter language with completion of fields, comparisons and values; Enter searches. */
export function FilterBox({ experiment, keys, filter, onFilter, error }: FilterBoxProps) {
  const [text, setText] = useState(filter)
  const [caret, setCaret] = useState(filter.length)
  const input = useRef<HTMLInputElement>(null)
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() })
  // A saved view brings a filter of its own.
  useEffect(() => setText(filter), [filter])
  const { from, options, valuesFor } = useCompletion({ text, caret, keys, experiment, isOpen: box.dropdownOpened })
  const choose = (option: string) => {
    const next = text.slice(0, from) + option
    // At once: who types on before the next frame would find the caret moved back.
    flushSync(() => {
      setText(next + text.slice(caret).trimStart())
      setCaret(next.length)
    })
    input.current?.setSelectionRange(next.length, next.length)
  }
  const submit = (event: KeyboardEvent) => {
    if (event.key === 'Escape') box.closeDropdown()
    if (event.key !== 'Enter' || (box.dropdownOpened && box.getSelectedOptionIndex() >= 0)) return
    box.closeDropdown()
    onFilter(text.trim())
  }
  return (
    <Combobox store={box} onOptionSubmit={choose} width={380} position="bottom-start" shadow="md">
      <Combobox.Target>
        <TextInput
          ref={input}
          data-table-filter
          placeholder="metrics.auc > 0.9 AND params.depth = '6'"
          aria-label="Search runs"
          value={text}
          error={error === null ? undefined : describe(error).message}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setCaret(event.currentTarget.selectionStart ?? event.currentTarget.value.length)
            box.openDropdown()
            box.resetSelectedOption()
          }}
          onClick={(event) => {
            setCaret(event.currentTarget.selectionStart ?? text.length)
            box.openDropdown()
          }}
          onKeyDown={submit}
          onBlur={() => {
            box.closeDropdown()
            onFilter(text.trim())
          }}
          w={380}
          styles={{
            input: { fontFamily: 'var(--mantine-font-family-monospace)' },
            error: { whiteSpace: 'pre', fontFamily: 'var(--mantine-font-family-monospace)' },
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={options.length === 0}>
        <Combobox.Options aria-label={valuesFor === undefined ? 'Completions' : `Values of ${valuesFor}`} mah={300}>
          {options.map((option) => (
            <Combobox.Option key={option.text} value={option.text}>
              <code>{option.text}</code>
              <span style={{ float: 'right', color: 'var(--sl-ink-3)' }}>{option.hint}</span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

interface Place {
  readonly text: string
  readonly caret: number
  readonly keys: RunKeys
  readonly experiment: string | undefined
  readonly isOpen: boolean
}

function useCompletion({ text, caret, keys, experiment, isOpen }: Place) {
  const found = complete(text, caret, fieldIds(loggedColumns(keys)))
  const { valuesFor } = found
  const values = useQuery({
    ...trackingQueries.groups({ experiment, filter: '' }, valuesFor ?? ''),
    enabled: isOpen && valuesFor !== undefined && !/^(attributes\.)?(startedAt|endedAt)$/.test(valuesFor),
    retry: false,
  })
  if (valuesFor === undefined) return found
  return { ...found, options: valueOptions(values.data?.items ?? [], text.slice(found.from, caret)) }
}
