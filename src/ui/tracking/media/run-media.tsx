import { Group, Select, SimpleGrid, Slider } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Run } from '../../ground/wire.ts'
import { EmptyState } from '../../kit/empty-state.tsx'
import { TableSkeleton } from '../../kit/loading.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useUrlState } from '../../kit/url-state.ts'
import { MediaView } from '../artifacts/media-view.tsx'
import { trackingQueries } from '../queries.ts'
import { RunDot } from '../runs/selection.tsx'
import { itemAt, type MediaItem, mediaSeries } from './media-series.ts'

/** More pictures beside each other are too small to compare. */
const most = 24

/** Pictures, sounds and videos of runs side by side, at one step for all. */
export function RunMedia({ runs: given }: { readonly runs: readonly Run[] }) {
  const runs = given.slice(0, most)
  const queries = useQueries({ queries: runs.map(({ id }) => trackingQueries.files(id)) })
  const found = queries.map(({ data }) => mediaSeries(data?.items ?? []))
  const names = [...new Set(found.flatMap((series) => [...series.keys()]))].sort()
  const [name, setName] = useUrlState('media', names[0] ?? '')
  if (queries.some(({ isPending }) => isPending)) return <TableSkeleton />
  if (names.length === 0) {
    return (
      <EmptyState title="No media" code={['mlflow.log_image(image, key="mask", step=step)']} isCompact>
        Images, sounds and videos among the artifacts appear here, in order of their steps.
      </EmptyState>
    )
  }
  return (
    <Panel note={given.length > most ? `the first ${most} of ${given.length} runs` : undefined}>
      <Select
        label="Media"
        data={names}
        value={name}
        onChange={(value) => setName(value ?? '')}
        searchable
        allowDeselect={false}
        maw={420}
      />
      <AtStep runs={runs} series={found.map((series) => series.get(name) ?? [])} />
    </Panel>
  )
}

interface AtStepProps {
  readonly runs: readonly Run[]
  readonly series: readonly (readonly MediaItem[])[]
}

function AtStep({ runs, series }: AtStepProps) {
  const steps = useMemo(
    () => [...new Set(series.flatMap((items) => items.map(({ step }) => step)))].sort((a, b) => a - b),
    [series],
  )
  const last = steps.at(-1) ?? 0
  const [text, setText] = useUrlState('step')
  const step = text === '' ? last : Number(text)
  return (
    <>
      {steps.length < 2 ? null : (
        <Group gap="md" my="md">
          <span style={{ fontSize: 13 }}>Step {step}</span>
          <Slider
            style={{ flex: 1 }}
            maw={520}
            size="sm"
            min={steps[0] ?? 0}
            max={last}
            restrictToMarks
            marks={steps.map((value) => ({ value }))}
            value={step}
            onChange={(value) => setText(value === last ? '' : String(value))}
            thumbLabel="Step"
          />
        </Group>
      )}
      <SimpleGrid cols={{ base: 1, sm: Math.min(runs.length, 2), lg: Math.min(runs.length, 4) }} spacing="sm" mt="md">
        {runs.map((run, index) => {
          const item = itemAt(series[index] ?? [], step)
          return (
            <figure key={run.id} style={{ margin: 0, minWidth: 0 }}>
              {item === undefined ? <span>nothing yet</span> : <MediaView {...item} />}
              <figcaption style={{ fontSize: 13, marginTop: 6, textAlign: 'center' }}>
                {runs.length === 1 ? null : <RunDot index={index} />} {run.name}
                {item === undefined || item.step === step ? '' : `, step ${item.step}`}
              </figcaption>
            </figure>
          )
        })}
      </SimpleGrid>
    </>
  )
}
