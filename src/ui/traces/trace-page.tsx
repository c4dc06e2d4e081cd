import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { TracesGetOutput } from '../ground/wire.ts'
import { EmptyState } from '../kit/empty-state.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { formatCount, formatDuration } from '../kit/format.ts'
import { KeyValues } from '../kit/key-values.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { Timeline } from '../kit/timeline.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { trackingQueries } from '../tracking/index.ts'
import { experimentPath, experimentsPath, runPath } from '../tracking/paths.ts'
import { AssessmentList } from './assessment-list.tsx'
import { tracesPath } from './paths.ts'
import { traceQueries } from './queries.ts'
import { SpanPanel } from './span-panel.tsx'
import { partsOf, placeSpans } from './span-tree.ts'

// More bars than this are no longer a picture; the rest is found by a filter of the list.
const mostBars = 1000

/** One trace: where its time went, as a waterfall, and each of its spans. */
export function Page() {
  const query = useQuery(traceQueries.trace(useParam('trace')))
  return (
    <Loaded query={query} what="this trace" skeleton={<PageSkeleton />}>
      {(trace) => <TraceView trace={trace} />}
    </Loaded>
  )
}

function TraceView({ trace }: { readonly trace: TracesGetOutput }) {
  const experiment = useQuery(trackingQueries.experiment(trace.experimentId))
  const name = experiment.data?.name ?? trace.experimentId
  return (
    <PageFrame
      title={trace.name ?? trace.id}
      crumbs={[
        { label: 'Experiments', to: experimentsPath() },
        { label: name, to: experimentPath(name) },
        { label: 'Traces', to: tracesPath(name) },
      ]}
      badges={
        <>
          <StatusBadge status={trace.state} />
          <EntityId id={trace.id} to={null} />
        </>
      }
    >
      <Panel>
        <Facts trace={trace} />
      </Panel>
      <Waterfall spans={trace.spans} />
      <AssessmentList assessments={trace.assessments} />
    </PageFrame>
  )
}

function Facts({ trace }: { readonly trace: TracesGetOutput }) {
  return (
    <KeyValues
      isWide
      items={[
        { label: 'Started', value: <RelativeTime at={trace.startedAt} /> },
        { label: 'Duration', value: trace.durationMs === undefined ? undefined : formatDuration(trace.durationMs) },
        { label: 'Spans', value: formatCount(trace.spanCount) },
        ...trace.runIds.map((id) => ({ label: 'Run', value: <EntityId id={id} to={runPath(id)} /> })),
        { label: 'Request id', value: trace.clientRequestId },
        ...Object.entries(trace.tags).map(([label, value]) => ({ label, value })),
      ]}
    />
  )
}

function Waterfall({ spans }: Pick<TracesGetOutput, 'spans'>) {
  const placed = useMemo(() => placeSpans(spans), [spans])
  const [chosenId, setChosen] = useUrlState('span')
  const chosen = placed.find(({ span }) => span.id === chosenId) ?? placed[0]
  if (chosen === undefined) {
    return (
      <EmptyState title="No spans are stored with this trace">
        Its client kept them for itself, or they are still on their way.
      </EmptyState>
    )
  }
  const end = Math.max(...placed.map((one) => one.endMs ?? one.startMs))
  const hidden = placed.length - mostBars
  return (
    <>
      <Panel
        title="Waterfall"
        note={hidden > 0 ? `the first ${mostBars}, ${formatCount(hidden)} more` : undefined}
        isFlush
      >
        <Timeline
          label="Spans of the trace"
          chosen={chosen.span.id}
          onChoose={setChosen}
          bars={placed.slice(0, mostBars).map(({ span, depth, startMs, endMs = end }) => ({
            id: span.id,
            label: span.name,
            depth,
            status: span.status === 'ERROR' ? 'error' : 'ok',
            tone: span.status === 'ERROR' ? 'bad' : toneOfType(partsOf(span).type),
            startedAt: startMs,
            endedAt: endMs,
            detail: [partsOf(span).type ?? span.kind, formatDuration(endMs - startMs), span.statusMessage]
              .filter(Boolean)
              .join(', '),
          }))}
        />
      </Panel>
      <SpanPanel placed={chosen} />
    </>
  )
}

/** Steps that wait for a model stand out from the others. */
function toneOfType(type: string | undefined): 'ok' | 'run' {
  return type !== undefined && /^(LLM|CHAT_MODEL|EMBEDDING|chat|text_completion|embeddings)$/i.test(type) ? 'run' : 'ok'
}
