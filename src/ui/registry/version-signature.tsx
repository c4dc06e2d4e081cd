import { SimpleGrid } from '@mantine/core'
import type { ModelVersion } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { type SignatureRow, SignatureTable } from '../kit/signature-table.tsx'

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
      <SignatureTable title="Inputs" rows={(signature.inputs ?? []).map(toRow)} />
      <SignatureTable title="Outputs" rows={(signature.outputs ?? []).map(toRow)} />
      {signature.params === undefined ? null : <SignatureTable title="Parameters" rows={signature.params.map(toRow)} />}
    </SimpleGrid>
  )
}

function toRow(field: Fields[number]): SignatureRow {
  return {
    name: text(field.name),
    type: text(field.type ?? field.datatype ?? field.dtype),
    shape: text(field.shape ?? tensorShape(field)),
  }
}

function tensorShape(field: Readonly<Record<string, unknown>>): unknown {
  const tensor = field['tensor-spec']
  return typeof tensor === 'object' && tensor !== null && 'shape' in tensor ? tensor.shape : undefined
}

function text(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
