import { SimpleGrid } from '@mantine/core'
import type { Run } from '../ground/wire.ts'
import { RecordValues } from '../kit/key-values.tsx'
import { Panel } from '../kit/panel.tsx'

export function RunParams({ run }: { readonly run: Run }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
      <Panel title="Parameters">
        <RecordValues record={run.params} empty="This run has logged no parameters." />
      </Panel>
      <Panel title="Tags">
        <RecordValues record={run.tags} empty="This run has no tags." />
      </Panel>
    </SimpleGrid>
  )
}
