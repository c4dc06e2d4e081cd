import { SimpleGrid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { RunInput } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatCountOf } from '../kit/format.ts'
import { KeyValues } from '../kit/key-values.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { trackingQueries } from './queries.ts'

/** The data a run read and the models it made. */
export function RunLinks({ runId }: { readonly runId: string }) {
  const query = useQuery(trackingQueries.links(runId))
  return (
    <Loaded query={query} what="what this run read and made">
      {({ inputs, outputs }) => (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
          <Panel title="Read" note={formatCountOf(inputs.length, 'datasets')}>
            {inputs.length === 0
              ? 'This run recorded no input data.'
              : inputs.map((input) => <Input key={`${input.name} ${input.context}`} input={input} />)}
          </Panel>
          <Panel title="Made" note={formatCountOf(outputs.length, 'models')}>
            {outputs.length === 0 ? (
              'This run made no model.'
            ) : (
              <KeyValues
                items={outputs.map(({ modelId, step }) => ({
                  label: `at step ${step}`,
                  value: <EntityId id={modelId} />,
                }))}
              />
            )}
          </Panel>
        </SimpleGrid>
      )}
    </Loaded>
  )
}

function Input({ input }: { readonly input: RunInput }) {
  return (
    <KeyValues
      items={[
        { label: input.context === '' ? 'Data' : input.context, value: input.name },
        {
          label: 'Version',
          value: input.datasetVersionId === undefined ? undefined : <EntityId id={input.datasetVersionId} />,
        },
        { label: 'Digest', value: <EntityId id={input.digest} to={null} /> },
        { label: 'Source', value: input.source === '' ? undefined : `${input.sourceType}: ${input.source}` },
      ]}
    />
  )
}
