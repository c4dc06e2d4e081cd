import { Button, SimpleGrid } from '@mantine/core'
import type { FeatureDrift } from '../ground/wire.ts'
import { BarChart } from '../kit/charts/bar-chart.tsx'
import { formatNumber, formatPercent } from '../kit/format.ts'
import { Panel } from '../kit/panel.tsx'
import { StatusBadge } from '../kit/status-badge.tsx'
import { useUrlState } from '../kit/url-state.ts'
import { cellLabels } from './distribution.ts'

/** So many charts are drawn at once; the rest on demand. */
const shownAtFirst = 12

/** Reference against current, feature by feature, the most shifted first. */
export function FeatureCards({ features }: { readonly features: readonly FeatureDrift[] }) {
  const [extent, setExtent] = useUrlState('features')
  const shown = extent === 'all' ? features : features.slice(0, shownAtFirst)
  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="sm" mt="sm">
        {shown.map((feature) => (
          <FeatureCard key={feature.feature} feature={feature} />
        ))}
      </SimpleGrid>
      {shown.length < features.length ? (
        <Button variant="default" mt="sm" onClick={() => setExtent('all')}>
          Show all {features.length} features
        </Button>
      ) : null}
    </>
  )
}

function FeatureCard({ feature }: { readonly feature: FeatureDrift }) {
  const { distribution, effect } = feature
  return (
    <Panel
      title={feature.feature}
      note={`${effect.method} ${formatNumber(effect.value)} of ${formatNumber(effect.threshold)}`}
      actions={
        feature.status === 'ok' ? (
          <StatusBadge status={feature.drifted ? 'drifted' : 'stable'} />
        ) : (
          <StatusBadge status={feature.status} tone="idle" />
        )
      }
    >
      <BarChart
        label={`${feature.feature}: reference and current distribution`}
        categories={cellLabels(distribution)}
        isHistogram={feature.type === 'numeric'}
        format={(share) => formatPercent(share)}
        height={190}
        series={[
          { label: 'Reference', values: distribution.reference, color: 6 },
          { label: 'Current', values: distribution.current, color: feature.drifted ? 5 : 0 },
        ]}
      />
      <p style={{ margin: '6px 0 0', fontSize: 12.5, color: 'var(--sl-ink-2)', textWrap: 'pretty' }}>{feature.why}</p>
    </Panel>
  )
}
