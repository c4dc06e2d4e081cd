import { SimpleGrid, Table } from '@mantine/core'
import type { ModelVersion } from '../app/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { Panel } from '../kit/panel.tsx'

type Fields = readonly Readonly<Record<string, unknown>>[]

/** What the model takes and gives, in its writer's own words. */
export function VersionSignature({ version }: { readonly version: ModelVersion }) {
  const { signature } = version
  if (signature === undefined) {
    return (
      <EmptyState title="No signature" isCompact>
        The version was registered without saying what its inputs and outputs are. Serving reads them from an ONNX file
        itself.
      </EmptyState>
    )
  }
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
      <FieldTable title="Inputs" fields={signature.inputs ?? []} />
      <FieldTable title="Outputs" fields={signature.outputs ?? []} />
      {signature.params === undefined ? null : <FieldTable title="Parameters" fields={signature.params} />}
    </SimpleGrid>
  )
}

function FieldTable({ title, fields }: { readonly title: string; readonly fields: Fields }) {
  return (
    <Panel title={title} note={String(fields.length)}>
      <Table verticalSpacing={4} fz={13}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>Shape</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map((field, index) => (
            <Table.Tr key={text(field.name) || String(index)}>
              <Table.Td>{text(field.name) || '–'}</Table.Td>
              <Table.Td>
                <code>{text(field.type ?? field.datatype ?? field.dtype)}</code>
              </Table.Td>
              <Table.Td>
                <code>{text(field.shape ?? tensorShape(field))}</code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}

function tensorShape(field: Readonly<Record<string, unknown>>): unknown {
  const tensor = field['tensor-spec']
  return typeof tensor === 'object' && tensor !== null && 'shape' in tensor ? tensor.shape : undefined
}

function text(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
