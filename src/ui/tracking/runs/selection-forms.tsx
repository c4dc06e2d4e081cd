import { Button, Modal, Select, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFolderSymlink, IconTag } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../ground/client.ts'
import { ActButton } from '../../kit/act-button.tsx'
import { formatCountOf } from '../../kit/format.ts'
import { trackingQueries } from '../queries.ts'
import { inParts } from './selected-runs.ts'

const dialogs = {
  tag: { label: 'Tag', title: 'Tag the chosen runs', icon: <IconTag size={14} /> },
  move: { label: 'Move', title: 'Move the chosen runs to another experiment', icon: <IconFolderSymlink size={14} /> },
} as const

export interface SelectionDialogProps {
  readonly kind: keyof typeof dialogs
  readonly children: (close: () => void) => React.ReactNode
}

export function SelectionDialog({ kind, children }: SelectionDialogProps) {
  const [isOpen, dialog] = useDisclosure(false)
  const { label, title, icon } = dialogs[kind]
  return (
    <>
      <Button variant="default" leftSection={icon} onClick={dialog.open}>
        {label}
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
        {children(dialog.close)}
      </Modal>
    </>
  )
}

export interface ActsProps {
  readonly idsNow: () => Promise<readonly string[]>
  readonly onDone: () => void
}

export function TagForm({ idsNow, onDone }: ActsProps) {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  return (
    <>
      <TextInput label="Key" value={key} onChange={(event) => setKey(event.currentTarget.value)} data-autofocus />
      <TextInput label="Value" value={value} onChange={(event) => setValue(event.currentTarget.value)} my="sm" />
      <ActButton
        label="Set the tag"
        isPrimary
        act={async () => inParts(await idsNow(), (runIds) => client.runs.change({ runIds, tags: { [key]: value } }))}
        done={(count) => `${formatCountOf(count, 'runs')} tagged ${key}.`}
        onDone={onDone}
      />
    </>
  )
}

export function MoveForm({ idsNow, onDone }: ActsProps) {
  const { data } = useQuery(trackingQueries.experiments())
  const [target, setTarget] = useState<string | null>(null)
  const options = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  return (
    <>
      <Select label="Experiment" searchable data={options} value={target} onChange={setTarget} mb="sm" />
      <p>Runs that are nested in them go with them.</p>
      <ActButton
        label="Move"
        isPrimary
        act={async () => inParts(await idsNow(), (runIds) => client.runs.move({ runIds, experiment: target ?? '' }))}
        done={(count) => `${formatCountOf(count, 'runs')} moved.`}
        onDone={onDone}
      />
    </>
  )
}
