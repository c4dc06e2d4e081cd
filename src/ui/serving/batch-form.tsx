import { Autocomplete, Button, Modal, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { datasetQueries } from '../datasets/index.ts'
import { client } from '../ground/client.ts'
import { ActButton } from '../kit/act-button.tsx'
import { registryQueries } from '../registry/index.ts'

/** A button that opens the form of a batch: which version, over which rows, into which dataset. */
export function BatchFormButton() {
  const [isOpen, form] = useDisclosure(false)
  return (
    <>
      <Button leftSection={<IconPlayerPlay size={14} />} onClick={form.open}>
        Predict a dataset
      </Button>
      <Modal
        opened={isOpen}
        onClose={form.close}
        title="Predict every row of a dataset version"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <BatchForm onDone={form.close} />
      </Modal>
    </>
  )
}

function BatchForm({ onDone }: { readonly onDone: () => void }) {
  const [model, setModel] = useState('')
  const [input, setInput] = useState('')
  const [output, setOutput] = useState('')
  const models = useQuery(registryQueries.models())
  const datasets = useQuery(datasetQueries.list())
  const versions = models.data?.items.map(({ name, lastVersion }) => `${name}/${lastVersion}`) ?? []
  const inputs = datasets.data?.items.filter(({ latestVersion }) => latestVersion !== undefined) ?? []
  return (
    <>
      <Autocomplete
        label="Version"
        description="By number or alias: iris/3, iris@champion."
        data={versions}
        value={model}
        onChange={setModel}
        data-autofocus
      />
      <Autocomplete
        label="Rows"
        description="A dataset version: flowers@3, flowers@latest."
        data={inputs.map(({ name, latestVersion }) => `${name}@${latestVersion}`)}
        value={input}
        onChange={setInput}
        my="sm"
      />
      <TextInput
        label="Into"
        description="The dataset that gets a version with the rows and their answers. A new name makes one."
        value={output}
        onChange={(event) => setOutput(event.currentTarget.value)}
        mb="lg"
      />
      <ActButton
        label="Start"
        isPrimary
        act={() => client.batches.start({ model, input, output })}
        done={(batch) => `${batch.rowCount} rows are being predicted.`}
        onDone={onDone}
      />
    </>
  )
}
