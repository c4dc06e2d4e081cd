import { Button, Modal, Select, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChartDots, IconFolderSymlink, IconRestore, IconTag, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../app/client.ts'
import { ActButton } from '../kit/act-button.tsx'
import { formatCountOf } from '../kit/format.ts'
import { LinkButton } from '../kit/link-button.tsx'
import { paths } from '../kit/paths.ts'
import { trackingQueries } from './queries.ts'
import classes from './selection.module.css'
import { mostSelected, useSelection } from './selection.tsx'

/** What can be done with the chosen runs; not there while none is chosen. */
export function SelectionBar({ isDeleted }: { readonly isDeleted: boolean }) {
  const { ids, clear } = useSelection()
  if (ids.length === 0) return null
  const runs = formatCountOf(ids.length, 'runs')
  return (
    <section className={classes.bar} aria-label="Chosen runs">
      <strong>{runs} chosen</strong>
      {ids.length === mostSelected ? <span>(no more than {mostSelected})</span> : null}
      <LinkButton to={paths.compareRuns(ids)} icon={<IconChartDots size={14} />}>
        Compare
      </LinkButton>
      {isDeleted ? <DeletedActs ids={ids} onDone={clear} /> : <LiveActs ids={ids} onDone={clear} />}
      <Button variant="subtle" onClick={clear}>
        Clear
      </Button>
    </section>
  )
}

function LiveActs({ ids, onDone }: FormProps) {
  return (
    <>
      <Dialog label="Tag" icon={<IconTag size={14} />} title="Tag the chosen runs">
        {(close) => <TagForm ids={ids} onDone={close} />}
      </Dialog>
      <Dialog label="Move" icon={<IconFolderSymlink size={14} />} title="Move the chosen runs to another experiment">
        {(close) => <MoveForm ids={ids} onDone={close} />}
      </Dialog>
      <ActButton
        label="Delete"
        icon={<IconTrash size={14} />}
        isDangerous
        question="They can be restored: choose them again among the deleted ones."
        act={() => each(ids, (runId) => client.runs.delete({ runId }))}
        done={`${ids.length} deleted.`}
        onDone={onDone}
      />
    </>
  )
}

function DeletedActs({ ids, onDone }: FormProps) {
  return (
    <>
      <ActButton
        label="Restore"
        icon={<IconRestore size={14} />}
        act={() => each(ids, (runId) => client.runs.restore({ runId }))}
        done={`${ids.length} restored.`}
        onDone={onDone}
      />
      <ActButton
        label="Erase"
        icon={<IconTrash size={14} />}
        isDangerous
        question="Their metrics, parameters and files are removed for good."
        act={() => each(ids, (runId) => client.runs.delete({ runId, erase: true }))}
        done={`${ids.length} erased.`}
        onDone={onDone}
      />
    </>
  )
}

/** One after the other: what fails is named, what came before it is done. */
async function each(ids: readonly string[], act: (runId: string) => Promise<unknown>): Promise<void> {
  for (const runId of ids) await act(runId)
}

interface DialogProps {
  readonly label: string
  readonly icon: React.ReactNode
  readonly title: string
  readonly children: (close: () => void) => React.ReactNode
}

function Dialog({ label, icon, title, children }: DialogProps) {
  const [isOpen, dialog] = useDisclosure(false)
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

interface FormProps {
  readonly ids: readonly string[]
  readonly onDone: () => void
}

function TagForm({ ids, onDone }: FormProps) {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  return (
    <>
      <TextInput label="Key" value={key} onChange={(event) => setKey(event.currentTarget.value)} data-autofocus />
      <TextInput label="Value" value={value} onChange={(event) => setValue(event.currentTarget.value)} my="sm" />
      <ActButton
        label="Set the tag"
        isPrimary
        act={() => each(ids, (runId) => client.runs.log({ runId, tags: { [key]: value } }))}
        done={`${ids.length} tagged ${key}.`}
        onDone={onDone}
      />
    </>
  )
}

function MoveForm({ ids, onDone }: FormProps) {
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
        act={() => client.runs.move({ runIds: [...ids], experiment: target ?? '' })}
        done={`${ids.length} moved.`}
        onDone={onDone}
      />
    </>
  )
}
