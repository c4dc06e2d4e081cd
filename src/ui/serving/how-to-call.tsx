import { SimpleGrid, Stack, Table } from '@mantine/core'
import type { Deployment } from '../app/wire.ts'
import { CommandLine } from '../kit/command-line.tsx'
import { Panel } from '../kit/panel.tsx'

/** A request that works as it stands, and what the model takes and gives. */
export function HowToCall({ deployment }: { readonly deployment: Deployment }) {
  const inputs = deployment.signature?.inputs ?? []
  const body = { inputs: inputs.map(exampleTensor) }
  const url = deployment.url.startsWith('http') ? deployment.url : `${location.origin}${deployment.url}`
  return (
    <Stack gap="sm">
      <Panel title="One row" note="Open Inference Protocol">
        <Stack gap="xs" align="flex-start">
          <CommandLine command={`curl -s ${url} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`} />
          <span style={{ fontSize: 13, color: 'var(--sl-ink-2)' }}>
            The answer's header <code>slipway-prediction-id</code> names the prediction. When the truth is known, send
            it with that id:
          </span>
          <CommandLine
            command={`curl -s ${location.origin}/v1/labels -H 'content-type: application/json' -d '{"labels":[{"predictionId":"<id>","label":1}]}'`}
          />
        </Stack>
      </Panel>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <Tensors title="Takes" tensors={inputs} />
        <Tensors title="Gives" tensors={deployment.signature?.outputs ?? []} />
      </SimpleGrid>
    </Stack>
  )
}

type Tensor = NonNullable<Deployment['signature']>['inputs'][number]

function exampleTensor({ name, datatype, shape }: Tensor) {
  const sizes = shape.map((size) => (size < 0 ? 1 : size))
  const count = sizes.reduce((product, size) => product * size, 1)
  const value = datatype === 'BYTES' ? 'text' : datatype === 'BOOL' ? true : 0
  return { name, datatype, shape: sizes, data: Array.from({ length: Math.min(count, 64) }, () => value) }
}

function Tensors({ title, tensors }: { readonly title: string; readonly tensors: readonly Tensor[] }) {
  return (
    <Panel title={title} note={String(tensors.length)}>
      <Table verticalSpacing={4} fz={13}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>Shape</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tensors.map(({ name, datatype, shape }) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              <Table.Td>
                <code>{datatype}</code>
              </Table.Td>
              <Table.Td>
                <code>[{shape.map((size) => (size < 0 ? 'any' : size)).join(', ')}]</code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}
