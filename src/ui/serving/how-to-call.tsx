import { SimpleGrid, Stack } from '@mantine/core'
import type { Deployment } from '../ground/wire.ts'
import { CommandLine } from '../kit/command-line.tsx'
import { Panel } from '../kit/panel.tsx'
import { type SignatureRow, SignatureTable } from '../kit/signature-table.tsx'
import { TakeAlong } from './take-along.tsx'

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
        <SignatureTable title="Takes" rows={inputs.map(toRow)} />
        <SignatureTable title="Gives" rows={(deployment.signature?.outputs ?? []).map(toRow)} />
      </SimpleGrid>
      {deployment.variants.length === 0 ? null : <TakeAlong name={deployment.name} model={deployment.model} />}
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

function toRow({ name, datatype, shape }: Tensor): SignatureRow {
  return { name, type: datatype, shape: `[${shape.map((size) => (size < 0 ? 'any' : size)).join(', ')}]` }
}
