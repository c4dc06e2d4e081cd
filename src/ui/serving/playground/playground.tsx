import { Button, Group, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { IconHistory, IconPlayerPlay } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Deployment, Prediction } from '../../ground/wire.ts'
import { EmptyState } from '../../kit/empty-state.tsx'
import { ErrorState } from '../../kit/error-state.tsx'
import { Panel } from '../../kit/panel.tsx'
import { servingQueries } from '../queries.ts'
import { AnswerPanel } from './answer-panel.tsx'
import { predictRow } from './predict.ts'
import { mostFields, type RowField, readRow, rowFields } from './row-fields.ts'

/** One row by hand: fill it in, or take one that was predicted, and see what the deployment says. */
export function Playground({ deployment }: { readonly deployment: Deployment }) {
  const inputs = deployment.signature?.inputs ?? []
  const query = useInfiniteQuery(servingQueries.predictions({ deployment: deployment.name, variant: '', labeled: '' }))
  const recorded = query.data?.pages[0]?.items ?? []
  const fields = rowFields(inputs, recorded[0]?.inputs)
  if (query.isPending) return null
  if (fields === undefined || fields.length === 0) {
    return (
      <EmptyState title="Not by hand" isCompact>
        {inputs.length === 0
          ? 'Nothing is deployed here yet.'
          : `One row has more than ${mostFields} values. The next tab shows how a program calls it.`}
      </EmptyState>
    )
  }
  return <RowForm deployment={deployment} fields={fields} recorded={recorded} />
}

interface RowFormProps {
  readonly deployment: Deployment
  readonly fields: readonly RowField[]
  readonly recorded: readonly Prediction[]
}

function RowForm({ deployment, fields, recorded }: RowFormProps) {
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(() => textsOf(fields, recorded[0]))
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map())
  const [taken, setTaken] = useState(1)
  const queries = useQueryClient()
  const predict = useMutation({
    mutationFn: (row: Parameters<typeof predictRow>[1]) => predictRow(deployment.url, row),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['serving', 'traffic'] }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const row = readRow(deployment.signature?.inputs ?? [], fields, typed)
    setProblems('problems' in row ? row.problems : new Map())
    if ('tensors' in row) predict.mutate(row.tensors)
  }
  const takeNext = () => {
    setTyped(textsOf(fields, recorded[taken % recorded.length]))
    setTaken(taken + 1)
    setProblems(new Map())
  }
  return (
    <Stack gap="sm">
      <Panel title="One row" note={`${fields.length} ${fields.length === 1 ? 'value' : 'values'}`}>
        <form onSubmit={submit}>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="xs">
            {fields.map(({ label, datatype }) => (
              <TextInput
                key={label}
                label={label}
                placeholder={datatype}
                value={typed[label] ?? ''}
                error={problems.get(label)}
                onChange={({ currentTarget: { value } }) => setTyped((before) => ({ ...before, [label]: value }))}
              />
            ))}
          </SimpleGrid>
          <Group gap="xs" mt="sm">
            <Button type="submit" leftSection={<IconPlayerPlay size={14} />} loading={predict.isPending}>
              Predict
            </Button>
            <Button
              variant="default"
              leftSection={<IconHistory size={14} />}
              disabled={recorded.length === 0}
              onClick={takeNext}
            >
              Another recorded row
            </Button>
          </Group>
        </form>
      </Panel>
      {predict.error === null ? null : <ErrorState title="No prediction" error={predict.error} />}
      {predict.data === undefined ? null : <AnswerPanel key={predict.submittedAt} answer={predict.data} />}
    </Stack>
  )
}

function textsOf(fields: readonly RowField[], prediction: Prediction | undefined): Record<string, string> {
  const texts = fields.map(({ label }) => {
    const value = prediction?.inputs[label]
    return [label, value === undefined || value === null ? '' : String(value)] as const
  })
  return Object.fromEntries(texts)
}
