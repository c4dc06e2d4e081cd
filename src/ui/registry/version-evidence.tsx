import { SimpleGrid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ModelVersion, Verdict } from '../ground/wire.ts'
import { formatNumber } from '../kit/format.ts'
import { KeyValues } from '../kit/key-values.tsx'
import { Loaded } from '../kit/loaded.tsx'
import { Panel } from '../kit/panel.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { StoryList } from '../kit/story-list.tsx'
import { trackingQueries } from '../tracking/index.ts'
import { registryQueries } from './queries.ts'

/** Why this version may serve: what its training run measured and what each gate said. */
export function VersionEvidence({ version }: { readonly version: ModelVersion }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
      <Panel title="Metrics of its run">
        {version.runId === undefined ? 'It was registered without a run.' : <RunMetricList runId={version.runId} />}
      </Panel>
      <Panel title="Gates">
        <Verdicts version={version} />
      </Panel>
    </SimpleGrid>
  )
}

function RunMetricList({ runId }: { readonly runId: string }) {
  const query = useQuery(trackingQueries.run(runId))
  return (
    <Loaded query={query} what="the run">
      {({ metrics }) =>
        metrics.length === 0 ? (
          'The run has logged no metrics.'
        ) : (
          <KeyValues items={metrics.map(({ key, value }) => ({ label: key, value: formatNumber(Number(value)) }))} />
        )
      }
    </Loaded>
  )
}

function Verdicts({ version }: { readonly version: ModelVersion }) {
  const query = useQuery(registryQueries.verdicts(version.id))
  return (
    <Loaded query={query} what="the verdicts">
      {({ items }) => (
        <StoryList
          empty="No gate has judged this version."
          items={items.map((verdict) => ({
            id: verdict.id,
            tone: verdict.passed ? 'ok' : 'bad',
            title: (
              <>
                {verdict.gate}{' '}
                <StatusBadge status={verdict.passed ? 'passed' : 'refused'} tone={verdict.passed ? 'ok' : 'bad'} />
              </>
            ),
            text: verdict.summary,
            more: <CheckList checks={verdict.checks} />,
            note: <RelativeTime at={verdict.decidedAt} />,
          }))}
        />
      )}
    </Loaded>
  )
}

function CheckList({ checks }: { readonly checks: Verdict['checks'] }) {
  return (
    <KeyValues
      items={checks.map((check) => ({
        label: check.rule.metric,
        value: (
          <>
            <StatusBadge
              status={check.skipped ? 'skipped' : check.passed ? 'passed' : 'failed'}
              tone={check.skipped ? 'idle' : check.passed ? 'ok' : 'bad'}
            />{' '}
            {check.why}
          </>
        ),
      }))}
    />
  )
}
