import { SimpleGrid } from '@mantine/core'
import type { Span } from '../ground/wire.ts'
import { EntityId } from '../kit/entity-id.tsx'
import { formatDuration } from '../kit/format.ts'
import { KeyValues, RecordValues } from '../kit/key-values.tsx'
import { Panel } from '../kit/panel.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { JsonView } from '../kit/text/json-view.tsx'
import { LineList } from '../kit/text/line-list.tsx'
import { type PlacedSpan, partsOf } from './span-tree.ts'

/** One span: what went in and out, its attributes, and what happened while it ran. */
export function SpanPanel({ placed }: { readonly placed: PlacedSpan }) {
  const { span, startMs, endMs } = placed
  const { type, inputs, outputs, rest } = partsOf(span)
  return (
    <>
      <Panel title={span.name} note={<StatusBadge status={span.status} />}>
        <KeyValues
          isWide
          items={[
            { label: 'Type', value: type ?? span.kind },
            { label: 'Begins after', value: formatDuration(startMs) },
            { label: 'Duration', value: endMs === undefined ? 'still running' : formatDuration(endMs - startMs) },
            { label: 'Problem', value: span.statusMessage },
            { label: 'Instrumented by', value: span.scope },
            { label: 'Span', value: <EntityId id={span.id} to={null} /> },
          ]}
        />
      </Panel>
      {inputs === undefined && outputs === undefined ? null : (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
          {[['Inputs', inputs] as const, ['Outputs', outputs] as const].map(([label, value]) =>
            value === undefined ? null : (
              <Panel key={label} isFlush>
                <JsonView value={value} label={label} height={260} />
              </Panel>
            ),
          )}
        </SimpleGrid>
      )}
      <Events events={span.events} startNs={span.startNs} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <Panel title="Attributes" note={Object.keys(rest).length}>
          <RecordValues record={rest} empty="No other attributes." />
        </Panel>
        <Panel title="Made by" note={Object.keys(span.resource).length}>
          <RecordValues record={span.resource} empty="The exporter said nothing of itself." />
        </Panel>
      </SimpleGrid>
    </>
  )
}

function Events({ events, startNs }: Pick<Span, 'events' | 'startNs'>) {
  return events.map((event) => {
    const after = Number(BigInt(event.timeNs) - BigInt(startNs)) / 1e6
    const { 'exception.stacktrace': stack, ...rest } = event.attributes ?? {}
    return (
      <Panel key={`${event.timeNs} ${event.name}`} title={event.name} note={`after ${formatDuration(after)}`}>
        <RecordValues record={rest} empty="" />
        {typeof stack === 'string' ? <StackTrace text={stack} /> : null}
      </Panel>
    )
  })
}

function StackTrace({ text }: { readonly text: string }) {
  const lines = text.trimEnd().split('\n')
  return <LineList lines={lines} label="Stack trace" height={Math.min(260, lines.length * 19 + 16)} />
}
