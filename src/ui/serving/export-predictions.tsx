import { Button, Checkbox, Modal, Select, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDatabaseExport } from '@tabler/icons-react'
import { useState } from 'react'
import { datasetVersionPath } from '../datasets/paths.ts'
import { client } from '../ground/client.ts'
import type { ExportedPredictions } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { formatCount } from '../kit/format.ts'
import { RouteLink } from '../kit/route-link.tsx'
import classes from './comparison.module.css'

const spans = [
  { value: '24h', label: 'The last day' },
  { value: '7d', label: 'The last week' },
  { value: '30d', label: 'The last 30 days' },
  { value: '', label: 'Everything' },
]

/** Recorded predictions become a dataset version: what a training step reads, with the truth where it is known. */
export function ExportPredictions({ deployment }: { readonly deployment: string }) {
  const [isOpen, form] = useDisclosure(false)
  return (
    <>
      <Button variant="default" leftSection={<IconDatabaseExport size={14} />} onClick={form.open}>
        Export as a dataset
      </Button>
      <Modal
        opened={isOpen}
        onClose={form.close}
        title="Make a dataset version of the predictions"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <ExportForm deployment={deployment} />
      </Modal>
    </>
  )
}

function ExportForm({ deployment }: { readonly deployment: string }) {
  const [dataset, setDataset] = useState(`${deployment}-predictions`)
  const [since, setSince] = useState('7d')
  const [labeledOnly, setLabeledOnly] = useState(false)
  const [made, setMade] = useState<ExportedPredictions>()
  const input = { deployment, dataset, labeledOnly, ...(since === '' ? {} : { since }) }
  return (
    <>
      <TextInput
        label="Dataset"
        description="A new name makes one. The same rows again make no new version."
        value={dataset}
        onChange={(event) => setDataset(event.currentTarget.value)}
        data-autofocus
      />
      <Select
        label="Time"
        data={spans}
        value={since}
        onChange={(value) => setSince(value ?? '')}
        allowDeselect={false}
        my="sm"
      />
      <Checkbox
        label="Only rows whose truth is known"
        checked={labeledOnly}
        onChange={(event) => setLabeledOnly(event.currentTarget.checked)}
        mb="lg"
      />
      <ActButton
        label="Export"
        isPrimary
        act={() => client.predictions.export(input)}
        done="The dataset version is made."
        onDone={setMade}
      />
      {made === undefined ? null : (
        <p className={classes.said}>
          {formatCount(made.rowCount)} rows, {formatCount(made.labelCount)} with their label, are{' '}
          <RouteLink to={datasetVersionPath(made.dataset, made.version)}>
            {made.dataset}@{made.version}
          </RouteLink>
          .
        </p>
      )}
    </>
  )
}
