import { SimpleGrid } from '@mantine/core'
import { IconGitBranch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Prediction } from '../ground/wire.ts'
import { CommandLine } from '../kit/command-line.tsx'
import { EntityId } from '../kit/entity-id.tsx'
import { formatCountOf, formatDuration } from '../kit/format.ts'
import { KeyValues } from '../kit/key-values.tsx'
import { LinkButton } from '../kit/link-button.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { PageSkeleton } from '../kit/loading.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { Panel } from '../kit/panel.tsx'
import { useParam } from '../kit/param.ts'
import { RelativeTime } from '../kit/relative-time.tsx'
import { TracePanel } from '../lineage/index.ts'
import { lineageOf } from '../lineage/paths.ts'
import { deploymentPath, deploymentsPath } from './paths.ts'
import { shown } from './prediction-columns.tsx'
import { servingQueries } from './queries.ts'

export function Page() {
  const query = useQuery(servingQueries.prediction(useParam('prediction')))
  return (
    <Loaded query={query} what="this prediction" skeleton={<PageSkeleton />}>
      {(prediction) => <PredictionView prediction={prediction} />}
    </Loaded>
  )
}

function PredictionView({ prediction }: { readonly prediction: Prediction }) {
  return (
    <PageFrame
      title="Prediction"
      crumbs={[
        { label: 'Deployments', to: deploymentsPath() },
        { label: prediction.deployment, to: deploymentPath(prediction.deployment) },
      ]}
      badges={<EntityId id={prediction.id} to={null} />}
      lead={
        <>
          Answered <RelativeTime at={prediction.at} /> by {prediction.variant} in{' '}
          {formatDuration(prediction.latencyUs / 1000)}
        </>
      }
      actions={
        <LinkButton to={lineageOf(prediction.id)} icon={<IconGitBranch size={14} />}>
          Lineage
        </LinkButton>
      }
    >
      <Panel title="It was told" note={formatCountOf(Object.keys(prediction.inputs).length, 'features')}>
        <Values record={prediction.inputs} />
      </Panel>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title="It said">
          <Values record={prediction.outputs} />
        </Panel>
        <Panel title="It was">
          <Truth prediction={prediction} />
        </Panel>
      </SimpleGrid>
      <TracePanel id={prediction.id} title="Where this answer comes from" />
      <CommandLine command={`slipway trace ${prediction.id}`} />
    </PageFrame>
  )
}

function Values({ record }: { readonly record: Readonly<Record<string, unknown>> }) {
  return <KeyValues isWide items={Object.entries(record).map(([label, value]) => ({ label, value: shown(value) }))} />
}

function Truth({ prediction }: { readonly prediction: Prediction }) {
  const { label } = prediction
  return (
    <KeyValues
      isWide
      items={[
        { label: 'Label', value: label === undefined ? 'not known yet' : <strong>{shown(label.value)}</strong> },
        { label: 'Observed', value: label === undefined ? undefined : <RelativeTime at={label.observedAt} /> },
        { label: 'Recorded', value: label === undefined ? undefined : <RelativeTime at={label.recordedAt} /> },
        { label: 'Told by', value: label?.actor.id },
        { label: 'Event time', value: <RelativeTime at={prediction.eventAt} /> },
        { label: 'Model version', value: <EntityId id={prediction.modelVersionId} /> },
        { label: 'Request', value: prediction.requestId },
      ]}
    />
  )
}
